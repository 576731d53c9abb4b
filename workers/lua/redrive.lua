-- Puts a dead letter back onto the wire queue as it came. KEYS wire, dead, counts; ARGV letter id.
-- Returns its new entry id, 'gone' or 'cut' (too large to have been kept whole).
local letter = redis.call('XRANGE', KEYS[2], ARGV[1], ARGV[1])[1]
if not letter then return 'gone' end
local fields = {}
for i = 1, #letter[2], 2 do
  if letter[2][i] == 'dead_cut' then return 'cut' end
  if string.sub(letter[2][i], 1, 5) ~= 'dead_' then
    fields[#fields + 1] = letter[2][i]
    fields[#fields + 1] = letter[2][i + 1]
  end
end
local id = redis.call('XADD', KEYS[1], '*', unpack(fields))
redis.call('XDEL', KEYS[2], ARGV[1])
redis.call('HINCRBY', KEYS[3], 'quarantined', -1)
redis.call('HINCRBY', KEYS[3], 'redriven', 1)
return id
