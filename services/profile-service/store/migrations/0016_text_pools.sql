-- The direction of a customer's newest texts, encrypted, so that a profile need not read the vector
-- of each. It is of the texts of `texts_hash` alone: where others are the newest it is not used.
CREATE TABLE profile.text_pools (
  customer_id text COLLATE "C" NOT NULL,
  model_id text COLLATE "C" NOT NULL,
  texts_hash text COLLATE "C" NOT NULL,
  vector bytea NOT NULL,
  PRIMARY KEY (customer_id, model_id)
) WITH (fillfactor = 70);

-- A trigger, because replicas of the version before delete vectors too, and know nothing of pools.
CREATE FUNCTION profile.forget_text_pools() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM profile.text_pools AS p USING gone
    WHERE p.customer_id = gone.customer_id AND p.model_id = gone.model_id;
  RETURN NULL;
END $$;

CREATE TRIGGER text_vectors_deleted AFTER DELETE ON profile.text_vectors
  REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION profile.forget_text_pools();
