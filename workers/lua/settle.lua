-- Settles one entry: outcome, stories, claims, events and dead letter in one step; then, and only then, it leaves the
-- wire queue.
-- KEYS  1 wire  2 events  3 dead  4 counts  5 attempts  6 held  7 split  8 trouble  9.. other stories, then, where a
--       story is written: story, exact, bands
-- ARGV  1 group  2 entry id  3 outcome  4 stage  5 reason  6 now (ISO)  7 most bytes kept of a dead letter  8 ttl ms
--       9 number of messages  10 number of other stories, then per message: routing key, body; then per other story:
--       state, revision it follows; then, where a story is written:
--       story key, state, revision it follows, owner expected of the exact text, size expected of each band
-- Returns 'settled', 'gone' (settled before) or 'conflict' (the index is not what the decision was based on).
local wire, id, ttl = KEYS[1], ARGV[2], ARGV[8]
local entry = redis.call('XRANGE', wire, id, id)[1]
if not entry then return 'gone' end

local messages, others = tonumber(ARGV[9]), tonumber(ARGV[10])
local other_at = 11 + 2 * messages
local at = other_at + 2 * others
local story_key, exact_key = 9 + others, 10 + others
local bands = #KEYS - exact_key

local function follows(key, revision) return (redis.call('HGET', key, 'revision') or '0') == revision end
local function remember(key, state, revision)
  redis.call('HSET', key, 'state', state, 'revision', tostring(tonumber(revision) + 1))
  redis.call('PEXPIRE', key, ttl)
end

-- First everything is compared, then everything is written.
for i = 0, others - 1 do
  if not follows(KEYS[9 + i], ARGV[other_at + 2 * i + 1]) then return 'conflict' end
end
if bands >= 0 then
  if not follows(KEYS[story_key], ARGV[at + 2]) then return 'conflict' end
  if (redis.call('GET', KEYS[exact_key]) or '') ~= ARGV[at + 3] then return 'conflict' end
  for i = 1, bands do
    if redis.call('SCARD', KEYS[exact_key + i]) ~= tonumber(ARGV[at + 3 + i]) then return 'conflict' end
  end
end

for i = 0, others - 1 do
  remember(KEYS[9 + i], ARGV[other_at + 2 * i], ARGV[other_at + 2 * i + 1])
end
if bands >= 0 then
  local story = ARGV[at]
  remember(KEYS[story_key], ARGV[at + 1], ARGV[at + 2])
  redis.call('SET', KEYS[exact_key], story, 'PX', ttl)
  for i = 1, bands do
    local band = KEYS[exact_key + i]
    -- A band that everything falls into (boilerplate) tells nothing; it stays bounded.
    if redis.call('SCARD', band) < 64 then redis.call('SADD', band, story) end
    redis.call('PEXPIRE', band, ttl)
  end
end

for i = 1, messages do
  redis.call('XADD', KEYS[2], '*', 'routing_key', ARGV[9 + 2 * i], 'cloudevent', ARGV[10 + 2 * i])
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
