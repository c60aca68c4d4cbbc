-- How many belonged to a segment on a day, UTC: as it was counted last on it. Counts alone; days that
-- are too long ago go (core/segments/segment_size_log.h).
CREATE TABLE profile.segment_sizes (
  segment_id text COLLATE "C" NOT NULL
    REFERENCES profile.segments (segment_id) ON DELETE CASCADE,
  day date NOT NULL,
  member_count bigint NOT NULL,
  PRIMARY KEY (segment_id, day)
);
