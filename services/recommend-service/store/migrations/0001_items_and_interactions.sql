-- Items. Every change gets a revision, in commit order: writers hold the advisory
-- lock of items. A deleted item leaves its id and revision behind, so that replicas
-- that follow revisions drop it from memory.
CREATE SEQUENCE recommend.item_revision;

CREATE TABLE recommend.items (
  item_id text COLLATE "C" PRIMARY KEY,
  title text NOT NULL,
  description text NOT NULL,
  category text NOT NULL,
  price_micros bigint NOT NULL CHECK (price_micros >= 0),
  currency_code text NOT NULL,
  image_uri text NOT NULL,
  available boolean NOT NULL,
  create_time timestamptz NOT NULL,
  update_time timestamptz NOT NULL,
  etag text NOT NULL,
  revision bigint NOT NULL
);
CREATE INDEX items_revision ON recommend.items (revision);

CREATE TABLE recommend.item_tombstones (
  item_id text COLLATE "C" PRIMARY KEY,
  revision bigint NOT NULL
);
CREATE INDEX item_tombstones_revision ON recommend.item_tombstones (revision);

-- What known customers did, from profile-service's change feed. type: 1 view,
-- 2 cart, 3 purchase, 4 return, 5 rating.
CREATE TABLE recommend.interactions (
  customer_id text COLLATE "C" NOT NULL,
  event_id text COLLATE "C" NOT NULL,
  item_id text COLLATE "C" NOT NULL,
  type smallint NOT NULL CHECK (type BETWEEN 1 AND 5),
  event_time timestamptz NOT NULL,
  quantity double precision NOT NULL,
  rating double precision NOT NULL,
  PRIMARY KEY (customer_id, event_id)
);
CREATE INDEX interactions_buyers ON recommend.interactions (item_id, customer_id) WHERE type = 3;

-- What nobody known did; for statistics alone.
CREATE TABLE recommend.anonymous_interactions (
  item_id text COLLATE "C" NOT NULL,
  interaction_id text COLLATE "C" NOT NULL,
  type smallint NOT NULL CHECK (type BETWEEN 1 AND 4),
  interaction_time timestamptz NOT NULL,
  quantity double precision NOT NULL,
  PRIMARY KEY (item_id, interaction_id)
);

-- Sums over both kinds of interactions, kept in their transactions. Writers hold
-- the advisory lock of counts, so revisions are in commit order here too.
CREATE SEQUENCE recommend.count_revision;

CREATE TABLE recommend.item_counts (
  item_id text COLLATE "C" PRIMARY KEY,
  purchases bigint NOT NULL,
  returns bigint NOT NULL,
  views bigint NOT NULL,
  carts bigint NOT NULL,
  revision bigint NOT NULL
);
CREATE INDEX item_counts_revision ON recommend.item_counts (revision);

-- How far the change feed was followed.
CREATE TABLE recommend.change_cursor (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  cursor text NOT NULL
);
INSERT INTO recommend.change_cursor (cursor) VALUES ('');

-- b_u and p_u of the customers of each trained model; p_u as little-endian floats.
CREATE TABLE recommend.customer_factors (
  customer_id text COLLATE "C" NOT NULL,
  model_id text COLLATE "C" NOT NULL,
  bias real NOT NULL,
  factors bytea NOT NULL,
  PRIMARY KEY (customer_id, model_id)
);
