-- What the clocks of an incident said at an earlier moment: told anew from its timeline, for the replay of a day.

-- incident_case_clock: when the clock of the case turned yellow and red, as was known after one of its steps: the moves
-- that incidents/loop/effects.py made at the time are made again from the report on. After the last of them it
-- stands in the incident itself.
-- `yellow_from`: the part of a limit after which it is yellow.
DROP FUNCTION IF EXISTS incident_case_clock(incidents_incident, bigint);
CREATE OR REPLACE FUNCTION incident_case_clock(incident incidents_incident, after_step bigint,
                                               yellow_from double precision,
                                               OUT yellow timestamptz, OUT due timestamptz)
LANGUAGE plpgsql STABLE
AS $$
DECLARE
  step record;
  stopped timestamptz;
  ahead interval;
  whole interval := make_interval(secs => incident.limit_hours * 3600);
BEGIN
  due := time_add(incident.reported_at, whole, incident.limit_unit);
  yellow := time_add(incident.reported_at, whole * yellow_from, incident.limit_unit);
  FOR step IN
    SELECT s.at, s.action, s.data FROM incidents_step s WHERE s.incident_id = incident.id AND s.id <= after_step
      AND s.action IN ('extend', 'suspend', 'resume', 'verify_fail', 'reopen') ORDER BY s.id
  LOOP
    CASE step.action
      WHEN 'suspend' THEN
        stopped := step.at;
      WHEN 'resume' THEN
        due := time_add(step.at, time_between(stopped, due, incident.limit_unit), incident.limit_unit);
        yellow := time_add(step.at, time_between(stopped, yellow, incident.limit_unit), incident.limit_unit);
      WHEN 'extend' THEN
        ahead := time_between(yellow, due, incident.limit_unit);
        due := time_add(due, make_interval(secs => (step.data -> 'request' ->> 'hours')::float * 3600), incident.limit_unit);
        yellow := time_add(due, -ahead, incident.limit_unit);
      ELSE
        due := time_add(step.at, whole, incident.limit_unit);
        yellow := time_add(step.at, whole * yellow_from, incident.limit_unit);
    END CASE;
  END LOOP;
END $$;
