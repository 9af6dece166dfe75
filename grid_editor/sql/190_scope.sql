-- A plan is seen by who may view plans in its area, and with it whatever belongs to it. Lineage is public: it says where
-- published ground came from.
SELECT protect_by_code('grid_editor_plan', 'scope_code', 'view_plan');
SELECT protect(tbl, 'plan_id IN (SELECT p.id FROM grid_editor_plan p)')
FROM unnest(ARRAY['grid_editor_plangrid', 'grid_editor_planboundary', 'grid_editor_plancommand', 'grid_editor_planlog',
                  'grid_editor_plancomment']::regclass[]) AS tbl;
