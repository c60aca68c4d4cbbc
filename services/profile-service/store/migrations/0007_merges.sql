-- Customers who are one person. Each keeps their row, events and decisions; who was merged names the
-- survivor, who stands for the person and is merged into nobody.
ALTER TABLE profile.customers ADD COLUMN survivor_id text COLLATE "C";
-- Customers whose survivor this one is.
ALTER TABLE profile.customers ADD COLUMN merged_count integer NOT NULL DEFAULT 0;
CREATE INDEX customers_survivor ON profile.customers (survivor_id) WHERE survivor_id IS NOT NULL;

-- Who was merged into whom, and why. A survivor may be merged later: then the survivors of all who
-- were merged into them change, and these rows do not.
CREATE TABLE profile.merges (
  customer_id text COLLATE "C" NOT NULL
    REFERENCES profile.customers (customer_id) ON DELETE CASCADE,
  merge_id bigint GENERATED ALWAYS AS IDENTITY,
  into_id text COLLATE "C" NOT NULL
    REFERENCES profile.customers (customer_id) ON DELETE CASCADE,
  -- 1 a request that names the customers, 2 a match that was accepted, 3 a match that was certain
  origin smallint NOT NULL,
  -- Of the match; 0 without one.
  probability double precision NOT NULL,
  -- Of the match, as JSON: which fields agree, and how much that says. No values.
  reasons text NOT NULL,
  merge_time timestamptz NOT NULL,
  undo_time timestamptz,
  PRIMARY KEY (customer_id, merge_id)
);
CREATE UNIQUE INDEX merges_id ON profile.merges (merge_id);
CREATE UNIQUE INDEX merges_active ON profile.merges (customer_id) WHERE undo_time IS NULL;
CREATE INDEX merges_into ON profile.merges (into_id);

-- Pairs of customers who may be one person.
CREATE TABLE profile.matches (
  customer_id text COLLATE "C" NOT NULL
    REFERENCES profile.customers (customer_id) ON DELETE CASCADE,
  other_id text COLLATE "C" NOT NULL
    REFERENCES profile.customers (customer_id) ON DELETE CASCADE,
  match_id bigint GENERATED ALWAYS AS IDENTITY,
  probability double precision NOT NULL,
  reasons text NOT NULL,
  -- 1 waiting, 2 dismissed, 3 merged
  state smallint NOT NULL,
  create_time timestamptz NOT NULL,
  -- The search that found it last; a waiting one that a later search does not find goes.
  search_id bigint NOT NULL,
  PRIMARY KEY (customer_id, other_id),
  CHECK (customer_id < other_id)
);
CREATE UNIQUE INDEX matches_id ON profile.matches (match_id);
CREATE INDEX matches_other ON profile.matches (other_id);
CREATE INDEX matches_waiting ON profile.matches (probability DESC, match_id) WHERE state = 1;

-- The search for matches: one replica at a time, and none where nobody changed since the last.
CREATE TABLE profile.match_search (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  search_id bigint NOT NULL,
  lease_expire_time timestamptz NOT NULL,
  -- How many customers there were and when one changed last, when the search that has the number
  -- was begun; and when the last that ended was.
  begun_count bigint NOT NULL DEFAULT 0,
  begun_update_time timestamptz NOT NULL DEFAULT '-infinity',
  searched_count bigint NOT NULL DEFAULT 0,
  searched_update_time timestamptz NOT NULL DEFAULT '-infinity'
);
INSERT INTO profile.match_search (search_id, lease_expire_time) VALUES (0, '-infinity');

-- All customers of the person to whom the customer belongs, the survivor first.
CREATE FUNCTION profile.members_of(customer text) RETURNS SETOF text LANGUAGE sql STABLE AS $$
  SELECT person.id FROM (
    SELECT coalesce(survivor_id, customer_id) AS id FROM profile.customers
    WHERE customer_id = customer AND deleted_time IS NULL
  ) AS person
  UNION ALL
  SELECT member.customer_id FROM profile.customers AS member WHERE member.survivor_id = (
    SELECT coalesce(survivor_id, customer_id) FROM profile.customers
    WHERE customer_id = customer AND deleted_time IS NULL
  )
$$;

-- What the person decided: of each purpose the newest decision of all their customers holds.
CREATE OR REPLACE FUNCTION profile.consents_of(customer text) RETURNS bigint
LANGUAGE sql STABLE AS $$
  SELECT coalesce(bit_or((CASE WHEN granted THEN 1 ELSE 2 END)::bigint << (2 * purpose)), 0)
  FROM (
    SELECT DISTINCT ON (purpose) purpose, granted FROM profile.consent_decisions
    WHERE customer_id IN (SELECT profile.members_of(customer))
    ORDER BY purpose, decision_time DESC, decision_id DESC
  ) AS newest
$$;

-- Segments have survivors: what happens to a merged customer makes the survivor due.
CREATE OR REPLACE FUNCTION profile.make_segments_due() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM profile.segments) THEN
    RETURN NULL;
  END IF;
  INSERT INTO profile.segment_due AS d (customer_id, due_time)
    SELECT m.customer_id, '-infinity'
    FROM (SELECT DISTINCT coalesce(c.survivor_id, c.customer_id) AS customer_id
          FROM touched JOIN profile.customers AS c USING (customer_id)) AS m
    JOIN profile.customers USING (customer_id) ORDER BY m.customer_id
    ON CONFLICT (customer_id) DO UPDATE SET due_time = '-infinity', revision = d.revision + 1;
  RETURN NULL;
END $$;
