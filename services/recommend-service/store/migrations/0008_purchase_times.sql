-- When a customer last bought each item: some things are bought again.
ALTER TABLE recommend.customer_items ADD COLUMN purchase_time timestamptz;  -- null: never

CREATE OR REPLACE VIEW recommend.interaction_sums AS
SELECT customer_id, item_id, count(*) AS interactions,
  count(*) FILTER (WHERE type = 1) AS views, count(*) FILTER (WHERE type = 2) AS carts,
  count(*) FILTER (WHERE type = 3) AS purchases, count(*) FILTER (WHERE type = 4) AS returns,
  coalesce((array_agg(rating ORDER BY event_time DESC, event_id DESC)
    FILTER (WHERE type = 5))[1], 0) AS rating,
  max(event_time) FILTER (WHERE type = 5) AS rating_time,
  (array_agg(event_id ORDER BY event_time DESC, event_id DESC)
    FILTER (WHERE type = 5))[1] AS rating_event_id,
  min(event_time) AS first_time, max(event_time) AS last_time,
  max(event_time) FILTER (WHERE type = 6) AS dismiss_time,
  max(event_time) FILTER (WHERE type = 3) AS purchase_time
FROM recommend.interactions GROUP BY customer_id, item_id;

CREATE OR REPLACE FUNCTION recommend.add_customer_items() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO recommend.customer_items AS s
    (customer_id, item_id, interactions, views, carts, purchases, returns, rating, rating_time,
     rating_event_id, first_time, last_time, dismiss_time, purchase_time)
  SELECT customer_id, item_id, count(*), count(*) FILTER (WHERE type = 1),
    count(*) FILTER (WHERE type = 2), count(*) FILTER (WHERE type = 3),
    count(*) FILTER (WHERE type = 4),
    coalesce((array_agg(rating ORDER BY event_time DESC, event_id DESC)
      FILTER (WHERE type = 5))[1], 0),
    max(event_time) FILTER (WHERE type = 5),
    (array_agg(event_id ORDER BY event_time DESC, event_id DESC) FILTER (WHERE type = 5))[1],
    min(event_time), max(event_time), max(event_time) FILTER (WHERE type = 6),
    max(event_time) FILTER (WHERE type = 3)
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
    last_time = greatest(s.last_time, excluded.last_time),
    dismiss_time = greatest(s.dismiss_time, excluded.dismiss_time),
    purchase_time = greatest(s.purchase_time, excluded.purchase_time);
  INSERT INTO recommend.customer_revisions AS r (customer_id, revision)
  SELECT customer_id, nextval('recommend.customer_revision')
  FROM (SELECT DISTINCT customer_id FROM made) m
  ON CONFLICT (customer_id) DO UPDATE SET revision = excluded.revision;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION recommend.subtract_customer_items() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM recommend.customer_items s
  USING (SELECT DISTINCT customer_id, item_id FROM gone) g
  WHERE s.customer_id = g.customer_id AND s.item_id = g.item_id;
  INSERT INTO recommend.customer_items
    (customer_id, item_id, interactions, views, carts, purchases, returns, rating, rating_time,
     rating_event_id, first_time, last_time, dismiss_time, purchase_time)
  SELECT v.customer_id, v.item_id, v.interactions, v.views, v.carts, v.purchases, v.returns,
    v.rating, v.rating_time, v.rating_event_id, v.first_time, v.last_time, v.dismiss_time,
    v.purchase_time
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

UPDATE recommend.customer_items s SET purchase_time = b.purchase_time
FROM (SELECT customer_id, item_id, max(event_time) AS purchase_time FROM recommend.interactions
  WHERE type = 3 GROUP BY customer_id, item_id) b
WHERE s.customer_id = b.customer_id AND s.item_id = b.item_id;
