-- The runtime role reads the timeline and adds to it; what is derived it only reads.
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'wangge_app') THEN
    REVOKE UPDATE, DELETE, TRUNCATE ON incidents_step FROM wangge_app;
    REVOKE DELETE, TRUNCATE ON incidents_incident FROM wangge_app;
    REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON incidents_loopstate, incidents_loopmove, incidents_workspan FROM wangge_app;
    REVOKE ALL ON incidents_counter FROM wangge_app;
  END IF;
END $$;
