-- Segments that were made and are not filled yet: everybody whom they can hold is looked at, by id.
-- A segment without a row is filled.
CREATE TABLE profile.segment_fills (
  segment_id text COLLATE "C" PRIMARY KEY
    REFERENCES profile.segments (segment_id) ON DELETE CASCADE,
  fill_id bigint GENERATED ALWAYS AS IDENTITY,
  -- Who was looked at last.
  after_id text COLLATE "C" NOT NULL DEFAULT '',
  -- Transactions from before this one may not have seen that there are segments: they are waited
  -- for. NULL: not known yet.
  begin_xid xid8,
  lease_expire_time timestamptz NOT NULL DEFAULT '-infinity'
);
