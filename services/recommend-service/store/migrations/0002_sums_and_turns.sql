-- The one training that runs, whichever replica it is of: others are told its name, and may begin
-- when its lease has ended.
CREATE TABLE recommend.training_turn (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  training_id text NOT NULL,
  name text NOT NULL,
  start_time timestamptz NOT NULL,
  lease_until timestamptz NOT NULL
);

-- The training that made the factors; bundles name theirs. Empty: of an earlier version.
ALTER TABLE recommend.customer_factors ADD COLUMN training_id text NOT NULL DEFAULT '';

-- Notes on deleted items have a retention. Who has seen less than what was removed reads the whole
-- catalog again.
ALTER TABLE recommend.item_tombstones
  ADD COLUMN delete_time timestamptz NOT NULL DEFAULT clock_timestamp();
CREATE TABLE recommend.removed_tombstones (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  revision bigint NOT NULL  -- the greatest removed
);
INSERT INTO recommend.removed_tombstones (revision) VALUES (0);

-- What each customer did to each item, summed: what recommendations and trainings read.
CREATE TABLE recommend.customer_items (
  customer_id text COLLATE "C" NOT NULL,
  item_id text COLLATE "C" NOT NULL,
  interactions bigint NOT NULL,
  views bigint NOT NULL,
  carts bigint NOT NULL,
  purchases bigint NOT NULL,
  returns bigint NOT NULL,
  rating double precision NOT NULL,  -- the latest; 0: none
  rating_time timestamptz,           -- of that rating, as is the next
  rating_event_id text COLLATE "C",
  first_time timestamptz NOT NULL,
  last_time timestamptz NOT NULL,
  PRIMARY KEY (customer_id, item_id)
) WITH (fillfactor = 90);

-- Another number after every change of a customer's sums, never one that was there before: who
-- keeps the sums in memory asks for it. Gone with the customer.
CREATE SEQUENCE recommend.customer_revision;
CREATE TABLE recommend.customer_revisions (
  customer_id text COLLATE "C" PRIMARY KEY,
  revision bigint NOT NULL
) WITH (fillfactor = 70);

-- The definition of the sums.
CREATE VIEW recommend.interaction_sums AS
SELECT customer_id, item_id, count(*) AS interactions,
  count(*) FILTER (WHERE type = 1) AS views, count(*) FILTER (WHERE type = 2) AS carts,
  count(*) FILTER (WHERE type = 3) AS purchases, count(*) FILTER (WHERE type = 4) AS returns,
  coalesce((array_agg(rating ORDER BY event_time DESC, event_id DESC)
    FILTER (WHERE type = 5))[1], 0) AS rating,
  max(event_time) FILTER (WHERE type = 5) AS rating_time,
  (array_agg(event_id ORDER BY event_time DESC, event_id DESC)
    FILTER (WHERE type = 5))[1] AS rating_event_id,
  min(event_time) AS first_time, max(event_time) AS last_time
FROM recommend.interactions GROUP BY customer_id, item_id;

-- Kept by triggers, so that a replica of an earlier version, which knows nothing of them, keeps
-- them too.
CREATE FUNCTION recommend.add_customer_items() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO recommend.customer_items AS s
    (customer_id, item_id, interactions, views, carts, purchases, returns, rating, rating_time,
     rating_event_id, first_time, last_time)
  SELECT customer_id, item_id, count(*), count(*) FILTER (WHERE type = 1),
    count(*) FILTER (WHERE type = 2), count(*) FILTER (WHERE type = 3),
    count(*) FILTER (WHERE type = 4),
    coalesce((array_agg(rating ORDER BY event_time DESC, event_id DESC)
      FILTER (WHERE type = 5))[1], 0),
    max(event_time) FILTER (WHERE type = 5),
    (array_agg(event_id ORDER BY event_time DESC, event_id DESC) FILTER (WHERE type = 5))[1],
    min(event_time), max(event_time)
  FROM made GROUP BY customer_id, item_id
  ON CONFLICT (customer_id, item_id) DO UPDATE SET
    interactions = s.interactions + excluded.interactions,
    views = s.views + excluded.views, carts = s.carts + excluded.carts,
    purchases = s.purchases + excluded.purchases, returns = s.returns + excluded.returns,
    (rating, rating_time, rating_event_id) = (
      SELECT r.rating, r.rating_time, r.rating_event_id
      FROM (VALUES (s.rating, s.rating_time, s.rating_event_id),
        (excluded.rating, excluded.rating_time, excluded.rating_event_id))
        AS r (rating, rating_time, rating_event_id)
      ORDER BY r.rating_time DESC NULLS LAST, r.rating_event_id DESC LIMIT 1),
    first_time = least(s.first_time, excluded.first_time),
    last_time = greatest(s.last_time, excluded.last_time);
  INSERT INTO recommend.customer_revisions AS r (customer_id, revision)
  SELECT customer_id, nextval('recommend.customer_revision')
  FROM (SELECT DISTINCT customer_id FROM made) m
  ON CONFLICT (customer_id) DO UPDATE SET revision = excluded.revision;
  RETURN NULL;
END $$;

CREATE FUNCTION recommend.subtract_customer_items() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM recommend.customer_items s
  USING (SELECT DISTINCT customer_id, item_id FROM gone) g
  WHERE s.customer_id = g.customer_id AND s.item_id = g.item_id;
  INSERT INTO recommend.customer_items
    (customer_id, item_id, interactions, views, carts, purchases, returns, rating, rating_time,
     rating_event_id, first_time, last_time)
  SELECT v.customer_id, v.item_id, v.interactions, v.views, v.carts, v.purchases, v.returns,
    v.rating, v.rating_time, v.rating_event_id, v.first_time, v.last_time
  FROM (SELECT DISTINCT customer_id, item_id FROM gone) g
  JOIN recommend.interaction_sums v ON v.customer_id = g.customer_id AND v.item_id = g.item_id;
  DELETE FROM recommend.customer_revisions r
  USING (SELECT DISTINCT customer_id FROM gone) g
  WHERE r.customer_id = g.customer_id;
  INSERT INTO recommend.customer_revisions (customer_id, revision)
  SELECT customer_id, nextval('recommend.customer_revision')
  FROM (SELECT DISTINCT customer_id FROM gone) g
  WHERE EXISTS (SELECT 1 FROM recommend.customer_items s WHERE s.customer_id = g.customer_id);
  RETURN NULL;
END $$;

CREATE TRIGGER interactions_added AFTER INSERT ON recommend.interactions
  REFERENCING NEW TABLE AS made FOR EACH STATEMENT
  EXECUTE FUNCTION recommend.add_customer_items();
CREATE TRIGGER interactions_removed AFTER DELETE ON recommend.interactions
  REFERENCING OLD TABLE AS gone FOR EACH STATEMENT
  EXECUTE FUNCTION recommend.subtract_customer_items();

-- The triggers above hold off every writer until this is committed.
INSERT INTO recommend.customer_items
  (customer_id, item_id, interactions, views, carts, purchases, returns, rating, rating_time,
   rating_event_id, first_time, last_time)
SELECT customer_id, item_id, interactions, views, carts, purchases, returns, rating, rating_time,
  rating_event_id, first_time, last_time
FROM recommend.interaction_sums;
INSERT INTO recommend.customer_revisions (customer_id, revision)
SELECT customer_id, nextval('recommend.customer_revision')
FROM (SELECT DISTINCT customer_id FROM recommend.customer_items) c;
