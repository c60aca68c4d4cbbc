-- One counter for every mutation of an article. Whoever raises it holds
-- pg_advisory_xact_lock(7131, 1) until the commit, so commit order is revision order.
CREATE TABLE {schema}.revision (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  value bigint NOT NULL
);
INSERT INTO {schema}.revision (value) VALUES (0);

-- "C" collation: ids are listed in byte order, as page tokens promise.
CREATE TABLE {schema}.articles (
  article_id text COLLATE "C" PRIMARY KEY,
  title text NOT NULL,
  body text NOT NULL,
  language_code text NOT NULL,
  uri text NOT NULL,
  questions text[] NOT NULL,
  create_time timestamptz NOT NULL,
  update_time timestamptz NOT NULL,
  revision bigint NOT NULL
);
CREATE UNIQUE INDEX articles_revision ON {schema}.articles (revision);

-- Deleted articles, for replicas to hear of. An id that is made again has both.
CREATE TABLE {schema}.tombstones (
  revision bigint PRIMARY KEY,
  article_id text COLLATE "C" NOT NULL,
  delete_time timestamptz NOT NULL
);

-- Vectors of an article's passages and questions: rows of `dimension` float32,
-- little-endian, one after the other. Rebuilt when lost.
CREATE TABLE {schema}.embeddings (
  revision bigint NOT NULL REFERENCES {schema}.articles (revision) ON DELETE CASCADE,
  encoder text NOT NULL,
  dimension integer NOT NULL,
  vectors bytea NOT NULL,
  create_time timestamptz NOT NULL,
  PRIMARY KEY (revision, encoder)
);
