-- Whoever writes an incident, the listeners hear of it: an event for a report, for each change that shows, and for what
-- is added to it without a change of its own row: a note, a photo, another evaluation.

CREATE OR REPLACE FUNCTION incident_tell(told incidents_incident, change text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT event_emit('incident', told.scope_code, 'view_incident', jsonb_build_object(
    'number', told.number, 'lon', ST_X(told.geom), 'lat', ST_Y(told.geom), 'item', told.item_code,
    'item_name', (SELECT i.name FROM incidents_item i WHERE i.code = told.item_code),
    'state', told.state, 'is_open', told.is_open, 'light', told.light, 'level', told.level, 'urgency', told.urgency,
    'source', told.source, 'supervised', told.supervised, 'area_code', told.area_code, 'grid_code', told.grid_code,
    'outside', told.area_code IS NULL, 'reported_at', told.reported_at, 'change', change))
$$;

CREATE OR REPLACE FUNCTION incident_event() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  PERFORM incident_tell(NEW, CASE WHEN TG_OP = 'INSERT' OR OLD.state = 'draft' THEN 'reported' ELSE 'changed' END);
  RETURN NULL;
END $$;

-- incident_added: tell of a step or a photo of an incident.
CREATE OR REPLACE FUNCTION incident_added() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  PERFORM incident_tell(i, 'changed') FROM incidents_incident i WHERE i.id = NEW.incident_id AND NOT i.is_draft;
  RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER event_insert AFTER INSERT ON incidents_incident FOR EACH ROW
  WHEN (NEW.state <> 'draft' AND current_setting('wangge.loading', true) IS DISTINCT FROM 'on')
  EXECUTE FUNCTION incident_event();
-- Geometries are compared as bytes: pg_dump cannot write IS DISTINCT FROM for operators outside pg_catalog.
-- Not for tags alone: after a publication the tiles tell of those.
CREATE OR REPLACE TRIGGER event_update AFTER UPDATE ON incidents_incident FOR EACH ROW
  WHEN (NEW.state <> 'draft' AND (OLD.state, OLD.light, OLD.level, OLD.urgency, OLD.supervised, OLD.pending, OLD.picked_grid,
                                  OLD.handler, OLD.lead_department, OLD.due_at, OLD.suspended_at, OLD.rework_count)
        IS DISTINCT FROM (NEW.state, NEW.light, NEW.level, NEW.urgency, NEW.supervised, NEW.pending, NEW.picked_grid,
                          NEW.handler, NEW.lead_department, NEW.due_at, NEW.suspended_at, NEW.rework_count)
        OR OLD.geom::bytea IS DISTINCT FROM NEW.geom::bytea)
  EXECUTE FUNCTION incident_event();
-- A step from one state to another comes with a change of the row, which is told above.
CREATE OR REPLACE TRIGGER event_step AFTER INSERT ON incidents_step FOR EACH ROW
  WHEN (NEW.from_state = NEW.to_state AND current_setting('wangge.loading', true) IS DISTINCT FROM 'on')
  EXECUTE FUNCTION incident_added();
CREATE OR REPLACE TRIGGER event_photo AFTER INSERT ON incidents_photo FOR EACH ROW
  WHEN (current_setting('wangge.loading', true) IS DISTINCT FROM 'on') EXECUTE FUNCTION incident_added();
