-- Sets an event aside that its receiver refuses, if the relay still has its lease.
-- KEYS  1 lease  2 events  3 redriven  4 newest  5 undelivered
-- ARGV  1 token  2 group  3 'stream' or 'redriven'  4 id of the event  5 subject  6 most kept  7.. fields of the letter
-- Returns 'done', 'lost' or 'full'.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 'lost' end
if redis.call('XLEN', KEYS[5]) >= tonumber(ARGV[6]) then return 'full' end
redis.call('XADD', KEYS[5], '*', unpack(ARGV, 7))
redis.call('HSETNX', KEYS[4], ARGV[5], '0')
if ARGV[3] == 'redriven' then
  redis.call('XDEL', KEYS[3], ARGV[4])
else
  redis.call('XGROUP', 'SETID', KEYS[2], ARGV[2], ARGV[4])
end
return 'done'
