-- Tags: every located row carries the codes of the areas that it lies in, given by the database, whoever writes.
-- area_code is the finest live area, at most of the grid tier, that holds the row's representative point (its
-- prefixes are the areas above); grid_code the same where that is a grid; both null outside the district.
-- On a border the lowest code wins, as in area_at. attach_tags makes a table a tagged one.

-- tag_point: the point that stands for a geometry, in EPSG:4490: a point itself, the middle of a line's longest
-- part, a point on the surface of a polygon. SRID 0 and 4326 are taken as 4490. (No SET search_path: it would be
-- half of what a point costs, and everything that decides anything calls this with its own.)
CREATE OR REPLACE FUNCTION tag_point(geom geometry) RETURNS geometry
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
AS $$
DECLARE
  place geometry := CASE WHEN ST_SRID(geom) = 4490 THEN geom WHEN ST_SRID(geom) IN (0, 4326) THEN ST_SetSRID(geom, 4490)
                         ELSE ST_Transform(geom, 4490) END;
BEGIN
  IF ST_IsEmpty(place) THEN
    RETURN NULL;
  ELSIF GeometryType(place) = 'POINT' THEN
    RETURN place;
  ELSIF ST_Dimension(place) <> 1 THEN
    RETURN ST_PointOnSurface(place);
  END IF;
  RETURN (SELECT ST_LineInterpolatePoint(part.geom, 0.5) FROM ST_Dump(place) part
          WHERE GeometryType(part.geom) = 'LINESTRING' ORDER BY ST_Length(part.geom) DESC, part.path LIMIT 1);
END $$;

-- area_tag: the finest live area of at most the grid tier that holds a point. Its row is taken FOR SHARE: a
-- publication that moves this border waits for the writer, and re-tags what the writer wrote; a writer that
-- comes later waits for the publication, and sees it. (Not STABLE: each query needs a snapshot of its own.)
CREATE OR REPLACE FUNCTION area_tag(place geometry) RETURNS text
LANGUAGE plpgsql VOLATILE STRICT
AS $$
DECLARE
  found text;
  level text;
BEGIN
  FOR level IN
    SELECT t.tier FROM gis_core_tier t JOIN gis_core_tier grid ON grid.tier = 'grid' AND t.rank <= grid.rank
    ORDER BY t.rank DESC
  LOOP
    SELECT a.code INTO found FROM gis_core_area a
    WHERE a.tier = level AND a.valid_to IS NULL AND ST_Covers(a.geom, place)
    ORDER BY a.code COLLATE "C" LIMIT 1 FOR SHARE OF a;
    IF found IS NULL THEN
      -- Within a rounding error of a shared edge: see area_at.
      SELECT a.code INTO found FROM gis_core_area a
      WHERE a.tier = level AND a.valid_to IS NULL AND ST_DWithin(a.geom, place, 1e-11)
      ORDER BY a.code COLLATE "C" LIMIT 1 FOR SHARE OF a;
    END IF;
    EXIT WHEN found IS NOT NULL;
  END LOOP;
  RETURN found;
END $$;

-- tag_row: the row trigger. Before the row: a set-based update after the statement takes as long (35 microseconds a
-- building against 33, measured on 100,000) and leaves every row and all its index entries written twice. The
-- grid's query stands here too: it is the answer for all but a few rows.
CREATE OR REPLACE FUNCTION tag_row() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  place geometry;
  found text;
BEGIN
  IF TG_ARGV[0] = 'geom' THEN
    place := NEW.geom;
  ELSE
    EXECUTE format('SELECT ($1).%I', TG_ARGV[0]) INTO place USING NEW;
  END IF;
  place := tag_point(place);
  SELECT a.code INTO found FROM gis_core_area a
  WHERE a.tier = 'grid' AND a.valid_to IS NULL AND ST_Covers(a.geom, place)
  ORDER BY a.code COLLATE "C" LIMIT 1 FOR SHARE OF a;
  NEW.grid_code := found;
  IF found IS NULL THEN
    found := area_tag(place);
    NEW.grid_code := (SELECT found FROM gis_core_tier t WHERE t.tier = 'grid' AND t.code_length = length(found));
  END IF;
  NEW.area_code := found;
  RETURN NEW;
END $$;

