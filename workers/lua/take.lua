-- Hands new entries to the dispatcher: ids and sizes only, so that 16 entries of 8 MB never cross the socket.
-- KEYS wire; ARGV group, consumer, count.   Returns a flat list: id, bytes of content, id, bytes ...
local taken = redis.call('XREADGROUP', 'GROUP', ARGV[1], ARGV[2], 'COUNT', ARGV[3], 'STREAMS', KEYS[1], '>')
local found = {}
if not taken then return found end
for _, entry in ipairs(taken[1][2]) do
  local bytes = 0
  for i = 1, #entry[2], 2 do
    if entry[2][i] == 'content' then bytes = #entry[2][i + 1] end
  end
  found[#found + 1] = entry[1]
  found[#found + 1] = bytes
end
return found
