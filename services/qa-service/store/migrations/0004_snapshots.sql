-- The feed may begin with a snapshot of all customers: who is known and was not in it is gone.
ALTER TABLE {schema}.feed_cursor ADD COLUMN snapshots bigint NOT NULL DEFAULT 0;
-- The number of the latest snapshot that had the customer; 0: only changes told of them.
ALTER TABLE {schema}.known_customers ADD COLUMN snapshot bigint NOT NULL DEFAULT 0;
