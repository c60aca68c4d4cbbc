-- Customers' pictures: what is known of them, what models saw in them, and the bytes of those that
-- wait for a model or are to be kept.
CREATE TABLE profile.media (
  customer_id text COLLATE "C" NOT NULL
    REFERENCES profile.customers (customer_id) ON DELETE CASCADE,
  media_id text COLLATE "C" NOT NULL,
  -- A keyed hash of the bytes: the same picture uploaded again is known by it.
  content_index bytea NOT NULL,
  -- 1 JPEG, 2 PNG, 3 WebP
  format smallint NOT NULL,
  byte_count bigint NOT NULL,
  width integer NOT NULL,
  height integer NOT NULL,
  capture_time timestamptz NOT NULL,
  upload_time timestamptz NOT NULL,
  keep boolean NOT NULL,
  -- 1 pending, 2 seen, 3 failed
  state smallint NOT NULL,
  failure text NOT NULL DEFAULT '',
  PRIMARY KEY (customer_id, media_id)
);
CREATE INDEX media_newest ON profile.media (customer_id, capture_time DESC, media_id DESC);
CREATE INDEX media_uploaded ON profile.media (upload_time);
CREATE INDEX media_kept ON profile.media (customer_id, media_id) WHERE keep;

-- The bytes, encrypted in pieces, so that no value is large. Pieces count from 1.
CREATE TABLE profile.media_pieces (
  customer_id text COLLATE "C" NOT NULL,
  media_id text COLLATE "C" NOT NULL,
  piece integer NOT NULL,
  content bytea NOT NULL,
  PRIMARY KEY (customer_id, media_id, piece),
  FOREIGN KEY (customer_id, media_id) REFERENCES profile.media ON DELETE CASCADE
);

-- Pictures that wait for a model; one that is leased is being looked at, or waits aside.
CREATE TABLE profile.pending_media (
  customer_id text COLLATE "C" NOT NULL,
  media_id text COLLATE "C" NOT NULL,
  byte_count bigint NOT NULL,
  lease_expire_time timestamptz NOT NULL DEFAULT '-infinity',
  -- That failed.
  attempts smallint NOT NULL DEFAULT 0,
  PRIMARY KEY (customer_id, media_id),
  FOREIGN KEY (customer_id, media_id) REFERENCES profile.media ON DELETE CASCADE
) WITH (fillfactor = 70);

-- What one version of a model saw in a picture; of each kind the newest alone.
CREATE TABLE profile.media_sightings (
  customer_id text COLLATE "C" NOT NULL,
  media_id text COLLATE "C" NOT NULL,
  model_id text COLLATE "C" NOT NULL,
  -- 1 classes, 2 objects
  kind smallint NOT NULL,
  -- Encrypted: labels, scores and boxes as JSON; and a vector, NULL without one.
  objects bytea NOT NULL,
  vector bytea,
  see_time timestamptz NOT NULL,
  PRIMARY KEY (customer_id, media_id, model_id),
  FOREIGN KEY (customer_id, media_id) REFERENCES profile.media ON DELETE CASCADE
);
