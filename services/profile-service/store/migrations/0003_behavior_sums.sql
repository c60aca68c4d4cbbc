-- The order in which a customer's events are listed.
CREATE INDEX events_customer_time ON profile.events
  (customer_id, event_time DESC, event_id DESC);

-- Texts that customers wrote: in searches (2), messages (6) and social posts (7).
CREATE INDEX events_texts ON profile.events (customer_id, event_time, event_id)
  WHERE text IS NOT NULL AND type IN (2, 6, 7);

-- What a customer did, in sums that are kept in the transaction that stores the events.
CREATE TABLE profile.behavior (
  customer_id text COLLATE "C" PRIMARY KEY
    REFERENCES profile.customers (customer_id) ON DELETE CASCADE,
  -- Seconds: what the categories' weights decay with. NULL: no event was added yet. 0: the sums
  -- are not complete, and are made again from the events.
  affinity_half_life double precision,
  views bigint NOT NULL DEFAULT 0,
  searches bigint NOT NULL DEFAULT 0,
  carts bigint NOT NULL DEFAULT 0,
  purchases bigint NOT NULL DEFAULT 0,
  returns bigint NOT NULL DEFAULT 0,
  messages bigint NOT NULL DEFAULT 0,
  social_posts bigint NOT NULL DEFAULT 0,
  ratings bigint NOT NULL DEFAULT 0,
  device_events bigint NOT NULL DEFAULT 0,
  first_event_time timestamptz,
  last_event_time timestamptz,
  last_purchase_time timestamptz,
  active_days bigint NOT NULL DEFAULT 0,
  purchase_days bigint NOT NULL DEFAULT 0,
  weekend_events bigint NOT NULL DEFAULT 0,
  night_events bigint NOT NULL DEFAULT 0,
  items bigint NOT NULL DEFAULT 0,
  rating_sum double precision NOT NULL DEFAULT 0,
  rating_count bigint NOT NULL DEFAULT 0,
  -- What is counted once, while it is short: days with an event (d19675, in days since 1970) and
  -- with a purchase (p19675), and items (iSKU-1). NULL: it is in profile.behavior_members.
  members text COLLATE "C" DEFAULT ''
) WITH (fillfactor = 70);

CREATE INDEX behavior_incomplete ON profile.behavior (customer_id) WHERE affinity_half_life = 0;

-- Sums by category (kind 1), currency of purchases and returns (2), channel (3) and device (4).
CREATE TABLE profile.behavior_keys (
  customer_id text COLLATE "C" NOT NULL,
  kind smallint NOT NULL,
  key text COLLATE "C" NOT NULL,
  events bigint NOT NULL,
  -- Of a category: its affinity as of weight_micros, microseconds since 1970.
  weight double precision NOT NULL,
  weight_micros bigint NOT NULL,
  -- Of a currency.
  purchase_count bigint NOT NULL,
  return_count bigint NOT NULL,
  purchase_amount_micros numeric NOT NULL,
  return_amount_micros numeric NOT NULL,
  PRIMARY KEY (customer_id, kind, key)
) WITH (fillfactor = 70);

-- What is counted once, of customers with more of it than a row should hold.
CREATE TABLE profile.behavior_members (
  customer_id text COLLATE "C" NOT NULL,
  member text COLLATE "C" NOT NULL,
  PRIMARY KEY (customer_id, member)
);

-- Vectors of texts, encrypted: a text can be guessed from its vector.
CREATE TABLE profile.text_vectors (
  customer_id text COLLATE "C" NOT NULL,
  event_id text COLLATE "C" NOT NULL,
  model_id text COLLATE "C" NOT NULL,
  vector bytea NOT NULL,
  create_time timestamptz NOT NULL,
  PRIMARY KEY (customer_id, event_id, model_id)
);

