-- When an article can be found, whom it is for, and how people sort it. A replica of an earlier
-- version writes articles without bounds for everyone.
ALTER TABLE {schema}.articles
  ADD COLUMN valid_from timestamptz NOT NULL DEFAULT '-infinity',
  ADD COLUMN valid_until timestamptz NOT NULL DEFAULT 'infinity',
  ADD COLUMN audiences text[] NOT NULL DEFAULT '{}',
  ADD COLUMN tags text[] NOT NULL DEFAULT '{}';
