-- Whoever writes an incident, the listeners hear of it: one event for a report, one for each change that shows.

CREATE OR REPLACE FUNCTION incident_event() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  PERFORM event_emit('incident', NEW.scope_code, 'view_incident', jsonb_build_object(
    'number', NEW.number, 'lon', ST_X(NEW.geom), 'lat', ST_Y(NEW.geom), 'item', NEW.item_code,
    'item_name', (SELECT i.name FROM incidents_item i WHERE i.code = NEW.item_code),
    'state', NEW.state, 'is_open', NEW.is_open, 'light', NEW.light, 'level', NEW.level, 'urgency', NEW.urgency,
    'source', NEW.source, 'supervised', NEW.supervised, 'area_code', NEW.area_code, 'grid_code', NEW.grid_code,
    'outside', NEW.area_code IS NULL, 'reported_at', NEW.reported_at,
    'change', CASE WHEN TG_OP = 'INSERT' OR OLD.state = 'draft' THEN 'reported' ELSE 'changed' END));
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
