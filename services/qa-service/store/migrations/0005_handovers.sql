-- Numbers hand-overs. Whoever takes a number locks the row until the commit, so that the order of
-- commits is that of numbers.
CREATE TABLE {schema}.handover_sequence (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  value bigint NOT NULL
);
INSERT INTO {schema}.handover_sequence (value) VALUES (0);

-- Wishes for a person. content (summary and transcript) and note are encrypted. customer_id is
-- empty where nobody is known. Rows go with the customer, and after the retention.
CREATE TABLE {schema}.handovers (
  customer_id text NOT NULL,
  handover_id text COLLATE "C" NOT NULL,
  sequence bigint NOT NULL,
  state smallint NOT NULL,
  reason text NOT NULL,
  topic smallint NOT NULL,
  language text NOT NULL,
  conversation_id text NOT NULL,
  content bytea NOT NULL,
  create_time timestamptz NOT NULL,
  close_time timestamptz,
  closed_by text NOT NULL DEFAULT '',
  resolution smallint NOT NULL DEFAULT 0,
  note bytea,
  PRIMARY KEY (customer_id, handover_id)
);
CREATE UNIQUE INDEX handovers_id ON {schema}.handovers (handover_id);
CREATE UNIQUE INDEX handovers_sequence ON {schema}.handovers (sequence);
CREATE INDEX handovers_state ON {schema}.handovers (state, sequence);
CREATE INDEX handovers_complaints ON {schema}.handovers (create_time) WHERE topic <> 0;
