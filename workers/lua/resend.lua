-- Gives an event that was set aside back to its relay, or drops it.
-- KEYS undelivered, redriven, newest; ARGV letter id, 'redrive' or 'drop'. Returns 'done' or 'gone'.
local letter = redis.call('XRANGE', KEYS[1], ARGV[1], ARGV[1])[1]
if not letter then return 'gone' end
redis.call('XDEL', KEYS[1], ARGV[1])
if ARGV[2] == 'redrive' then
  redis.call('XADD', KEYS[2], '*', unpack(letter[2]))
elseif redis.call('XLEN', KEYS[1]) == 0 and redis.call('XLEN', KEYS[2]) == 0 then
  redis.call('DEL', KEYS[3])
end
return 'done'