-- tagged_tables: the tables that have the trigger, with their geometry and primary key columns.
CREATE OR REPLACE VIEW tagged_tables AS
  SELECT t.tgrelid::regclass AS tbl, split_part(encode(t.tgargs, 'escape'), '\000', 1)::name AS geom_column,
         (SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
          WHERE i.indrelid = t.tgrelid AND i.indisprimary) AS key_column
  FROM pg_trigger t WHERE t.tgname = 'tag_areas' AND NOT t.tgisinternal;

-- retag_table: tag anew the rows of one table whose area_code is in `codes` ('' stands for null; null: all rows).
-- Grids look for rows, not rows for grids: PostGIS prepares each grid once (200,000 rows a second and more). What
-- no grid of `codes` holds is looked up row by row.
CREATE OR REPLACE FUNCTION retag_table(tbl regclass, geom_column name, key_column name, codes text[]) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET jit = off
AS $$
DECLARE
  changed bigint;
  concerned boolean;
  grid_length int := (SELECT t.code_length FROM gis_core_tier t WHERE t.tier = 'grid');
BEGIN
  EXECUTE format(
    'SELECT $1 IS NULL OR EXISTS (SELECT FROM %1$s t WHERE t.area_code = ANY($1))'
    ' OR ('''' = ANY($1) AND EXISTS (SELECT FROM %1$s t WHERE t.area_code IS NULL))', tbl)
    INTO concerned USING codes;
  IF NOT concerned THEN
    RETURN 0;
  END IF;
  PERFORM set_config('wangge.retagging', 'on', true);
  EXECUTE format($query$
    WITH grid AS MATERIALIZED (
      SELECT a.code, a.geom FROM gis_core_area a
      WHERE a.tier = 'grid' AND a.valid_to IS NULL AND ($1 IS NULL OR a.code = ANY($1))
    ), fitting AS MATERIALIZED (
      SELECT t.%3$I AS key, min(g.code COLLATE "C") AS code
      FROM grid g JOIN %1$s t ON t.%2$I && g.geom AND ($1 IS NULL OR t.area_code = ANY($1))
        AND ST_Covers(g.geom, tag_point(t.%2$I))
      GROUP BY t.%3$I
    ), concerned AS (
      SELECT t.%3$I AS key, t.%2$I AS geom FROM %1$s t WHERE $1 IS NULL OR t.area_code = ANY($1)
      UNION ALL
      SELECT t.%3$I, t.%2$I FROM gis_core_area root JOIN %1$s t ON t.%2$I && root.geom AND t.area_code IS NULL
        AND ST_Covers(root.geom, tag_point(t.%2$I))
      WHERE $1 IS NOT NULL AND '' = ANY($1) AND root.parent_code IS NULL AND root.valid_to IS NULL
    ), tagged AS MATERIALIZED (
      SELECT c.key, CASE WHEN f.code IS NULL THEN area_tag(tag_point(c.geom)) ELSE f.code END AS code
      FROM concerned c LEFT JOIN fitting f ON f.key = c.key
    )
    UPDATE %1$s t SET area_code = g.code, grid_code = CASE WHEN length(g.code) = $2 THEN g.code END
    FROM tagged g
    WHERE t.%3$I = g.key AND (t.area_code IS DISTINCT FROM g.code
      OR t.grid_code IS DISTINCT FROM CASE WHEN length(g.code) = $2 THEN g.code END)
  $query$, tbl, geom_column, key_column) USING codes, grid_length;
  GET DIAGNOSTICS changed = ROW_COUNT;
  PERFORM set_config('wangge.retagging', '', true);
  RETURN changed;
END $$;

-- retag_areas: re-tag, in every tagged table, the rows whose area_code is in `codes`: those of the areas that were
-- changed, closed or opened, and of the areas above them. '' stands for the rows outside; null for all rows.
-- Returns how many changed. Called at commit for whatever the transaction did to areas; calling it earlier tells
-- the number, and leaves nothing for the commit to do.
CREATE OR REPLACE FUNCTION retag_areas(codes text[]) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  total bigint;
BEGIN
  SELECT coalesce(sum(retag_table(t.tbl, t.geom_column, t.key_column, codes)), 0) INTO total FROM tagged_tables t;
  DELETE FROM gis_core_tagqueue q WHERE codes IS NULL OR q.code = ANY(codes);
  RETURN total;
END $$;

-- attach_tags: make a table with area_code, grid_code and a one-column primary key a tagged one; rows that it has
-- are tagged. Safe to run again.
CREATE OR REPLACE FUNCTION attach_tags(tbl regclass, geom_column name DEFAULT 'geom') RETURNS void
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  is_new boolean := NOT EXISTS (SELECT FROM tagged_tables t WHERE t.tbl = attach_tags.tbl);
  owner name := (SELECT pg_get_userbyid(p.proowner) FROM pg_proc p WHERE p.oid = 'retag_areas(text[])'::regprocedure);
BEGIN
  EXECUTE format('CREATE OR REPLACE TRIGGER tag_areas BEFORE INSERT OR UPDATE OF %2$I, area_code, grid_code ON %1$s'
    ' FOR EACH ROW WHEN (current_user <> %3$L OR current_setting(''wangge.retagging'', true) IS DISTINCT FROM ''on'')'
    ' EXECUTE FUNCTION tag_row(%2$L)', tbl, geom_column, owner);
  EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER tag_areas', tbl);
  IF is_new THEN
    PERFORM retag_table(t.tbl, t.geom_column, t.key_column, NULL) FROM tagged_tables t WHERE t.tbl = attach_tags.tbl;
  END IF;
END $$;

-- tag_note: statement trigger on areas; puts down whose rows may need new tags when the transaction ends. Bumped
-- revisions, closed copies and tiers below the grid touch no tag.
CREATE OR REPLACE FUNCTION tag_note() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO gis_core_tagqueue (code) SELECT DISTINCT c FROM after_rows r, unnest(ARRAY[r.code, coalesce(r.parent_code, '')]) c
    WHERE r.valid_to IS NULL AND tags_depend_on(r.tier);
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO gis_core_tagqueue (code) SELECT DISTINCT r.code FROM before_rows r
    WHERE r.valid_to IS NULL AND tags_depend_on(r.tier);
  ELSE
    INSERT INTO gis_core_tagqueue (code)
    SELECT DISTINCT c
    FROM before_rows o JOIN after_rows n ON n.id = o.id, unnest(ARRAY[o.code, n.code, coalesce(n.parent_code, '')]) c
    WHERE o.valid_to IS NULL AND (tags_depend_on(o.tier) OR tags_depend_on(n.tier))
      AND ((o.code, o.tier, o.parent_code, o.valid_to) IS DISTINCT FROM (n.code, n.tier, n.parent_code, n.valid_to)
           OR o.geom::bytea <> n.geom::bytea);
  END IF;
  RETURN NULL;
END $$;

-- tags_depend_on: whether areas of a tier may be somebody's area_code.
CREATE OR REPLACE FUNCTION tags_depend_on(tier text) RETURNS boolean
LANGUAGE sql STABLE
AS $$
  SELECT t.rank <= grid.rank FROM gis_core_tier t, gis_core_tier grid WHERE t.tier = $1 AND grid.tier = 'grid'
$$;

-- tag_settle: at commit, after the guard (whose version bump waits for writers that tag by the same parent). The
-- first call settles all; the queue holds this transaction's codes only, for none is left when one ends.
CREATE OR REPLACE FUNCTION tag_settle() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  IF EXISTS (SELECT FROM gis_core_tagqueue q WHERE q.id = NEW.id) THEN
    PERFORM retag_areas((SELECT array_agg(DISTINCT q.code) FROM gis_core_tagqueue q));
  END IF;
  RETURN NULL;
END $$;

DROP TRIGGER IF EXISTS tag_settle ON gis_core_tagqueue;
CREATE CONSTRAINT TRIGGER tag_settle AFTER INSERT ON gis_core_tagqueue
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION tag_settle();
-- Named after the guard's triggers: the order of names is the order of their work.
CREATE OR REPLACE TRIGGER tag_note_insert AFTER INSERT ON gis_core_area
  REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION tag_note();
CREATE OR REPLACE TRIGGER tag_note_update AFTER UPDATE ON gis_core_area
  REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION tag_note();
CREATE OR REPLACE TRIGGER tag_note_delete AFTER DELETE ON gis_core_area
  REFERENCING OLD TABLE AS before_rows FOR EACH STATEMENT EXECUTE FUNCTION tag_note();

ALTER TABLE gis_core_tagqueue ENABLE ALWAYS TRIGGER tag_settle;
ALTER TABLE gis_core_area ENABLE ALWAYS TRIGGER tag_note_insert;
ALTER TABLE gis_core_area ENABLE ALWAYS TRIGGER tag_note_update;
ALTER TABLE gis_core_area ENABLE ALWAYS TRIGGER tag_note_delete;
