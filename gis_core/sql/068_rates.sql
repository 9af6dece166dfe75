-- How often somebody may do something, counted here so that it holds across all server processes.

-- take_turn: count one more of `what` by `who` in the running window of `span`; 0 if that is within `most`, else the
-- seconds until the window ends. What is refused does not make the wait longer.
CREATE OR REPLACE FUNCTION take_turn(what text, who text, most integer, span interval) RETURNS integer
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
  INSERT INTO gis_core_turn AS t (key, since, count) VALUES (left(what || ' ' || who, 120), clock_timestamp(), 1)
  ON CONFLICT (key) DO UPDATE SET
    since = CASE WHEN t.since <= clock_timestamp() - span THEN clock_timestamp() ELSE t.since END,
    count = CASE WHEN t.since <= clock_timestamp() - span THEN 1 ELSE least(t.count, most) + 1 END
  RETURNING CASE WHEN t.count <= most THEN 0
                 ELSE greatest(1, ceil(extract(epoch FROM t.since + span - clock_timestamp()))::integer) END
$$;

-- forget_turns: windows that ended long ago; returns how many.
CREATE OR REPLACE FUNCTION forget_turns() RETURNS bigint
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
  WITH gone AS (DELETE FROM gis_core_turn WHERE since < now() - interval '1 day' RETURNING 1) SELECT count(*) FROM gone
$$;
