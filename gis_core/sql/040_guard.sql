-- The guard: nobody commits a parent whose live children do not tile it. Neither the app, nor psql, nor two
-- sessions at once. Statement triggers write each touched parent once into gis_core_coveragequeue; its
-- primary key makes two sessions that touch one parent wait for each other; a deferred constraint trigger
-- on the queue checks each parent at commit.

-- coverage_touch: queue these parents, in order, so that two sessions rarely deadlock.
CREATE OR REPLACE FUNCTION coverage_touch(parents text[]) RETURNS void
LANGUAGE sql VOLATILE
AS $$
  INSERT INTO gis_core_coveragequeue (parent_code)
  SELECT DISTINCT code FROM unnest(parents) AS code WHERE code IS NOT NULL ORDER BY code
  ON CONFLICT DO NOTHING
$$;

-- coverage_parents: those of these codes that have live children.
-- An area without children needs no check of its own ground: a session that is just giving it children must
-- lock its row at commit (coverage_check), and so sees what is changed here.
CREATE OR REPLACE FUNCTION coverage_parents(codes text[]) RETURNS text[]
LANGUAGE sql STABLE
AS $$
  SELECT array_agg(code) FROM unnest(codes) AS code
  WHERE EXISTS (SELECT FROM gis_core_area c WHERE c.parent_code = code AND c.valid_to IS NULL)
$$;

-- coverage_note: the statement triggers' one function; what it does depends on the kind of statement.
CREATE OR REPLACE FUNCTION coverage_note() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  own text[];
  above text[];
BEGIN
  IF TG_OP = 'INSERT' THEN
    SELECT array_agg(code), array_agg(parent_code) INTO own, above FROM after_rows WHERE valid_to IS NULL;
  ELSIF TG_OP = 'DELETE' THEN
    SELECT array_agg(code), array_agg(parent_code) INTO own, above FROM before_rows WHERE valid_to IS NULL;
  ELSE
    WITH changed AS (
      SELECT o.code AS c1, n.code AS c2, o.parent_code AS p1, n.parent_code AS p2
      FROM before_rows o JOIN after_rows n USING (id)
      WHERE (o.valid_to IS NULL OR n.valid_to IS NULL)
        AND (o.code, o.parent_code, o.valid_to IS NULL) IS DISTINCT FROM (n.code, n.parent_code, n.valid_to IS NULL)
         OR o.geom::bytea <> n.geom::bytea
    )
    SELECT array_agg(DISTINCT c), array_agg(DISTINCT p) INTO own, above
    FROM changed, LATERAL (VALUES (c1, p1), (c2, p2)) AS both_sides(c, p);
  END IF;
  IF own IS NOT NULL THEN
    PERFORM coverage_touch(above || coverage_parents(own));
  END IF;
  RETURN NULL;
END $$;

-- coverage_refuse: raise the refusal in words: the parent, the codes, the first place.
CREATE OR REPLACE FUNCTION coverage_refuse(parent text, kind text, codes text[], place geometry) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
  spot geometry := ST_PointOnSurface(place);
BEGIN
  RAISE EXCEPTION USING
    ERRCODE = 'check_violation',
    CONSTRAINT = 'area_coverage',
    TABLE = 'gis_core_area',
    MESSAGE = format('coverage of %s is broken: %s of %s at %s %s', parent, kind,
                     array_to_string(codes, ', '), round(ST_X(spot)::numeric, 8), round(ST_Y(spot)::numeric, 8)),
    DETAIL = format('The live children of %s must cover it completely without overlapping. %s of %s m2.', parent,
                    kind, round(ST_Area(place::geography)::numeric, 4)),
    HINT = format('SELECT * FROM coverage_defects(%L) lists every place.', parent);
END $$;

-- coverage_check: at commit, one parent. First its row is taken with a version bump: a READ COMMITTED
-- session waits here and then sees what the other has committed, a REPEATABLE READ or SERIALIZABLE session
-- fails with 40001 rather than pass on its old snapshot.
CREATE OR REPLACE FUNCTION coverage_check() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  defect record;
BEGIN
  UPDATE gis_core_area SET revision = revision + 1 WHERE code = NEW.parent_code AND valid_to IS NULL;
  SELECT * INTO defect FROM coverage_defects(NEW.parent_code) LIMIT 1;
  IF FOUND THEN
    PERFORM coverage_refuse(NEW.parent_code, defect.kind, defect.codes, defect.geom);
  END IF;
  DELETE FROM gis_core_coveragequeue WHERE parent_code = NEW.parent_code;
  RETURN NULL;
END $$;

DROP TRIGGER IF EXISTS coverage_check ON gis_core_coveragequeue;
CREATE CONSTRAINT TRIGGER coverage_check AFTER INSERT ON gis_core_coveragequeue
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION coverage_check();
CREATE OR REPLACE TRIGGER coverage_insert AFTER INSERT ON gis_core_area
  REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION coverage_note();
CREATE OR REPLACE TRIGGER coverage_update AFTER UPDATE ON gis_core_area
  REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION coverage_note();
CREATE OR REPLACE TRIGGER coverage_delete AFTER DELETE ON gis_core_area
  REFERENCING OLD TABLE AS before_rows FOR EACH STATEMENT EXECUTE FUNCTION coverage_note();

-- session_replication_role = replica does not switch the rule off.
ALTER TABLE gis_core_coveragequeue ENABLE ALWAYS TRIGGER coverage_check;
ALTER TABLE gis_core_area ENABLE ALWAYS TRIGGER coverage_insert;
ALTER TABLE gis_core_area ENABLE ALWAYS TRIGGER coverage_update;
ALTER TABLE gis_core_area ENABLE ALWAYS TRIGGER coverage_delete;
