-- The vector of each profile, encrypted, of customers who stand for themselves; and when it is to be
-- made again. Customers get their rows from the service (core/similar/profile_vector_maker.h).
CREATE TABLE profile.profile_vectors (
  customer_id text COLLATE "C" PRIMARY KEY
    REFERENCES profile.customers (customer_id) ON DELETE CASCADE,
  -- "name/version" of the fuser; '' without a vector.
  model_id text COLLATE "C" NOT NULL DEFAULT '',
  -- NULL: not made yet, nothing is known, or there is no consent.
  vector bytea,
  -- By this server's clock.
  make_time timestamptz NOT NULL DEFAULT '-infinity',
  -- While it is being made, the end of the lease.
  due_time timestamptz NOT NULL DEFAULT '-infinity'
);
CREATE INDEX profile_vectors_due ON profile.profile_vectors (due_time);
CREATE INDEX profile_vectors_made ON profile.profile_vectors (make_time, customer_id);
