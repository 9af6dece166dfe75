-- Run by the cluster's superuser each time this file has changed; safe to run again.
-- Passwords come through the environment, so that no process list shows them.
\set ON_ERROR_STOP on
\getenv owner_password WANGGE_OWNER_PASSWORD
\getenv app_password WANGGE_APP_PASSWORD
\getenv raster_password WANGGE_RASTER_PASSWORD

-- wangge: owns the database and everything in it, runs migrations and management commands; no superuser.
-- wangge_app: what the server runs as; owns nothing and cannot step round row-level security.
-- wangge_raster: what MapServer connects as; reads the columns of what may appear on raster, and nothing else.
SELECT format('CREATE ROLE %I', name)
FROM unnest(ARRAY['wangge', 'wangge_app', 'wangge_raster']) AS name
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name)
\gexec
ALTER ROLE wangge LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD :'owner_password';
ALTER ROLE wangge_app LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD :'app_password';
ALTER ROLE wangge_raster LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD :'raster_password';
ALTER ROLE wangge_raster SET default_transaction_read_only = on;
ALTER ROLE wangge_raster SET statement_timeout = '20s';
-- The owner may `SET ROLE wangge_app`, to see what the app sees.
GRANT wangge_app TO wangge;

-- PostGIS goes into the template: only a superuser may create it, and test databases are made from it, too.
\connect template1
CREATE EXTENSION IF NOT EXISTS postgis;
ALTER EXTENSION postgis UPDATE;
-- Under row-level security a query's own condition may use an index only if its function is marked as one that tells
-- nothing of rows that are not seen. && compares boxes and raises nothing; unmarked, every tile of a protected layer
-- would read the whole table. Only a superuser may say so; elsewhere it is slower, and as right.
ALTER FUNCTION geometry_overlaps(geometry, geometry) LEAKPROOF;

SELECT 'CREATE DATABASE wangge OWNER wangge'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'wangge')
\gexec
\connect wangge
ALTER EXTENSION postgis UPDATE;
ALTER FUNCTION geometry_overlaps(geometry, geometry) LEAKPROOF;
REVOKE ALL ON DATABASE wangge FROM PUBLIC;
GRANT CONNECT ON DATABASE wangge TO wangge_app, wangge_raster;
