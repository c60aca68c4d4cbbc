-- Personal columns are ciphertexts of common/crypto, bound to table, column and
-- row. Ids sort by byte, as the code does.
CREATE TABLE profile.customers (
  customer_id text COLLATE "C" PRIMARY KEY,
  display_name bytea,
  email bytea,
  email_index bytea,
  phone bytea,
  attributes bytea,
  language_code text COLLATE "C" NOT NULL DEFAULT '',
  region text COLLATE "C" NOT NULL DEFAULT '',
  revision bigint NOT NULL,
  create_time timestamptz NOT NULL,
  update_time timestamptz NOT NULL,
  -- Set: a tombstone, with nothing left but the id that cannot be used again.
  deleted_time timestamptz
);

CREATE INDEX customers_email_index ON profile.customers (email_index)
  WHERE email_index IS NOT NULL;

CREATE TABLE profile.events (
  customer_id text COLLATE "C" NOT NULL,
  event_id text COLLATE "C" NOT NULL,
  type smallint NOT NULL,
  event_time timestamptz NOT NULL,
  item_id text COLLATE "C" NOT NULL,
  category text COLLATE "C" NOT NULL,
  quantity double precision NOT NULL,
  amount_micros bigint NOT NULL,
  currency_code text COLLATE "C" NOT NULL,
  text bytea,
  channel text COLLATE "C" NOT NULL,
  device text COLLATE "C" NOT NULL,
  rating double precision NOT NULL,
  source text COLLATE "C" NOT NULL,
  PRIMARY KEY (customer_id, event_id)
) PARTITION BY HASH (customer_id);

CREATE TABLE profile.events_0 PARTITION OF profile.events FOR VALUES WITH (MODULUS 8, REMAINDER 0);
CREATE TABLE profile.events_1 PARTITION OF profile.events FOR VALUES WITH (MODULUS 8, REMAINDER 1);
CREATE TABLE profile.events_2 PARTITION OF profile.events FOR VALUES WITH (MODULUS 8, REMAINDER 2);
CREATE TABLE profile.events_3 PARTITION OF profile.events FOR VALUES WITH (MODULUS 8, REMAINDER 3);
CREATE TABLE profile.events_4 PARTITION OF profile.events FOR VALUES WITH (MODULUS 8, REMAINDER 4);
CREATE TABLE profile.events_5 PARTITION OF profile.events FOR VALUES WITH (MODULUS 8, REMAINDER 5);
CREATE TABLE profile.events_6 PARTITION OF profile.events FOR VALUES WITH (MODULUS 8, REMAINDER 6);
CREATE TABLE profile.events_7 PARTITION OF profile.events FOR VALUES WITH (MODULUS 8, REMAINDER 7);

CREATE INDEX events_event_time ON profile.events USING brin (event_time);

-- The change feed. seq is given out under an advisory lock that is held until
-- commit, so its order is the commit order.
CREATE SEQUENCE profile.changes_seq;

CREATE TABLE profile.changes (
  seq bigint PRIMARY KEY,
  customer_id text COLLATE "C" NOT NULL,
  -- 1 event, 2 customer created, 3 customer deleted
  kind smallint NOT NULL,
  event_id text COLLATE "C",
  change_time timestamptz NOT NULL
);

-- For erasure.
CREATE INDEX changes_customer_id ON profile.changes (customer_id);
