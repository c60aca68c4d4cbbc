-- The role of one service. It owns the schema of its name and sees no other.
--
-- For psql, connected to the database as a superuser, with two variables: service (profile,
-- qa or recommend) and password. Running it again changes the password alone.
SET client_min_messages = warning;
SELECT current_database() AS database, 'clientele_' || :'service' AS role \gset
REVOKE ALL ON SCHEMA public FROM PUBLIC;
SELECT format('CREATE ROLE %I LOGIN', :'role')
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'role') \gexec
ALTER ROLE :"role" PASSWORD :'password';
GRANT CONNECT ON DATABASE :"database" TO :"role";
CREATE SCHEMA IF NOT EXISTS :"service" AUTHORIZATION :"role";
