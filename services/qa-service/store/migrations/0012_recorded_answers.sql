-- Answers that can be asked for again, with their questions; content is encrypted. customer_id is
-- empty where nobody is known. Rows go with the customer, and after the retention of questions.
CREATE TABLE {schema}.recorded_answers (
  customer_id text NOT NULL,
  answer_id text COLLATE "C" NOT NULL UNIQUE,
  content bytea NOT NULL,
  ask_time timestamptz NOT NULL,
  PRIMARY KEY (customer_id, answer_id)
);
CREATE INDEX recorded_answers_ask_time ON {schema}.recorded_answers USING brin (ask_time);
