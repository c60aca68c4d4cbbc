-- What was said of answers; comment is encrypted. customer_id is empty where nobody is known. Rows
-- go with the customer, and after the retention.
CREATE TABLE {schema}.feedback (
  customer_id text NOT NULL,
  answer_id text COLLATE "C" NOT NULL,
  verdict smallint NOT NULL,
  comment bytea NOT NULL,
  create_time timestamptz NOT NULL,
  PRIMARY KEY (customer_id, answer_id)
);
CREATE INDEX feedback_create_time ON {schema}.feedback USING brin (create_time);

-- Which answer a question got, for its feedback; empty of older ones.
ALTER TABLE {schema}.questions ADD COLUMN answer_id text NOT NULL DEFAULT '';
