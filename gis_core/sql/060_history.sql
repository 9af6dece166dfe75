-- History and codes, for any writer: a changed area leaves its old version behind, closed by valid_to; a closed
-- version is never rewritten; a code is well-formed, and once retired it never comes back.

-- is_noding: the new boundary is the old one with vertices put in, and runs nowhere farther from it than the
-- unit of the 8th decimal. Such a change moves nothing and makes no new version.
CREATE OR REPLACE FUNCTION is_noding(before geometry, after geometry) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, public
AS $$
  WITH gone AS (SELECT * FROM chain_segments(before) EXCEPT SELECT * FROM chain_segments(after)),
       come AS (SELECT * FROM chain_segments(after) EXCEPT SELECT * FROM chain_segments(before)),
       old_line AS (SELECT ST_Collect(chain_line(a, b)) AS geom FROM gone)
  SELECT NOT EXISTS (SELECT a FROM gone EXCEPT SELECT a FROM come)
     AND NOT EXISTS (SELECT FROM come, old_line WHERE NOT ST_DWithin(chain_line(a, a), old_line.geom, 1e-8))
     AND (SELECT count(*) FROM come) >= (SELECT count(*) FROM gone)
$$;

-- area_rules: code, parent and tier of a live row, as the settings (gis_core_tier) have them.
CREATE OR REPLACE FUNCTION area_rules() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  own gis_core_tier;
  above gis_core_tier;
BEGIN
  SELECT * INTO own FROM gis_core_tier t WHERE t.tier = NEW.tier;
  IF own.code_length IS DISTINCT FROM length(NEW.code) THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'area_code_length', TABLE = 'gis_core_area',
      MESSAGE = format('code %s: a %s code has %s digits, this has %s', NEW.code, NEW.tier,
                       coalesce(own.code_length::text, 'no'), length(NEW.code));
  END IF;
  IF NEW.parent_code IS NOT NULL THEN
    SELECT * INTO above FROM gis_core_tier t WHERE t.code_length = length(NEW.parent_code);
    IF above.rank IS NULL OR above.rank >= own.rank OR NOT starts_with(NEW.code, NEW.parent_code) THEN
      RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'area_code_parent', TABLE = 'gis_core_area',
        MESSAGE = format('code %s must begin with the code of its parent, and %s is none', NEW.code, NEW.parent_code);
    END IF;
  END IF;
  IF EXISTS (SELECT FROM gis_core_area past WHERE past.code = NEW.code AND past.valid_to IS NOT NULL)
     AND NOT EXISTS (SELECT FROM gis_core_area past WHERE past.code = NEW.code AND past.valid_to >= now()) THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'area_code_retired', TABLE = 'gis_core_area',
      MESSAGE = format('code %s was retired and is never used again', NEW.code);
  END IF;
  RETURN NULL;
END $$;

-- area_close_copy: keep `old` as a closed version that ended at `ended`.
CREATE OR REPLACE FUNCTION area_close_copy(old gis_core_area, ended timestamptz, keep_id boolean) RETURNS void
LANGUAGE sql VOLATILE
AS $$
  INSERT INTO gis_core_area (id, code, tier, parent_code, name, kind, geom, valid_from, valid_to, plan_id,
                             attributes, revision)
  OVERRIDING SYSTEM VALUE
  VALUES (CASE WHEN keep_id THEN old.id ELSE nextval(pg_get_serial_sequence('gis_core_area', 'id')) END,
          old.code, old.tier, old.parent_code, old.name, old.kind, old.geom, old.valid_from, ended, old.plan_id,
          old.attributes, old.revision)
$$;

-- area_ended: when a version that began at `began` ends by this transaction: at its start, so that a
-- publication is one moment; by the clock if the version is younger than that.
CREATE OR REPLACE FUNCTION area_ended(began timestamptz) RETURNS timestamptz
LANGUAGE sql VOLATILE
AS $$ SELECT CASE WHEN began <= now() THEN now() ELSE clock_timestamp() END $$;

-- area_history: row trigger on UPDATE and DELETE. A version made by this very transaction leaves no trace.
CREATE OR REPLACE FUNCTION area_history() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  ended timestamptz := area_ended(OLD.valid_from);
BEGIN
  IF OLD.valid_to IS NOT NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'area_history', TABLE = 'gis_core_area',
      MESSAGE = format('version %s of %s ended at %s and is history: it is never rewritten', OLD.id, OLD.code,
                       OLD.valid_to);
  END IF;
  IF OLD.valid_from = now() OR (TG_OP = 'UPDATE' AND NEW.valid_to IS NOT NULL) THEN
    RETURN NULL;
  END IF;
  IF TG_OP = 'DELETE' THEN
    PERFORM area_close_copy(OLD, ended, true);
  ELSIF (OLD.code, OLD.tier, OLD.parent_code, OLD.name, OLD.kind, OLD.attributes)
        IS DISTINCT FROM (NEW.code, NEW.tier, NEW.parent_code, NEW.name, NEW.kind, NEW.attributes)
        OR NOT is_noding(OLD.geom, NEW.geom) THEN
    PERFORM area_close_copy(OLD, ended, false);
    UPDATE gis_core_area SET valid_from = ended WHERE id = NEW.id;
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER area_history_update AFTER UPDATE ON gis_core_area FOR EACH ROW
  WHEN (OLD.valid_to IS NOT NULL OR NEW.valid_to IS NOT NULL
        OR (OLD.code, OLD.tier, OLD.parent_code, OLD.name, OLD.kind, OLD.attributes)
           IS DISTINCT FROM (NEW.code, NEW.tier, NEW.parent_code, NEW.name, NEW.kind, NEW.attributes)
        OR OLD.geom::bytea <> NEW.geom::bytea)
  EXECUTE FUNCTION area_history();
CREATE OR REPLACE TRIGGER area_history_delete AFTER DELETE ON gis_core_area FOR EACH ROW
  EXECUTE FUNCTION area_history();
CREATE OR REPLACE TRIGGER area_rules_insert AFTER INSERT ON gis_core_area FOR EACH ROW
  WHEN (NEW.valid_to IS NULL) EXECUTE FUNCTION area_rules();
CREATE OR REPLACE TRIGGER area_rules_update AFTER UPDATE OF code, tier, parent_code ON gis_core_area FOR EACH ROW
  WHEN (NEW.valid_to IS NULL) EXECUTE FUNCTION area_rules();

ALTER TABLE gis_core_area ENABLE ALWAYS TRIGGER area_history_update;
ALTER TABLE gis_core_area ENABLE ALWAYS TRIGGER area_history_delete;
ALTER TABLE gis_core_area ENABLE ALWAYS TRIGGER area_rules_insert;
ALTER TABLE gis_core_area ENABLE ALWAYS TRIGGER area_rules_update;
