-- What customers decided about the use of their data, as the change feed told it: two bits for each
-- purpose (common/consent). Gone with the customer.
CREATE TABLE recommend.consents (
  customer_id text COLLATE "C" PRIMARY KEY,
  consents bigint NOT NULL
);
