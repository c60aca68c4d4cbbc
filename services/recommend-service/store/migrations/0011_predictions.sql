-- Lists that can be computed again: what the models were given and what they said, as JSON,
-- encrypted where the service has a key ring. Goes with its customer.
CREATE TABLE recommend.predictions (
  customer_id text COLLATE "C" NOT NULL,
  prediction_id text COLLATE "C" NOT NULL,
  content bytea NOT NULL,
  create_time timestamptz NOT NULL,
  PRIMARY KEY (customer_id, prediction_id)
);
CREATE INDEX predictions_age ON recommend.predictions USING brin (create_time);
