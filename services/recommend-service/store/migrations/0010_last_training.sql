-- When a training last began, whoever asked for it: the schedule counts from there.
CREATE TABLE recommend.last_training (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  start_time timestamptz NOT NULL
);
