-- What has changed where, noted in the writing transaction by whoever writes: psql, a loader, the app. A cached tile
-- holds while no change on its layers touches it that its own snapshot did not see (tile_cache/mirror.py).
-- Rows are only ever added, so writers do not wait for each other; what is rolled back was never noted.

-- tile_side: SQL for the rows of one side of a statement that are on a layer: key, geometry, code, what shows.
CREATE OR REPLACE FUNCTION tile_side(spec tile_cache_layer, side text) RETURNS text
LANGUAGE sql STABLE
AS $$
  SELECT format('SELECT r.%1$I AS k, r.%2$I AS g, %3$s AS c, ROW(%4$s) AS v FROM %5$I r WHERE r.%2$I IS NOT NULL AND %6$s',
                spec.key_column, spec.geom,
                CASE WHEN spec.permission = '' THEN '''''::text' ELSE 'coalesce(r.area_code, '''')::text' END,
                (SELECT string_agg(format('r.%I', name), ', ') FROM unnest(spec.columns) AS name), side, spec.condition)
$$;

-- tile_changed: SQL for the geometries (g) and codes (c) that a statement has changed on a layer: old and new ones.
CREATE OR REPLACE FUNCTION tile_changed(spec tile_cache_layer, op text) RETURNS text
LANGUAGE sql STABLE
AS $$
  SELECT CASE op
    WHEN 'INSERT' THEN tile_side(spec, 'after_rows')
    WHEN 'DELETE' THEN tile_side(spec, 'before_rows')
    ELSE format('SELECT s.g, s.c FROM (%s) b FULL JOIN (%s) a ON a.k = b.k,'
                ' LATERAL (VALUES (b.g, b.c), (a.g, a.c)) AS s(g, c)'
                ' WHERE s.g IS NOT NULL AND (a.k IS NULL OR b.k IS NULL OR a.v IS DISTINCT FROM b.v'
                ' OR a.c IS DISTINCT FROM b.c OR a.g::bytea <> b.g::bytea)',
                tile_side(spec, 'before_rows'), tile_side(spec, 'after_rows'))
  END
$$;

-- tile_boxes: the boxes as they are, or, of more than 64, those of the 8 x 8 parts of their common box, by village.
CREATE OR REPLACE FUNCTION tile_boxes(boxes tile_cache_change[]) RETURNS SETOF tile_cache_change
LANGUAGE sql STABLE
AS $$
  WITH all_of AS (
    SELECT count(*) AS many, min(west) AS x, min(south) AS y, nullif(max(east) - min(west), 0) AS dx,
           nullif(max(north) - min(south), 0) AS dy
    FROM unnest(boxes)
  ), celled AS (
    SELECT b.*, CASE WHEN many <= 64 THEN ARRAY[west, south, east, north]
                     ELSE ARRAY[floor(8 * ((west + east) / 2 - x) / dx), floor(8 * ((south + north) / 2 - y) / dy)] END AS cell,
           CASE WHEN many <= 64 THEN b.code ELSE left(b.code, 12) END AS place
    FROM unnest(boxes) AS b, all_of
  )
  SELECT NULL::bigint, NULL::xid8, NULL::timestamptz, layer, place, min(west), min(south), max(east), max(north)
  FROM celled GROUP BY layer, place, cell
$$;

-- tile_change_note: the statement triggers' one function, for every layer on the table.
CREATE OR REPLACE FUNCTION tile_change_note() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET jit = off
AS $$
DECLARE
  query text;
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    INSERT INTO tile_cache_change (layer, west, south, east, north)
    SELECT layer, -20037509, -20037509, 20037509, 20037509 FROM tile_cache_layer WHERE tbl = TG_TABLE_NAME;
    RETURN NULL;
  END IF;
  SELECT string_agg(format('SELECT %L AS layer, g, c FROM (%s) x', l.layer, tile_changed(l, TG_OP)), ' UNION ALL ')
  INTO query FROM tile_cache_layer l WHERE l.tbl = TG_TABLE_NAME;
  IF query IS NOT NULL THEN
    EXECUTE format(
      'INSERT INTO tile_cache_change (layer, code, west, south, east, north)'
      ' SELECT box.layer, box.code, box.west, box.south, box.east, box.north FROM ('
      '  SELECT array_agg(ROW(NULL, NULL, NULL, layer, c, ST_XMin(g), ST_YMin(g), ST_XMax(g), ST_YMax(g))'
      '                   ::tile_cache_change) AS boxes FROM (%s) y GROUP BY layer) z, tile_boxes(z.boxes) AS box', query);
  END IF;
  RETURN NULL;
END $$;

