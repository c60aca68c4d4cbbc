-- What answers the company's questions now: a text encoder's version, "name/version", and the least
-- confidence that answers; -1: what was fitted to the encoder.
CREATE TABLE {schema}.serving_setup (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  encoder text NOT NULL,
  min_confidence double precision NOT NULL,
  since timestamptz NOT NULL
);

-- What was asked before a setup took the place of another, and what came of it. result is JSON:
-- figures and examples of golden questions.
CREATE TABLE {schema}.upgrade_trials (
  trial_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  encoder text NOT NULL,
  min_confidence double precision NOT NULL,
  serving_encoder text NOT NULL,
  serving_min_confidence double precision NOT NULL,
  golden_revision bigint NOT NULL,
  margin double precision NOT NULL,
  outcome smallint NOT NULL,
  result text NOT NULL,
  create_time timestamptz NOT NULL,
  UNIQUE (encoder, min_confidence, serving_encoder, serving_min_confidence, golden_revision, margin)
);
