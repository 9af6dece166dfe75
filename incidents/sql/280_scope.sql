-- An incident is seen by who may view incidents where it lies, and by who reported it; a draft by its reporter alone.
-- What belongs to it is seen with it. Figures are seen by area, whoever the incidents behind them belong to.
SELECT protect('incidents_incident', $$reporter_id = (SELECT scope_user())
  OR (NOT is_draft OR (SELECT current_setting('wangge.user', true)) = 'system')
  AND scope_code LIKE ANY ((SELECT scope_patterns('view_incident'))::text[])$$);
SELECT protect(tbl, 'EXISTS (SELECT FROM incidents_incident i WHERE i.id = incident_id)')
FROM unnest(ARRAY['incidents_whistle', 'incidents_photo', 'incidents_evaluation', 'incidents_step']::regclass[]) AS tbl;
SELECT protect('incidents_reportkey', $$sender = (SELECT scope_user())
  OR (SELECT current_setting('wangge.user', true)) = 'system'$$);
SELECT protect_by_code('incidents_daily', 'area_code', 'view_incident');
