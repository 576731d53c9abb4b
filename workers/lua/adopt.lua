-- Takes entries away from an owner that does nothing about them, for another try alone.
-- KEYS wire, attempts; ARGV group, owner, least idle ms, field suffix, most, new owner, id ...
-- The suffix says what is counted: '' for tries that may be the article's own fault, ':orphaned' for workers that died
-- under it. Returns {ids to try again, ids that have had all their tries}. Two dispatchers never adopt the same entry.
local group, owner, idle, suffix, most, heir = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4], tonumber(ARGV[5]), ARGV[6]
local again, exhausted = {}, {}
for i = 7, #ARGV do
  local id = ARGV[i]
  local pending = redis.call('XPENDING', KEYS[1], group, id, id, 1)[1]
  if pending and pending[2] == owner and pending[3] >= idle then
    if tonumber(redis.call('HGET', KEYS[2], id .. suffix) or '0') >= most then
      exhausted[#exhausted + 1] = id
    else
      redis.call('HINCRBY', KEYS[2], id .. suffix, 1)
      again[#again + 1] = id
    end
    redis.call('XCLAIM', KEYS[1], group, heir, 0, id, 'JUSTID')
  end
end
return {again, exhausted}
