-- Search: texts are found by any part of them, over trigrams where PostgreSQL's contrib has them; else by reading.
DO $$
BEGIN
  CREATE EXTENSION IF NOT EXISTS pg_trgm;
EXCEPTION WHEN OTHERS THEN
  RAISE NOTICE 'pg_trgm is not there (%): search reads whole tables', SQLERRM;
END $$;

-- attach_search: one trigram index over these text columns of a table. Safe to run again.
CREATE OR REPLACE FUNCTION attach_search(tbl regclass, columns text[]) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
  title text := (SELECT c.relname || '_search' FROM pg_class c WHERE c.oid = tbl);
  parts text := (SELECT string_agg(format('%I gin_trgm_ops', c), ', ' ORDER BY n) FROM unnest(columns) WITH ORDINALITY u(c, n));
BEGIN
  IF NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm') OR parts IS NULL THEN
    RETURN;
  END IF;
  IF obj_description(to_regclass(title), 'pg_class') IS DISTINCT FROM parts THEN
    EXECUTE format('DROP INDEX IF EXISTS %I', title);
    EXECUTE format('CREATE INDEX %I ON %s USING gin (%s)', title, tbl, parts);
    EXECUTE format('COMMENT ON INDEX %I IS %L', title, parts);
  END IF;
END $$;
