-- Comparisons of ways to recommend; the definition is JSON and never changes.
CREATE TABLE recommend.experiments (
  experiment_id text COLLATE "C" PRIMARY KEY,
  definition text NOT NULL,
  create_time timestamptz NOT NULL,
  stop_time timestamptz
);

-- How customers reacted to recommendations. type: 1 shown, 2 clicked, 3 dismissed, 4 bought.
-- Goes with its customer.
CREATE TABLE recommend.feedback (
  customer_id text COLLATE "C" NOT NULL,
  feedback_id text COLLATE "C" NOT NULL,
  item_id text COLLATE "C" NOT NULL,
  type smallint NOT NULL CHECK (type BETWEEN 1 AND 4),
  feedback_time timestamptz NOT NULL,
  experiment_id text COLLATE "C" NOT NULL,  -- empty: of none
  variant_id text COLLATE "C" NOT NULL,     -- the customer's in it
  create_time timestamptz NOT NULL,
  PRIMARY KEY (customer_id, feedback_id)
);
CREATE INDEX feedback_of_experiments
  ON recommend.feedback (experiment_id, customer_id, type, feedback_time)
  WHERE experiment_id <> '';
CREATE INDEX feedback_age ON recommend.feedback USING brin (create_time);

-- Whom the change feed has shown to exist: feedback of others is not stored, so that a late call
-- brings no deleted customer back. The feed is followed from its beginning again to fill it.
CREATE TABLE recommend.known_customers (
  customer_id text COLLATE "C" PRIMARY KEY
);
UPDATE recommend.change_cursor SET cursor = '';
