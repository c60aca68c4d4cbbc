-- The feed as a whole. A cursor counts in one epoch alone: a database that was restored from a
-- backup gives the same numbers to other changes, and begins a new one.
CREATE TABLE profile.feed (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  epoch text COLLATE "C" NOT NULL,
  -- Changes up to this one are no longer kept.
  compacted_seq bigint NOT NULL DEFAULT 0
);
INSERT INTO profile.feed (epoch) VALUES (gen_random_uuid()::text);

-- How far each follower has come: what it lacks is kept for it.
CREATE TABLE profile.feed_followers (
  follower text COLLATE "C" PRIMARY KEY,
  epoch text COLLATE "C" NOT NULL,
  acknowledged_seq bigint NOT NULL,
  seen_time timestamptz NOT NULL
);