-- Texts that wait for their vectors; one that is leased is being computed, or waits aside after a
-- failure.
CREATE TABLE profile.pending_texts (
  customer_id text COLLATE "C" NOT NULL,
  event_id text COLLATE "C" NOT NULL,
  lease_expire_time timestamptz NOT NULL DEFAULT '-infinity',
  PRIMARY KEY (customer_id, event_id)
) WITH (fillfactor = 70);

-- How far the texts that are stored have been looked through for vectors that a model lacks.
CREATE TABLE profile.text_scans (
  model_id text COLLATE "C" PRIMARY KEY,
  last_customer_id text COLLATE "C" NOT NULL DEFAULT '',
  last_event_time timestamptz NOT NULL DEFAULT '-infinity',
  last_event_id text COLLATE "C" NOT NULL DEFAULT '',
  -- NULL: not yet.
  complete_time timestamptz
);

-- Triggers, because replicas of the version before store events too, and know nothing of sums.

CREATE FUNCTION profile.add_behavior() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO profile.behavior (customer_id) SELECT customer_id FROM made ORDER BY customer_id
    ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;

CREATE TRIGGER customers_inserted AFTER INSERT ON profile.customers
  REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION profile.add_behavior();

-- Marks the sums of an event's customer as not complete. The conflict locks the row until the
-- commit whether it changes or not, so that sums that are being made again wait for the event.
CREATE FUNCTION profile.invalidate_behavior() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO profile.behavior AS b (customer_id, affinity_half_life) VALUES (NEW.customer_id, 0)
    ON CONFLICT (customer_id) DO UPDATE SET affinity_half_life = 0
    WHERE b.affinity_half_life IS DISTINCT FROM 0;
  IF TG_OP = 'UPDATE' AND OLD.customer_id <> NEW.customer_id THEN
    UPDATE profile.behavior SET affinity_half_life = 0 WHERE customer_id = OLD.customer_id;
  END IF;
  RETURN NULL;
END $$;

-- Who keeps the sums says so for the transaction: set_config('profile.sums', 'kept', true).
CREATE TRIGGER events_inserted AFTER INSERT ON profile.events
  FOR EACH ROW WHEN (current_setting('profile.sums', true) IS DISTINCT FROM 'kept')
  EXECUTE FUNCTION profile.invalidate_behavior();

CREATE TRIGGER events_changed AFTER UPDATE OF customer_id, type, event_time, item_id, category,
    amount_micros, currency_code, channel, device, rating ON profile.events
  FOR EACH ROW EXECUTE FUNCTION profile.invalidate_behavior();

-- What was derived of events goes with them.
CREATE FUNCTION profile.forget_events() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE profile.behavior SET affinity_half_life = 0
    WHERE customer_id IN (SELECT customer_id FROM gone);
  DELETE FROM profile.text_vectors v USING gone
    WHERE v.customer_id = gone.customer_id AND v.event_id = gone.event_id;
  DELETE FROM profile.pending_texts p USING gone
    WHERE p.customer_id = gone.customer_id AND p.event_id = gone.event_id;
  RETURN NULL;
END $$;

CREATE TRIGGER events_deleted AFTER DELETE ON profile.events
  REFERENCING OLD TABLE AS gone FOR EACH STATEMENT
  EXECUTE FUNCTION profile.forget_events();

CREATE FUNCTION profile.add_pending_text() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO profile.pending_texts (customer_id, event_id) VALUES (NEW.customer_id, NEW.event_id)
    ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;

CREATE TRIGGER events_with_text AFTER INSERT ON profile.events
  FOR EACH ROW WHEN (NEW.text IS NOT NULL AND NEW.type IN (2, 6, 7))
  EXECUTE FUNCTION profile.add_pending_text();

-- The sums of events that are there already are made by profile-service, some customers at a time.
INSERT INTO profile.behavior (customer_id, affinity_half_life)
  SELECT customer_id, 0 FROM profile.customers WHERE deleted_time IS NULL
  ON CONFLICT DO NOTHING;
