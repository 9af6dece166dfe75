-- What is wrong with a plan's grids, by the same definition as for the live coverage (gis_core 035).

-- plan_defects: per village the defects of the plan's grids against its border, largest first. A grid whose
-- ring is broken takes part mended, so that one crossed ring does not hide the rest; it is listed as `invalid`.
CREATE OR REPLACE FUNCTION plan_defects(plan bigint, villages text[])
RETURNS TABLE (village text, kind text, codes text[], geom geometry)
LANGUAGE sql STABLE SET search_path = pg_catalog, public
SET jit = off  -- compiling takes ten times as long as running (28 s against 2 s over 600 villages)
AS $$
  SELECT g.parent_code, 'invalid', ARRAY[g.code::text],
         coalesce(location(ST_IsValidDetail(g.geom)), ST_PointN(ST_ExteriorRing(ST_GeometryN(g.geom, 1)), 1))
  FROM grid_editor_plangrid g
  WHERE g.plan_id = $1 AND g.parent_code = ANY ($2) AND NOT ST_IsValid(g.geom)
  UNION ALL
  SELECT * FROM (
    SELECT v.code::text, d.kind, d.codes, d.geom
    FROM grid_editor_planboundary v
    CROSS JOIN LATERAL (
      SELECT array_agg(g.code::text ORDER BY g.code) AS codes,
             array_agg(CASE WHEN ST_IsValid(g.geom) THEN g.geom
                            ELSE canonical(ST_Multi(ST_CollectionExtract(ST_MakeValid(g.geom), 3))) END
                       ORDER BY g.code) AS geoms
      FROM grid_editor_plangrid g WHERE g.plan_id = v.plan_id AND g.parent_code = v.code) own
    CROSS JOIN LATERAL chain_defects(coalesce(own.codes, '{}'), coalesce(own.geoms, '{}'), v.code::text, v.geom) d
    WHERE v.plan_id = $1 AND v.tier = 'village' AND v.code = ANY ($2)
    ORDER BY v.code, ST_Area(d.geom) DESC) found
$$;
