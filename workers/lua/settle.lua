-- Settles one entry: outcome, story, claims, events and dead letter in one step; then, and only then, it leaves the
-- wire queue.
-- KEYS  1 wire  2 events  3 dead  4 counts  5 attempts  6 held  7 split  8 trouble  9 story  10 exact  11.. bands
--       (9 and on only where a story is written)
-- ARGV  1 group  2 entry id  3 outcome  4 stage  5 reason  6 now (ISO)  7 most bytes kept of a dead letter
--       8 number of messages, then per message: routing key, body; then, where a story is written:
--       story key, state, revision it follows, owner expected of the exact text, ttl ms, size expected of each band
-- Returns 'settled', 'gone' (settled before) or 'conflict' (the index is not what the decision was based on).
local wire, id = KEYS[1], ARGV[2]
local entry = redis.call('XRANGE', wire, id, id)[1]
if not entry then return 'gone' end

local messages = tonumber(ARGV[8])
local at = 9 + 2 * messages
local bands = #KEYS - 10
if bands >= 0 then
  local story, state, revision, owner, ttl = ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3], ARGV[at + 4]
  if (redis.call('HGET', KEYS[9], 'revision') or '0') ~= revision then return 'conflict' end
  if (redis.call('GET', KEYS[10]) or '') ~= owner then return 'conflict' end
  for i = 1, bands do
    if redis.call('SCARD', KEYS[10 + i]) ~= tonumber(ARGV[at + 4 + i]) then return 'conflict' end
  end
  redis.call('HSET', KEYS[9], 'state', state, 'revision', tostring(tonumber(revision) + 1))
  redis.call('PEXPIRE', KEYS[9], ttl)
  redis.call('SET', KEYS[10], story, 'PX', ttl)
  for i = 1, bands do
    local band = KEYS[10 + i]
    -- A band that everything falls into (boilerplate) tells nothing; it stays bounded.
    if redis.call('SCARD', band) < 64 then redis.call('SADD', band, story) end
    redis.call('PEXPIRE', band, ttl)
  end
end

for i = 1, messages do
  redis.call('XADD', KEYS[2], '*', 'routing_key', ARGV[7 + 2 * i], 'cloudevent', ARGV[8 + 2 * i])
end

if ARGV[3] == 'quarantined' then
  local letter = {'dead_entry', id, 'dead_stage', ARGV[4], 'dead_reason', ARGV[5], 'dead_time', ARGV[6],
    'dead_attempts', redis.call('HGET', KEYS[5], id) or '0'}
  local most = tonumber(ARGV[7])
  for i = 1, #entry[2], 2 do
    local field, value = entry[2][i], entry[2][i + 1]
    if #value > most then
      letter[#letter + 1] = 'dead_cut'
      letter[#letter + 1] = field .. ' ' .. #value
      value = string.sub(value, 1, 65536)
    end
    letter[#letter + 1] = field
    letter[#letter + 1] = value
  end
  redis.call('XADD', KEYS[3], '*', unpack(letter))
end

redis.call('XACK', wire, ARGV[1], id)
redis.call('XDEL', wire, id)
redis.call('HINCRBY', KEYS[4], ARGV[3], 1)
if messages > 0 then redis.call('HINCRBY', KEYS[4], 'events', messages) end
redis.call('HDEL', KEYS[5], id, id .. ':orphaned')
redis.call('ZREM', KEYS[6], id)
redis.call('HDEL', KEYS[7], id)
redis.call('HDEL', KEYS[8], id)
return 'settled'
