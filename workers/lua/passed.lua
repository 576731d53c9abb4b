-- Notes that events have been taken by a receiver, if the relay still has its lease.
-- KEYS  1 lease  2 events  3 redriven  4 newest  5 undelivered
-- ARGV  1 token  2 group  3 'stream' or 'redriven'  4 id of the last event  5.. per event: subject, version
-- Returns 'done' or 'lost'.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 'lost' end
for i = 5, #ARGV, 2 do
  -- Kept only of events of which a version has been set aside: an older one is then not sent again after a newer one.
  local newest = redis.call('HGET', KEYS[4], ARGV[i])
  if newest and tonumber(newest) < tonumber(ARGV[i + 1]) then redis.call('HSET', KEYS[4], ARGV[i], ARGV[i + 1]) end
end
if ARGV[3] == 'redriven' then
  redis.call('XDEL', KEYS[3], ARGV[4])
  if redis.call('XLEN', KEYS[3]) == 0 and redis.call('XLEN', KEYS[5]) == 0 then redis.call('DEL', KEYS[4]) end
else
  redis.call('XGROUP', 'SETID', KEYS[2], ARGV[2], ARGV[4])
end
return 'done'
