-- What the app's runtime role may do. It owns nothing; the guard, area_at, the tags and the history run as their owner,
-- so it needs no right on their queues, and has none.
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'wangge_app') THEN
    GRANT USAGE ON SCHEMA public TO wangge_app;
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO wangge_app;
    GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO wangge_app;
    REVOKE ALL ON gis_core_coveragequeue, gis_core_tagqueue, gis_core_turn FROM wangge_app;
    REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON gis_core_auditentry FROM wangge_app;
    REVOKE ALL ON gis_core_auditchain FROM wangge_app;
    REVOKE INSERT, UPDATE, DELETE ON gis_core_tier, gis_core_rule, gis_core_sqlinstall, django_migrations FROM wangge_app;
  END IF;
END $$;
