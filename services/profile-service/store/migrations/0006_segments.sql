CREATE TABLE profile.segments (
  segment_id text COLLATE "C" PRIMARY KEY,
  display_name text NOT NULL,
  -- In the language of core/segments/segment_rule.h.
  rule text NOT NULL,
  create_time timestamptz NOT NULL,
  member_count bigint NOT NULL DEFAULT 0
);

CREATE TABLE profile.segment_members (
  customer_id text COLLATE "C" NOT NULL
    REFERENCES profile.customers (customer_id) ON DELETE CASCADE,
  segment_id text COLLATE "C" NOT NULL
    REFERENCES profile.segments (segment_id) ON DELETE CASCADE,
  join_time timestamptz NOT NULL,
  PRIMARY KEY (customer_id, segment_id)
);
CREATE INDEX segment_members_segment ON profile.segment_members (segment_id, customer_id);

-- When each customer's memberships are decided again: at once (-infinity) when something happened,
-- or when time alone may change them. Without a row: never.
CREATE TABLE profile.segment_due (
  customer_id text COLLATE "C" PRIMARY KEY
    REFERENCES profile.customers (customer_id) ON DELETE CASCADE,
  due_time timestamptz NOT NULL,
  -- One more with everything that happens: who decided on less decides again.
  revision bigint NOT NULL DEFAULT 1,
  lease_expire_time timestamptz NOT NULL DEFAULT '-infinity'
) WITH (fillfactor = 70);
CREATE INDEX segment_due_time ON profile.segment_due (due_time);

-- Triggers, because replicas of the version before store events too.
CREATE FUNCTION profile.make_segments_due() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM profile.segments) THEN
    RETURN NULL;
  END IF;
  INSERT INTO profile.segment_due AS d (customer_id, due_time)
    SELECT m.customer_id, '-infinity'
    FROM (SELECT DISTINCT customer_id FROM touched) AS m
    JOIN profile.customers USING (customer_id) ORDER BY m.customer_id
    ON CONFLICT (customer_id) DO UPDATE SET due_time = '-infinity', revision = d.revision + 1;
  RETURN NULL;
END $$;

CREATE TRIGGER events_inserted_segments AFTER INSERT ON profile.events
  REFERENCING NEW TABLE AS touched FOR EACH STATEMENT
  EXECUTE FUNCTION profile.make_segments_due();
CREATE TRIGGER events_deleted_segments AFTER DELETE ON profile.events
  REFERENCING OLD TABLE AS touched FOR EACH STATEMENT
  EXECUTE FUNCTION profile.make_segments_due();
CREATE TRIGGER customers_inserted_segments AFTER INSERT ON profile.customers
  REFERENCING NEW TABLE AS touched FOR EACH STATEMENT
  EXECUTE FUNCTION profile.make_segments_due();
CREATE TRIGGER customers_updated_segments AFTER UPDATE ON profile.customers
  REFERENCING NEW TABLE AS touched FOR EACH STATEMENT
  EXECUTE FUNCTION profile.make_segments_due();

CREATE FUNCTION profile.count_segment_members() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE profile.segments AS s
    SET member_count = member_count + CASE WHEN TG_OP = 'INSERT' THEN m.count ELSE -m.count END
    FROM (SELECT segment_id, count(*) AS count FROM touched GROUP BY segment_id) AS m
    WHERE s.segment_id = m.segment_id;
  RETURN NULL;
END $$;

CREATE TRIGGER segment_members_inserted AFTER INSERT ON profile.segment_members
  REFERENCING NEW TABLE AS touched FOR EACH STATEMENT
  EXECUTE FUNCTION profile.count_segment_members();
CREATE TRIGGER segment_members_deleted AFTER DELETE ON profile.segment_members
  REFERENCING OLD TABLE AS touched FOR EACH STATEMENT
  EXECUTE FUNCTION profile.count_segment_members();
