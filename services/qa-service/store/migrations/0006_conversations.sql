-- Conversations with their latest turns; turns is encrypted. customer_id is empty where nobody is
-- known. Rows go with the customer, and after the retention.
CREATE TABLE {schema}.conversations (
  customer_id text NOT NULL,
  conversation_id text COLLATE "C" NOT NULL,
  language text NOT NULL,
  turns bytea NOT NULL,
  create_time timestamptz NOT NULL,
  update_time timestamptz NOT NULL,
  PRIMARY KEY (customer_id, conversation_id)
);
CREATE INDEX conversations_update_time ON {schema}.conversations (update_time);
