-- Takes, renews or gives back the lease of a relay. KEYS lease; ARGV token, ms (0 gives it back).
-- Returns 'taken' (anew), 'renewed', 'free' (given back) or 'held' (by another).
local owner = redis.call('GET', KEYS[1])
if owner and owner ~= ARGV[1] then return 'held' end
if ARGV[2] == '0' then
  redis.call('DEL', KEYS[1])
  return 'free'
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return owner and 'renewed' or 'taken'
