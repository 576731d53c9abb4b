-- Lets an unsettled entry wait. KEYS wire, held, attempts; ARGV group, owner of the waiting, entry id, until in s.
local id = ARGV[3]
if #redis.call('XPENDING', KEYS[1], ARGV[1], id, id, 1) == 0 then return 0 end
redis.call('ZADD', KEYS[2], ARGV[4], id)
redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, id, 'JUSTID')
redis.call('HDEL', KEYS[3], id, id .. ':orphaned')
return 1