-- tile_degrees: a box in EPSG:3857 as [west, south, east, north] in degrees, 7 places.
CREATE OR REPLACE FUNCTION tile_degrees(west float8, south float8, east float8, north float8) RETURNS jsonb
LANGUAGE sql IMMUTABLE
AS $$
  SELECT jsonb_build_array(
    round(degrees(west / 6378137)::numeric, 7), round(degrees(atan(sinh(south / 6378137)))::numeric, 7),
    round(degrees(east / 6378137)::numeric, 7), round(degrees(atan(sinh(north / 6378137)))::numeric, 7))
$$;

-- tile_change_tell: once in a transaction, at its end: one event for all its changes, and fewer rows if they are many.
CREATE OR REPLACE FUNCTION tile_change_tell() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  told bigint := coalesce(nullif(current_setting('wangge.tiles_told', true), ''), '0');
BEGIN
  IF NEW.id <= told THEN
    RETURN NULL;
  END IF;
  IF (SELECT count(*) FROM tile_cache_change WHERE xid = pg_current_xact_id()) > 256 THEN
    -- Under SET CONSTRAINTS ALL IMMEDIATE the rows put in here would call this again at once, and so for ever.
    PERFORM set_config('wangge.tiles_told', '9223372036854775807', true);
    WITH gone AS (DELETE FROM tile_cache_change WHERE xid = pg_current_xact_id() RETURNING *),
         together AS (SELECT array_agg(gone::tile_cache_change) AS boxes FROM gone GROUP BY layer)
    INSERT INTO tile_cache_change (layer, code, west, south, east, north)
    SELECT b.layer, b.code, b.west, b.south, b.east, b.north FROM together t, tile_boxes(t.boxes) AS b;
  END IF;
  PERFORM event_emit('tiles', heard.code, heard.permission, heard.data) FROM (
    SELECT l.permission, c.code, jsonb_build_object(
        'layers', jsonb_agg(DISTINCT c.layer),
        'boxes', CASE WHEN count(*) <= 64 THEN jsonb_agg(DISTINCT tile_degrees(west, south, east, north))
                      ELSE jsonb_build_array(tile_degrees(min(west), min(south), max(east), max(north))) END) AS data
    FROM tile_cache_change c JOIN tile_cache_layer l USING (layer)
    WHERE c.xid = pg_current_xact_id() AND c.id > told GROUP BY l.permission, c.code) heard;
  PERFORM set_config('wangge.tiles_told', (SELECT max(id)::text FROM tile_cache_change WHERE xid = pg_current_xact_id()), true);
  RETURN NULL;
END $$;

DROP TRIGGER IF EXISTS tile_change_tell ON tile_cache_change;
CREATE CONSTRAINT TRIGGER tile_change_tell AFTER INSERT ON tile_cache_change
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION tile_change_tell();
ALTER TABLE tile_cache_change ENABLE ALWAYS TRIGGER tile_change_tell;

-- attach_tile_changes: have a table note its changes. Idempotent.
CREATE OR REPLACE FUNCTION attach_tile_changes(tbl regclass) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
  op text;
  sides text;
BEGIN
  FOR op, sides IN VALUES ('INSERT', 'REFERENCING NEW TABLE AS after_rows'),
                          ('UPDATE', 'REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows'),
                          ('DELETE', 'REFERENCING OLD TABLE AS before_rows'), ('TRUNCATE', '') LOOP
    CONTINUE WHEN EXISTS (SELECT FROM pg_trigger WHERE tgrelid = tbl AND tgname = 'tile_change_' || lower(op));
    EXECUTE format('CREATE TRIGGER %I AFTER %s ON %s %s FOR EACH STATEMENT EXECUTE FUNCTION tile_change_note()',
                   'tile_change_' || lower(op), op, tbl, sides);
    -- session_replication_role = replica does not switch it off.
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', tbl, 'tile_change_' || lower(op));
  END LOOP;
END $$;

-- tile_changes_prune: of a layer with more than `many` changes forget the older half; older tiles then count as changed.
CREATE OR REPLACE FUNCTION tile_changes_prune(many int) RETURNS bigint
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
  WITH numbered AS (
    SELECT id, layer, row_number() OVER (PARTITION BY layer ORDER BY id DESC) AS n,
           count(*) OVER (PARTITION BY layer) AS total
    FROM tile_cache_change
  ), gone AS (
    DELETE FROM tile_cache_change c USING numbered n
    WHERE c.id = n.id AND n.total > many AND n.n > many / 2 RETURNING c.layer, c.xid
  ), noted AS (
    UPDATE tile_cache_layer l SET horizon = g.xid
    FROM (SELECT DISTINCT ON (layer) layer, xid FROM gone ORDER BY layer, xid DESC) g
    WHERE g.layer = l.layer AND g.xid > l.horizon
  )
  SELECT count(*) FROM gone
$$;

-- A dump put into another cluster brings transaction numbers that have not come yet.
DELETE FROM tile_cache_change WHERE xid >= pg_snapshot_xmax(pg_current_snapshot());
UPDATE tile_cache_layer SET horizon = '0' WHERE horizon >= pg_snapshot_xmax(pg_current_snapshot());
