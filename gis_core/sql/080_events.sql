-- Events: what has happened, told in the order of commit.
--
-- Ids come from a sequence while transactions run, and so commit in another order; who has read up to id 7 would
-- miss a 6 that commits later. So a committed event gets its position afterwards, by whoever reads next: one
-- reader at a time gives the next numbers to every event that it sees without one. What a reader has not seen
-- has no position yet, and will get a higher one; positions have no gaps. A long transaction delays nobody else.

-- event_emit: tell of something; heard when this transaction commits, by listeners of any server process.
CREATE OR REPLACE FUNCTION event_emit(kind text, code text, permission text, data jsonb) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
  INSERT INTO gis_core_event (kind, code, permission, data)
  VALUES ($1, coalesce($2, ''), coalesce($3, ''), coalesce($4, '{}'));
  SELECT pg_notify('wangge_events', '')
$$;

-- events_place: give every committed event a position; returns the last one given out. Run in its own transaction.
CREATE OR REPLACE FUNCTION events_place() RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  reached bigint;
BEGIN
  IF EXISTS (SELECT FROM gis_core_event WHERE position IS NULL) THEN
    INSERT INTO gis_core_eventclock (id, position, pruned_to) VALUES (1, 0, 0) ON CONFLICT DO NOTHING;
    -- One at a time. Each statement below has a snapshot of its own, later than this lock.
    SELECT c.position INTO reached FROM gis_core_eventclock c WHERE c.id = 1 FOR UPDATE;
    WITH fresh AS (
      SELECT id, row_number() OVER (ORDER BY id) AS number FROM gis_core_event WHERE position IS NULL
    ), placed AS (
      UPDATE gis_core_event e SET position = reached + fresh.number FROM fresh
      WHERE e.id = fresh.id RETURNING e.id
    )
    UPDATE gis_core_eventclock SET position = reached + (SELECT count(*) FROM placed) WHERE id = 1;
  END IF;
  RETURN coalesce((SELECT c.position FROM gis_core_eventclock c WHERE c.id = 1), 0);
END $$;

-- events_prune: delete what is older than `keep`, and note up to where, so that who resumes from before is told.
CREATE OR REPLACE FUNCTION events_prune(keep interval) RETURNS bigint
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
  WITH gone AS (
    DELETE FROM gis_core_event WHERE position IS NOT NULL AND at < now() - keep RETURNING position
  ), noted AS (
    UPDATE gis_core_eventclock SET pruned_to = greatest(pruned_to, (SELECT max(position) FROM gone))
    WHERE id = 1 AND EXISTS (SELECT FROM gone)
  )
  SELECT count(*) FROM gone
$$;
