-- What the database itself says of an incident, whoever writes it: its number, the areas at the time, how near the
-- border is, how far the district, and when it is due. Today's area_code and grid_code come from gis_core's 070.

-- incident_area_then: the area of a tier that held a place at a moment. Of the time before the first map of
-- that place the first one is taken: an incident older than the system is not without a grid.
CREATE OR REPLACE FUNCTION incident_area_then(place geometry, level text, moment timestamptz) RETURNS text
LANGUAGE plpgsql STABLE STRICT SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  found text := area_at(place, level, moment);
  first timestamptz;
BEGIN
  IF found IS NULL THEN
    SELECT min(a.valid_from) INTO first FROM gis_core_area a
    WHERE a.tier = level AND a.geom && place AND ST_Covers(a.geom, place);
    IF first > moment THEN
      found := area_at(place, level, first);
    END IF;
  END IF;
  RETURN found;
END $$;

-- incident_finest_then: the finest area down to the grid that held a place at a moment: nearly always the grid, so
-- the tiers above are looked at only where there is none.
CREATE OR REPLACE FUNCTION incident_finest_then(place geometry, moment timestamptz) RETURNS text
LANGUAGE plpgsql STABLE STRICT SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  found text := incident_area_then(place, 'grid', moment);
  level text;
BEGIN
  IF found IS NULL THEN
    FOR level IN
      SELECT t.tier FROM gis_core_tier t JOIN gis_core_tier grid ON grid.tier = 'grid' AND t.rank < grid.rank
      ORDER BY t.rank DESC
    LOOP
      found := incident_area_then(place, level, moment);
      EXIT WHEN found IS NOT NULL;
    END LOOP;
  END IF;
  RETURN found;
END $$;

-- incident_metres: degrees turned into metres about a latitude, for distances of some kilometres (half a percent).
CREATE OR REPLACE FUNCTION incident_metres(geom geometry, latitude double precision) RETURNS geometry
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$ SELECT ST_Scale(ST_SetSRID(geom, 0), 111195.08 * cos(radians(latitude)), 111195.08) $$;

-- incident_border: the distance to the border of the live grid that holds a place, in metres, and the other grids
-- within `reach` metres of it.
CREATE OR REPLACE FUNCTION incident_border(place geometry, own text, reach double precision,
                                           OUT metres double precision, OUT others text[])
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  spot geometry := incident_metres(place, ST_Y(place));
BEGIN
  SELECT round(ST_Distance(spot, incident_metres(ST_Boundary(a.geom), ST_Y(place)))::numeric, 2) INTO metres
  FROM gis_core_area a WHERE a.code = own AND a.valid_to IS NULL;
  SELECT coalesce(array_agg(a.code ORDER BY a.code), '{}') INTO others FROM gis_core_area a
  WHERE a.tier = 'grid' AND a.valid_to IS NULL AND a.code <> own AND metres <= reach + 0.01
    AND a.geom && ST_Expand(place, (reach + 0.01) / 111195.08 / cos(radians(ST_Y(place))))
    AND ST_DWithin(spot, incident_metres(a.geom, ST_Y(place)), reach + 0.01);
END $$;

-- incident_nearest: the live grid nearest to a place outside, and its distance in metres on the ellipsoid.
CREATE OR REPLACE FUNCTION incident_nearest(place geometry, OUT code text, OUT metres double precision)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT near.code, round(ST_Distance(near.geom::geography, place::geography)::numeric, 1)
  FROM (SELECT a.code, a.geom FROM gis_core_area a WHERE a.tier = 'grid' AND a.valid_to IS NULL
        ORDER BY a.geom <-> place LIMIT 5) near
  ORDER BY 2, 1 LIMIT 1
$$;

-- incident_number: 12-digit code of the village (or of what there is, filled up with zeros), day, five digits of sequence.
CREATE OR REPLACE FUNCTION incident_number(area text, moment timestamptz) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  base text := rpad(left(coalesce(area, ''), 12), 12, '0');
  today date := (moment AT TIME ZONE 'Asia/Shanghai')::date;
  given int;
BEGIN
  INSERT INTO incidents_counter (area_code, day, last) VALUES (base, today, 1)
  ON CONFLICT (area_code, day) DO UPDATE SET last = incidents_counter.last + 1 RETURNING last INTO given;
  RETURN base || to_char(today, 'YYYYMMDD') || CASE WHEN given < 100000 THEN lpad(given::text, 5, '0') ELSE given::text END;
END $$;

-- incident_step_clock: when the present step is due, by the limit of its state; nothing where it has none.
CREATE OR REPLACE FUNCTION incident_step_clock(incident incidents_incident) RETURNS incidents_incident
LANGUAGE plpgsql STABLE
AS $$
DECLARE
  rule incidents_loopstate;
BEGIN
  SELECT * INTO rule FROM incidents_loopstate s WHERE s.state = incident.state;
  incident.step_unit := coalesce(rule.limit_unit, 'natural');
  incident.step_due_at := time_add(incident.step_since, make_interval(secs => rule.limit_hours * 3600), rule.limit_unit);
  incident.step_yellow_at := time_add(incident.step_since, make_interval(secs => rule.limit_hours * 2880), rule.limit_unit);
  RETURN incident;
END $$;

