-- Types of which events were deleted because they were too old, until followers are told: what
-- happened before is gone.
CREATE TABLE profile.expired_types (
  type smallint PRIMARY KEY,
  before timestamptz NOT NULL
);

-- Of an expiry (kind 8), whose customer_id is '': which type, and what happened before when.
ALTER TABLE profile.changes ADD COLUMN expired_type smallint;
ALTER TABLE profile.changes ADD COLUMN expired_before timestamptz;
