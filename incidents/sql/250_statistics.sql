-- The figures. incident_measures is the one definition of what is counted when and where; incident_figures adds it up,
-- reading the days before this week from incidents_daily, which incident_figures_refresh writes anew.
--
-- Areas are those at the time of the report: a publication changes no past figure. Today's stand beside them.
-- The deadline of a rate is the original one, moved only by the time in which the case was suspended.

CREATE OR REPLACE FUNCTION incident_day(moment timestamptz) RETURNS date
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$ SELECT (moment AT TIME ZONE 'Asia/Shanghai')::date $$;

-- incident_measures: one row for each thing counted, of the days from `since` up to but not `until`.
CREATE OR REPLACE FUNCTION incident_measures(since timestamptz, until timestamptz)
RETURNS TABLE (day date, area_code text, area_code_now text, item_code text, department text, source text, measure text,
               value double precision)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
  WITH dimension AS NOT MATERIALIZED (
    SELECT i.*, coalesce(i.area_code_at_report, '') AS area_then, coalesce(i.area_code, '') AS area_now,
           coalesce(nullif(i.lead_department, ''), t.department_id) AS responsible
    FROM incidents_incident i JOIN incidents_item t ON t.code = i.item_code
  )
  SELECT incident_day(d.reported_at), d.area_then, d.area_now, d.item_code, d.responsible, d.source, m.measure, 1
  FROM dimension d, LATERAL (VALUES ('reported', true), ('self_handled', d.self_handled),
    ('whistled', d.dispatched_at IS NOT NULL), ('merged', d.state = 'merged'), ('refused', d.state IN ('void', 'rejected')),
    ('outside', d.area_code_at_report IS NULL)) AS m(measure, counts)
  WHERE d.reported_at >= since AND d.reported_at < until AND NOT d.is_draft AND m.counts
  UNION ALL
  SELECT incident_day(d.original_due_at), d.area_then, d.area_now, d.item_code, d.responsible, d.source, m.measure, 1
  FROM dimension d, LATERAL (VALUES ('due', true), ('due_closed', d.closed_at IS NOT NULL),
    ('due_in_time', d.closed_at <= d.original_due_at),
    ('due_overdue', coalesce(d.closed_at, d.suspended_at, now()) > d.original_due_at)) AS m(measure, counts)
  WHERE d.original_due_at >= since AND d.original_due_at < until AND NOT d.is_draft
    AND d.state NOT IN ('void', 'rejected', 'merged') AND m.counts
  UNION ALL
  SELECT incident_day(d.closed_at), d.area_then, d.area_now, d.item_code, d.responsible, d.source, m.measure, m.value
  FROM dimension d, LATERAL (VALUES ('closed', 1.0), ('reworked', (d.rework_count > 0)::int),
    ('surveyed', (d.solved IS NOT NULL)::int), ('solved', (d.solved IS TRUE)::int),
    ('hours', extract(epoch FROM d.closed_at - d.reported_at) / 3600)) AS m(measure, value)
  WHERE d.closed_at >= since AND d.closed_at < until AND d.state IN ('closed', 'evaluated') AND m.value <> 0
  UNION ALL
  SELECT incident_day(d.evaluated_at), d.area_then, d.area_now, d.item_code, d.responsible, d.source, m.measure, 1
  FROM dimension d, LATERAL (VALUES ('evaluated', true), ('satisfied', d.satisfaction >= 4)) AS m(measure, counts)
  WHERE d.evaluated_at >= since AND d.evaluated_at < until AND d.satisfaction IS NOT NULL AND m.counts
  UNION ALL
  SELECT incident_day(w.sent_at), d.area_then, d.area_now, d.item_code, w.department_id, d.source, m.measure, 1
  FROM incidents_whistle w JOIN dimension d ON d.id = w.incident_id,
    LATERAL (VALUES ('whistles', true), ('answered', w.checked_in_at <= w.due_at), ('returned', w.returned_at IS NOT NULL),
                    ('accepted', w.returned_at IS NULL)) AS m(measure, counts)
  WHERE w.sent_at >= since AND w.sent_at < until AND m.counts
$$;

-- incident_recent: since when figures are counted afresh each time.
CREATE OR REPLACE FUNCTION incident_recent() RETURNS timestamptz
LANGUAGE sql STABLE
AS $$ SELECT (incident_day(now()) - 7)::timestamp AT TIME ZONE 'Asia/Shanghai' $$;

-- incident_figures_refresh: count the days before anew; readers see the old figures until it is done.
CREATE OR REPLACE FUNCTION incident_figures_refresh() RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  written bigint;
BEGIN
  LOCK TABLE incidents_daily IN SHARE ROW EXCLUSIVE MODE;
  DELETE FROM incidents_daily;
  INSERT INTO incidents_daily (day, area_code, area_code_now, item_code, department, source, measure, value)
  SELECT m.day, m.area_code, m.area_code_now, m.item_code, m.department, m.source, m.measure, sum(m.value)
  FROM incident_measures('-infinity', 'infinity') m GROUP BY 1, 2, 3, 4, 5, 6, 7;
  GET DIAGNOSTICS written = ROW_COUNT;
  RETURN written;
END $$;

-- incident_figures: the same rows for any days, whether kept or counted now, of the areas in the session's scope, by
-- then or today: it runs as the owner, for the incidents themselves are another scope (their place of today).
CREATE OR REPLACE FUNCTION incident_figures(since date, until date)
RETURNS TABLE (day date, area_code text, area_code_now text, item_code text, department text, source text, measure text,
               value double precision)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT n.* FROM (
    SELECT f.day, f.area_code, f.area_code_now, f.item_code, f.department, f.source, f.measure, f.value
    FROM incidents_daily f WHERE f.day >= since AND f.day < least(until, incident_day(incident_recent()))
    UNION ALL
    SELECT m.* FROM incident_measures(greatest(since::timestamp AT TIME ZONE 'Asia/Shanghai', incident_recent()),
                                      until::timestamp AT TIME ZONE 'Asia/Shanghai') m
  ) n
  WHERE n.area_code LIKE ANY ((SELECT scope_patterns('view_incident'))::text[])
     OR n.area_code_now LIKE ANY ((SELECT scope_patterns('view_incident'))::text[])
$$;
REVOKE EXECUTE ON FUNCTION incident_measures(timestamptz, timestamptz) FROM PUBLIC;
