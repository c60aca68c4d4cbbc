-- Customers that exist as far as the change feed has told, as keyed hashes: questions
-- are kept of them alone.
CREATE TABLE {schema}.known_customers (
  customer_index bytea PRIMARY KEY
);

-- The feed is read again from its beginning, which names every customer. Until it has
-- been, questions are answered and not kept. Applying a change twice changes nothing.
UPDATE {schema}.feed_cursor SET cursor = '' WHERE feed = 'profile';

-- No longer needed: whoever is deleted is no longer known. The table goes in a later
-- version.
DELETE FROM {schema}.deleted_customers;
