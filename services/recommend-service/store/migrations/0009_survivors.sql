-- Customers who were merged into another, as the change feed told it: the survivor, who is merged
-- into nobody. Interactions stay under the name of who did them; what is derived of them (sums,
-- revisions, factors) is the survivor's. Gone with the customer.
CREATE TABLE recommend.survivors (
  customer_id text COLLATE "C" PRIMARY KEY,
  survivor_id text COLLATE "C" NOT NULL
);
CREATE INDEX survivors_survivor ON recommend.survivors (survivor_id);

-- Who stands for a customer.
CREATE FUNCTION recommend.person_of(customer text) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT coalesce((SELECT survivor_id FROM recommend.survivors WHERE customer_id = customer),
                  customer)
$$;

-- The definition of the sums now: the same of each customer, and those of one person together.
CREATE OR REPLACE VIEW recommend.interaction_sums AS
SELECT coalesce(s.survivor_id, i.customer_id) AS customer_id, item_id, count(*) AS interactions,
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
FROM recommend.interactions AS i LEFT JOIN recommend.survivors AS s USING (customer_id)
GROUP BY coalesce(s.survivor_id, i.customer_id), item_id;

-- Makes the sums of some customers again, of their interactions and of those merged into them; of
-- who was merged there are none. The view's aggregates, over no more than those interactions.
CREATE FUNCTION recommend.sum_customers(customers text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  members text[] := ARRAY(
    SELECT unnest(customers)
    UNION SELECT customer_id FROM recommend.survivors WHERE survivor_id = ANY (customers));
BEGIN
  DELETE FROM recommend.customer_items WHERE customer_id = ANY (customers);
  DELETE FROM recommend.customer_revisions WHERE customer_id = ANY (customers);
  INSERT INTO recommend.customer_items
    (customer_id, item_id, interactions, views, carts, purchases, returns, rating, rating_time,
     rating_event_id, first_time, last_time, dismiss_time, purchase_time)
  SELECT person, item_id, count(*), count(*) FILTER (WHERE type = 1),
    count(*) FILTER (WHERE type = 2), count(*) FILTER (WHERE type = 3),
    count(*) FILTER (WHERE type = 4),
    coalesce((array_agg(rating ORDER BY event_time DESC, event_id DESC)
      FILTER (WHERE type = 5))[1], 0),
    max(event_time) FILTER (WHERE type = 5),
    (array_agg(event_id ORDER BY event_time DESC, event_id DESC) FILTER (WHERE type = 5))[1],
    min(event_time), max(event_time), max(event_time) FILTER (WHERE type = 6),
    max(event_time) FILTER (WHERE type = 3)
  FROM (
    SELECT i.*, coalesce(s.survivor_id, i.customer_id) AS person
    FROM recommend.interactions AS i LEFT JOIN recommend.survivors AS s USING (customer_id)
    WHERE i.customer_id = ANY (members)
  ) AS theirs
  WHERE person = ANY (customers) GROUP BY person, item_id;
  INSERT INTO recommend.customer_revisions (customer_id, revision)
  SELECT customer_id, nextval('recommend.customer_revision')
  FROM (SELECT DISTINCT customer_id FROM recommend.customer_items
        WHERE customer_id = ANY (customers)) AS c;
END $$;

CREATE OR REPLACE FUNCTION recommend.subtract_customer_items() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM recommend.sum_customers(ARRAY(
    SELECT DISTINCT recommend.person_of(customer_id)
    FROM (SELECT DISTINCT customer_id FROM gone) AS g));
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION recommend.add_customer_items() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO recommend.customer_items AS s
    (customer_id, item_id, interactions, views, carts, purchases, returns, rating, rating_time,
     rating_event_id, first_time, last_time, dismiss_time, purchase_time)
  SELECT person, item_id, count(*), count(*) FILTER (WHERE type = 1),
    count(*) FILTER (WHERE type = 2), count(*) FILTER (WHERE type = 3),
    count(*) FILTER (WHERE type = 4),
    coalesce((array_agg(rating ORDER BY event_time DESC, event_id DESC)
      FILTER (WHERE type = 5))[1], 0),
    max(event_time) FILTER (WHERE type = 5),
    (array_agg(event_id ORDER BY event_time DESC, event_id DESC) FILTER (WHERE type = 5))[1],
    min(event_time), max(event_time), max(event_time) FILTER (WHERE type = 6),
    max(event_time) FILTER (WHERE type = 3)
  FROM (
    SELECT made.*, coalesce(survivor_id, customer_id) AS person
    FROM made LEFT JOIN recommend.survivors USING (customer_id)
  ) AS theirs
  GROUP BY person, item_id
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
  FROM (SELECT DISTINCT coalesce(survivor_id, customer_id) AS customer_id
        FROM made LEFT JOIN recommend.survivors USING (customer_id)) m
  ON CONFLICT (customer_id) DO UPDATE SET revision = excluded.revision;
  RETURN NULL;
END $$;

-- Sums are made again by triggers, whoever tells of survivors.
CREATE FUNCTION recommend.move_customer_items() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM recommend.sum_customers(ARRAY(
      SELECT customer_id FROM touched UNION SELECT survivor_id FROM touched));
  ELSE
    PERFORM recommend.sum_customers(ARRAY(
      SELECT customer_id FROM touched UNION
      SELECT recommend.person_of(survivor_id) FROM touched));
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER survivors_added AFTER INSERT ON recommend.survivors
  REFERENCING NEW TABLE AS touched FOR EACH STATEMENT
  EXECUTE FUNCTION recommend.move_customer_items();
CREATE TRIGGER survivors_removed AFTER DELETE ON recommend.survivors
  REFERENCING OLD TABLE AS touched FOR EACH STATEMENT
  EXECUTE FUNCTION recommend.move_customer_items();
