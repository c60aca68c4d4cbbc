-- Events that were refused and kept for somebody to mend.
CREATE SEQUENCE profile.quarantined_events_seq;

CREATE TABLE profile.quarantined_events (
  quarantine_id bigint PRIMARY KEY,
  -- Whom it is about as far as it tells, a customer or not; '' where it does not. For erasure.
  customer_id text COLLATE "C" NOT NULL,
  -- Encrypted: the event as it was sent, or mended since.
  event bytea NOT NULL,
  -- A keyed hash of the event as it was sent: sent again, it is known by it, also once mended.
  sent_index bytea NOT NULL UNIQUE,
  -- Machine-readable, and [[field, what is wrong with it], ...]; '' and [] once nothing is.
  reason text COLLATE "C" NOT NULL,
  violations jsonb NOT NULL,
  -- Of the event and the violations, before encryption.
  byte_count bigint NOT NULL,
  revision bigint NOT NULL DEFAULT 1,
  create_time timestamptz NOT NULL,
  update_time timestamptz NOT NULL
);
CREATE INDEX quarantined_events_customer ON profile.quarantined_events (customer_id, quarantine_id);
CREATE INDEX quarantined_events_created ON profile.quarantined_events (create_time);

-- What they are together, one row. Whoever adds, changes or takes out any locks it before
-- (store/quarantine/quarantine_writer.h).
CREATE TABLE profile.quarantine_totals (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  events bigint NOT NULL DEFAULT 0,
  bytes bigint NOT NULL DEFAULT 0
);
INSERT INTO profile.quarantine_totals DEFAULT VALUES;

CREATE FUNCTION profile.add_to_quarantine() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE profile.quarantine_totals SET events = events + (SELECT count(*) FROM made),
    bytes = bytes + (SELECT coalesce(sum(byte_count), 0) FROM made);
  RETURN NULL;
END $$;
CREATE TRIGGER quarantined AFTER INSERT ON profile.quarantined_events
  REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION profile.add_to_quarantine();

CREATE FUNCTION profile.change_quarantine() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE profile.quarantine_totals SET bytes = bytes + NEW.byte_count - OLD.byte_count;
  RETURN NULL;
END $$;
CREATE TRIGGER quarantined_changed AFTER UPDATE OF byte_count ON profile.quarantined_events
  FOR EACH ROW WHEN (OLD.byte_count <> NEW.byte_count)
  EXECUTE FUNCTION profile.change_quarantine();

CREATE FUNCTION profile.take_from_quarantine() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE profile.quarantine_totals SET events = events - (SELECT count(*) FROM gone),
    bytes = bytes - (SELECT coalesce(sum(byte_count), 0) FROM gone)
    WHERE EXISTS (SELECT FROM gone);
  RETURN NULL;
END $$;
CREATE TRIGGER released AFTER DELETE ON profile.quarantined_events
  REFERENCING OLD TABLE AS gone FOR EACH STATEMENT
  EXECUTE FUNCTION profile.take_from_quarantine();

-- A replica of the version before knows nothing of the quarantine when it deletes a customer.
CREATE FUNCTION profile.erase_quarantine() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM gone) THEN
    RETURN NULL;
  END IF;
  PERFORM FROM profile.quarantine_totals FOR UPDATE;
  DELETE FROM profile.quarantined_events AS q USING gone WHERE q.customer_id = gone.customer_id;
  RETURN NULL;
END $$;
CREATE TRIGGER customers_deleted_quarantine AFTER DELETE ON profile.customers
  REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION profile.erase_quarantine();
