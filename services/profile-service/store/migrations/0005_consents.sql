-- What customers decided about the uses of their data, with the evidence. Rows are never changed:
-- of a purpose the newest decision counts, and of two of one time the one stored last.
CREATE TABLE profile.consent_decisions (
  customer_id text COLLATE "C" NOT NULL
    REFERENCES profile.customers (customer_id) ON DELETE CASCADE,
  decision_time timestamptz NOT NULL,
  decision_id bigint GENERATED ALWAYS AS IDENTITY,
  -- 1 profiling, 2 image analysis, 3 recommendation, 4 marketing, 5 answer personalization
  purpose smallint NOT NULL,
  granted boolean NOT NULL,
  text_version text NOT NULL,
  source text NOT NULL,
  store_time timestamptz NOT NULL,
  PRIMARY KEY (customer_id, decision_time, decision_id)
);

-- What the customer has decided so far, kept with the decisions: two bits for each purpose from bit
-- 2 * purpose on, 1 granted and 2 withdrawn; 0 where nothing was decided. common/consent reads it.
ALTER TABLE profile.customers ADD COLUMN consents bigint NOT NULL DEFAULT 0;

-- The same, of the decisions themselves.
CREATE FUNCTION profile.consents_of(customer text) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT coalesce(bit_or((CASE WHEN granted THEN 1 ELSE 2 END)::bigint << (2 * purpose)), 0)
  FROM (
    SELECT DISTINCT ON (purpose) purpose, granted FROM profile.consent_decisions
    WHERE customer_id = customer
    ORDER BY purpose, decision_time DESC, decision_id DESC
  ) AS newest
$$;
