-- Working time. From the calendar (weekends, holidays, working days at the weekend) and the hours of a working day the
-- database derives spans of working time, each with the working time before it; a sum or a difference of working
-- time is then two lookups. Local time is Beijing's, which has had no summer time since 1992.

-- work_spans_rebuild: derive the spans anew, for 2020 to 2045.
CREATE OR REPLACE FUNCTION work_spans_rebuild() RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
  DELETE FROM incidents_workspan;
  INSERT INTO incidents_workspan (starts, ends, before)
  SELECT s.starts, s.ends,
         coalesce(sum(s.ends - s.starts) OVER (ORDER BY s.starts ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
                  interval '0')
  FROM (SELECT (d::date + h.starts) AT TIME ZONE 'Asia/Shanghai' AS starts,
               (d::date + h.ends) AT TIME ZONE 'Asia/Shanghai' AS ends
        FROM generate_series(timestamp '2020-01-01', timestamp '2045-12-31', interval '1 day') d
        LEFT JOIN incidents_calendarday c ON c.day = d::date
        CROSS JOIN incidents_workhours h
        WHERE coalesce(c.working, extract(isodow FROM d) < 6)) s
$$;

CREATE OR REPLACE FUNCTION work_calendar_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  PERFORM work_spans_rebuild();
  RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER calendar_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON incidents_calendarday
  FOR EACH STATEMENT EXECUTE FUNCTION work_calendar_changed();
CREATE OR REPLACE TRIGGER calendar_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON incidents_workhours
  FOR EACH STATEMENT EXECUTE FUNCTION work_calendar_changed();

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM incidents_workspan) THEN
    PERFORM work_spans_rebuild();
  END IF;
END $$;

-- work_clock: the working time from the beginning of the spans until a moment.
CREATE OR REPLACE FUNCTION work_clock(moment timestamptz) RETURNS interval
LANGUAGE sql STABLE STRICT PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT before + least(moment - starts, ends - starts) FROM incidents_workspan
  WHERE starts <= moment ORDER BY starts DESC LIMIT 1
$$;

-- time_add: the moment when `amount` has passed since a moment, on the wall ('natural') or of working time
-- ('working'); a negative amount goes back. What ends with a span ends when the span does, not at the next morning.
CREATE OR REPLACE FUNCTION time_add(moment timestamptz, amount interval, unit text) RETURNS timestamptz
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  target interval;
  found timestamptz;
BEGIN
  IF unit <> 'working' OR amount = interval '0' THEN
    RETURN moment + amount;
  END IF;
  target := work_clock(moment) + amount;
  SELECT s.starts + (target - s.before) INTO found FROM incidents_workspan s
  WHERE s.before < target ORDER BY s.before DESC LIMIT 1;
  IF found IS NULL OR target > (SELECT s.before + (s.ends - s.starts) FROM incidents_workspan s ORDER BY s.before DESC LIMIT 1) THEN
    RAISE EXCEPTION USING ERRCODE = 'datetime_field_overflow',
      MESSAGE = format('the working calendar does not reach from %s by %s', moment, amount);
  END IF;
  RETURN found;
END $$;

-- time_between: how much of that time lies between two moments; negative if the second is earlier.
CREATE OR REPLACE FUNCTION time_between(since timestamptz, until timestamptz, unit text) RETURNS interval
LANGUAGE sql STABLE STRICT PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT CASE WHEN unit = 'working' THEN work_clock(until) - work_clock(since)
              ELSE make_interval(secs => extract(epoch FROM until - since)) END
$$;

-- incident_light: green until 80 % of a limit is used, yellow until it is used up, red beyond. A clock that
-- stands still (`stopped`) shows what it showed then.
CREATE OR REPLACE FUNCTION incident_light(yellow timestamptz, due timestamptz, step_yellow timestamptz,
                                          step_due timestamptz, stopped timestamptz, moment timestamptz) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT CASE WHEN coalesce(stopped, moment) > least(due, step_due) THEN 'red'
              WHEN coalesce(stopped, moment) >= least(yellow, step_yellow) THEN 'yellow'
              ELSE 'green' END
$$;