-- incident_place: everything that follows from where it is today.
CREATE OR REPLACE FUNCTION incident_place(incident incidents_incident) RETURNS incidents_incident
LANGUAGE plpgsql STABLE
AS $$
BEGIN
  incident.nearest_grid := NULL;
  incident.nearest_m := NULL;
  IF incident.grid_code IS NOT NULL THEN
    SELECT b.metres, b.others INTO incident.border_m, incident.border_grids
    FROM incident_border(incident.geom, incident.grid_code, least(greatest(coalesce(incident.accuracy_m, 0), 1), 100)) b;
  ELSE
    incident.border_m := NULL;
    incident.border_grids := '{}';
    IF incident.area_code IS NULL THEN
      SELECT n.code, n.metres INTO incident.nearest_grid, incident.nearest_m FROM incident_nearest(incident.geom) n;
    END IF;
  END IF;
  incident.scope_code := coalesce(incident.area_code, incident.picked_grid, incident.nearest_grid, '');
  RETURN incident;
END $$;

-- incident_fixed: refuse to change what is fixed when an incident is reported.
CREATE OR REPLACE FUNCTION incident_fixed(was incidents_incident, wanted incidents_incident) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
  IF (was.number, was.grid_code_at_report, was.area_code_at_report)
     IS DISTINCT FROM (wanted.number, wanted.grid_code_at_report, wanted.area_code_at_report) THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'incident_fixed', TABLE = 'incidents_incident',
      MESSAGE = format('incident %s: its number and the areas at the time of the report are never changed', was.number);
  END IF;
END $$;

-- incident_before: the row trigger that gives all of this; after tag_areas by its name.
CREATE OR REPLACE FUNCTION incident_before() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  item incidents_item;
BEGIN
  IF TG_OP = 'INSERT' THEN
    SELECT * INTO item FROM incidents_item i WHERE i.code = NEW.item_code;
    IF item.code IS NULL THEN
      RAISE EXCEPTION USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'incident_item', TABLE = 'incidents_incident',
        MESSAGE = format('there is no item %s', NEW.item_code);
    END IF;
    NEW.area_code_at_report := incident_finest_then(NEW.geom, NEW.reported_at);
    NEW.grid_code_at_report := (SELECT NEW.area_code_at_report FROM gis_core_tier t
      WHERE t.tier = 'grid' AND t.code_length = length(NEW.area_code_at_report));
    NEW := incident_place(NEW);
    NEW.number := incident_number(NEW.scope_code, NEW.reported_at);
    IF NEW.limit_hours IS NULL THEN
      NEW.limit_hours := item.limit_hours;
      NEW.limit_unit := item.limit_unit;
    END IF;
    -- One that comes from elsewhere may be further on, in a step that began later.
    IF NEW.state IN ('draft', 'reported') THEN
      NEW.step_since := least(NEW.step_since, NEW.reported_at);
    END IF;
  ELSIF OLD.state = 'draft' AND NEW.state = 'reported' THEN
    NEW.area_code_at_report := incident_finest_then(NEW.geom, NEW.reported_at);
    NEW.grid_code_at_report := (SELECT NEW.area_code_at_report FROM gis_core_tier t
      WHERE t.tier = 'grid' AND t.code_length = length(NEW.area_code_at_report));
    NEW := incident_place(NEW);
  ELSE
    PERFORM incident_fixed(OLD, NEW);
    IF (NEW.grid_code, NEW.area_code, NEW.picked_grid) IS DISTINCT FROM (OLD.grid_code, OLD.area_code, OLD.picked_grid)
       OR NEW.accuracy_m IS DISTINCT FROM OLD.accuracy_m OR NEW.geom::bytea <> OLD.geom::bytea THEN
      NEW := incident_place(NEW);
    END IF;
  END IF;
  IF NEW.due_at IS NULL AND NEW.state <> 'draft' THEN
    NEW.due_at := time_add(NEW.reported_at, make_interval(secs => NEW.limit_hours * 3600), NEW.limit_unit);
    NEW.yellow_at := time_add(NEW.reported_at, make_interval(secs => NEW.limit_hours * 2880), NEW.limit_unit);
    NEW.original_due_at := NEW.due_at;
  END IF;
  IF TG_OP = 'INSERT' THEN
    NEW := incident_step_clock(NEW);
    IF NEW.closed_at IS NOT NULL THEN
      NEW.light := incident_light(NEW.yellow_at, NEW.due_at, NULL, NULL, NEW.closed_at, NEW.closed_at);
    END IF;
  ELSIF NEW.state <> OLD.state THEN
    IF NEW.step_since = OLD.step_since AND NOT EXISTS (
         SELECT FROM incidents_step s WHERE s.incident_id = NEW.id AND s.transaction = txid_current()
         AND s.to_state = NEW.state) THEN
      NEW.step_since := now();
    END IF;
    IF NEW.step_due_at IS NOT DISTINCT FROM OLD.step_due_at THEN
      NEW := incident_step_clock(NEW);
    END IF;
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER tagged_incident BEFORE INSERT OR UPDATE ON incidents_incident
  FOR EACH ROW EXECUTE FUNCTION incident_before();
ALTER TABLE incidents_incident ENABLE ALWAYS TRIGGER tagged_incident;
