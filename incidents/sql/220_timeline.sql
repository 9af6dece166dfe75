-- The timeline is complete and only ever grows, and no state changes but by a declared move, whoever writes.

-- step_digest: chain each step to the one before it, so that a change behind the triggers' back shows.
CREATE OR REPLACE FUNCTION step_digest(previous text, step incidents_step) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT encode(sha256(convert_to(concat_ws('|', previous, step.incident_id, extract(epoch FROM step.at), step.action,
    step.from_state, step.to_state, coalesce(step.user_id, 0), step.who, step.role, step.department, step.text, step.data,
    coalesce(ST_AsText(step.place, 8), '')), 'UTF8')), 'hex')
$$;

CREATE OR REPLACE FUNCTION step_before() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  NEW.transaction := txid_current();
  NEW.digest := step_digest((SELECT s.digest FROM incidents_step s WHERE s.incident_id = NEW.incident_id
                             ORDER BY s.id DESC LIMIT 1), NEW);
  RETURN NEW;
END $$;

-- incident_timeline_broken: the first step of an incident whose digest does not fit; null when all do.
CREATE OR REPLACE FUNCTION incident_timeline_broken(incident bigint) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT min(chained.id) FROM (
    SELECT s.id, s.digest, step_digest(lag(s.digest) OVER (ORDER BY s.id), s) AS wanted
    FROM incidents_step s WHERE s.incident_id = $1) chained
  WHERE chained.digest <> chained.wanted
$$;

CREATE OR REPLACE TRIGGER step_before BEFORE INSERT ON incidents_step FOR EACH ROW EXECUTE FUNCTION step_before();
CREATE OR REPLACE TRIGGER step_refuse_row BEFORE UPDATE OR DELETE ON incidents_step FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER incident_refuse_row BEFORE DELETE ON incidents_incident FOR EACH ROW EXECUTE FUNCTION refuse_change();
DROP FUNCTION IF EXISTS step_refuse();

-- incident_written: what a writer brings about without a step of its own gets one here: the report itself, and a
-- change of state by hand. A change that the loop does not declare is refused.
CREATE OR REPLACE FUNCTION incident_written() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO incidents_step (incident_id, at, action, to_state, user_id, who, text, place)
    VALUES (NEW.id, NEW.reported_at, CASE NEW.state WHEN 'draft' THEN 'save' ELSE 'report' END,
            CASE NEW.state WHEN 'draft' THEN 'draft' ELSE 'reported' END, NEW.reporter_id,
            coalesce(nullif(NEW.reporter_name, ''), session_user), NEW.description, NEW.geom);
    RETURN NULL;
  END IF;
  IF NOT EXISTS (SELECT FROM incidents_loopmove m WHERE m.from_state = OLD.state AND m.to_state = NEW.state) THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'incident_move', TABLE = 'incidents_incident',
      MESSAGE = format('incident %s: no action leads from %s to %s', NEW.number, OLD.state, NEW.state);
  END IF;
  IF NOT EXISTS (SELECT FROM incidents_step s WHERE s.incident_id = NEW.id AND s.transaction = txid_current()
                 AND s.from_state = OLD.state AND s.to_state = NEW.state) THEN
    INSERT INTO incidents_step (incident_id, at, action, from_state, to_state, who)
    VALUES (NEW.id, now(), 'by_hand', OLD.state, NEW.state, session_user);
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER written_insert AFTER INSERT ON incidents_incident FOR EACH ROW
  WHEN (current_setting('wangge.loading', true) IS DISTINCT FROM 'on') EXECUTE FUNCTION incident_written();
CREATE OR REPLACE TRIGGER written_update AFTER UPDATE OF state ON incidents_incident FOR EACH ROW
  WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION incident_written();

ALTER TABLE incidents_step ENABLE ALWAYS TRIGGER step_before;
ALTER TABLE incidents_step ENABLE ALWAYS TRIGGER step_refuse_row;
ALTER TABLE incidents_incident ENABLE ALWAYS TRIGGER incident_refuse_row;
ALTER TABLE incidents_incident ENABLE ALWAYS TRIGGER written_update;
