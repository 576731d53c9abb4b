-- Puts a chunk of a container's members on the wire queue, each once however often the container is unpacked.
-- KEYS wire, split counters; ARGV container id, number of the chunk's first member, members, then per member:
-- number of field strings, field, value ...    Returns how many members of the container are on the queue.
local id, first, count = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local done = tonumber(redis.call('HGET', KEYS[2], id) or '0')
if #redis.call('XRANGE', KEYS[1], id, id) == 0 then return -1 end
local at = 4
for member = first, first + count - 1 do
  local strings = tonumber(ARGV[at])
  if member >= done then
    redis.call('XADD', KEYS[1], '*', unpack(ARGV, at + 1, at + strings))
    done = member + 1
  end
  at = at + strings + 1
end
redis.call('HSET', KEYS[2], id, done)
return done
