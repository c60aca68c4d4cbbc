-- The customer's revision (customer_revisions) that the factors were trained on: they are used while
-- it is still that one. 0: of an earlier version, used no more.
ALTER TABLE recommend.customer_factors ADD COLUMN history_revision bigint NOT NULL DEFAULT 0;
