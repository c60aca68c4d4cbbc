-- Ids of deleted customers, as keyed hashes: an id is never given twice, and what is
-- left does not tell whose it was.
CREATE TABLE profile.tombstones (
  customer_index bytea PRIMARY KEY,
  delete_time timestamptz NOT NULL
);

-- Of a deletion (kind 3), whose customer_id is '': whom followers must erase, encrypted.
ALTER TABLE profile.changes ADD COLUMN sealed_customer_id bytea;
