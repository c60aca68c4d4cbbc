-- What customers asked; question is encrypted. Rows go with the customer, and
-- after the retention.
CREATE TABLE {schema}.questions (
  customer_id text NOT NULL,
  question_id bigint GENERATED ALWAYS AS IDENTITY,
  question bytea NOT NULL,
  language text NOT NULL,
  state smallint NOT NULL,
  confidence double precision NOT NULL,
  article_id text NOT NULL,
  ask_time timestamptz NOT NULL,
  PRIMARY KEY (customer_id, question_id)
);
CREATE INDEX questions_ask_time ON {schema}.questions USING brin (ask_time);

-- Customers that were deleted, as keyed hashes: a question that was on its way when
-- its customer was deleted is not kept.
CREATE TABLE {schema}.deleted_customers (
  customer_index bytea PRIMARY KEY,
  delete_time timestamptz NOT NULL
);

-- How far the change feed of profile-service has been applied.
CREATE TABLE {schema}.feed_cursor (
  feed text PRIMARY KEY,
  cursor text NOT NULL
);
INSERT INTO {schema}.feed_cursor (feed, cursor) VALUES ('profile', '');
