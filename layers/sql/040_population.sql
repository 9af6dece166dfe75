-- Population of each live grid, as counts: the sums over its buildings. One row for each grid, with the grid's outline,
-- kept up by statement triggers on buildings and on areas; nobody else writes it.

-- population_refresh: count these grids anew; drop those that are no live grid any more. The rows are taken first:
-- who writes buildings of one grid at the same time waits here, and then counts what the other has committed.
CREATE OR REPLACE FUNCTION population_refresh(codes text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET jit = off
AS $$
BEGIN
  IF codes IS NULL THEN
    RETURN;
  END IF;
  PERFORM FROM layers_gridpopulation p WHERE p.source_id = ANY(codes) ORDER BY p.source_id FOR UPDATE;
  DELETE FROM layers_gridpopulation p WHERE p.source_id = ANY(codes) AND NOT EXISTS (
    SELECT FROM gis_core_area a WHERE a.code = p.source_id AND a.tier = 'grid' AND a.valid_to IS NULL);
  INSERT INTO layers_gridpopulation AS p (source_id, name, geom, buildings, households, residents, residents_0_14,
    residents_15_59, residents_60_79, residents_80_up, per_km2, density)
  SELECT a.code, a.name, a.geom, n.buildings, n.households, n.residents, n.residents_0_14, n.residents_15_59,
    n.residents_60_79, n.residents_80_up, d.per_km2,
    CASE WHEN d.per_km2 = 0 THEN 'none' WHEN d.per_km2 < 2000 THEN 'sparse' WHEN d.per_km2 < 10000 THEN 'medium'
         WHEN d.per_km2 < 30000 THEN 'dense' ELSE 'very_dense' END
  FROM gis_core_area a
  LEFT JOIN (
    SELECT b.grid_code, count(*) AS buildings, sum(b.households) AS households, sum(b.residents) AS residents,
      sum(b.residents_0_14) AS residents_0_14, sum(b.residents_15_59) AS residents_15_59,
      sum(b.residents_60_79) AS residents_60_79, sum(b.residents_80_up) AS residents_80_up
    FROM layers_building b WHERE b.grid_code = ANY(codes) GROUP BY b.grid_code
  ) s ON s.grid_code = a.code,
  LATERAL (SELECT coalesce(s.buildings, 0) AS buildings, coalesce(s.households, 0) AS households,
    coalesce(s.residents, 0) AS residents, coalesce(s.residents_0_14, 0) AS residents_0_14,
    coalesce(s.residents_15_59, 0) AS residents_15_59, coalesce(s.residents_60_79, 0) AS residents_60_79,
    coalesce(s.residents_80_up, 0) AS residents_80_up) n,
  LATERAL (SELECT ceil(n.residents / greatest(a.area_m2, 1) * 1e6)::int AS per_km2) d
  WHERE a.code = ANY(codes) AND a.tier = 'grid' AND a.valid_to IS NULL
  ORDER BY a.code
  ON CONFLICT (source_id) DO UPDATE SET name = excluded.name, geom = excluded.geom, buildings = excluded.buildings,
    households = excluded.households, residents = excluded.residents, residents_0_14 = excluded.residents_0_14,
    residents_15_59 = excluded.residents_15_59, residents_60_79 = excluded.residents_60_79,
    residents_80_up = excluded.residents_80_up, per_km2 = excluded.per_km2, density = excluded.density;
END $$;

-- population_of_buildings: statement trigger on buildings.
CREATE OR REPLACE FUNCTION population_of_buildings() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM population_refresh((SELECT array_agg(DISTINCT n.grid_code) FROM after_rows n));
  ELSIF TG_OP = 'DELETE' THEN
    PERFORM population_refresh((SELECT array_agg(DISTINCT o.grid_code) FROM before_rows o));
  ELSE
    PERFORM population_refresh((
      SELECT array_agg(DISTINCT c) FROM before_rows o JOIN after_rows n ON n.id = o.id, unnest(ARRAY[o.grid_code, n.grid_code]) c
      WHERE (o.grid_code, o.households, o.residents, o.residents_0_14, o.residents_15_59, o.residents_60_79, o.residents_80_up)
        IS DISTINCT FROM
        (n.grid_code, n.households, n.residents, n.residents_0_14, n.residents_15_59, n.residents_60_79, n.residents_80_up)));
  END IF;
  RETURN NULL;
END $$;

-- population_of_grids: statement trigger on areas.
CREATE OR REPLACE FUNCTION population_of_grids() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM population_refresh((SELECT array_agg(DISTINCT n.code) FROM after_rows n WHERE n.tier = 'grid' AND n.valid_to IS NULL));
  ELSIF TG_OP = 'DELETE' THEN
    PERFORM population_refresh((SELECT array_agg(DISTINCT o.code) FROM before_rows o WHERE o.tier = 'grid' AND o.valid_to IS NULL));
  ELSE
    PERFORM population_refresh((
      SELECT array_agg(DISTINCT c) FROM before_rows o JOIN after_rows n ON n.id = o.id, unnest(ARRAY[o.code, n.code]) c
      WHERE 'grid' IN (o.tier, n.tier) AND o.valid_to IS NULL
        AND ((o.code, o.tier, o.name, o.valid_to) IS DISTINCT FROM (n.code, n.tier, n.name, n.valid_to)
             OR o.geom::bytea <> n.geom::bytea)));
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER population_insert AFTER INSERT ON layers_building
  REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION population_of_buildings();
CREATE OR REPLACE TRIGGER population_update AFTER UPDATE ON layers_building
  REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION population_of_buildings();
CREATE OR REPLACE TRIGGER population_delete AFTER DELETE ON layers_building
  REFERENCING OLD TABLE AS before_rows FOR EACH STATEMENT EXECUTE FUNCTION population_of_buildings();
CREATE OR REPLACE TRIGGER population_grid_insert AFTER INSERT ON gis_core_area
  REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION population_of_grids();
CREATE OR REPLACE TRIGGER population_grid_update AFTER UPDATE ON gis_core_area
  REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION population_of_grids();
CREATE OR REPLACE TRIGGER population_grid_delete AFTER DELETE ON gis_core_area
  REFERENCING OLD TABLE AS before_rows FOR EACH STATEMENT EXECUTE FUNCTION population_of_grids();

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM layers_gridpopulation) THEN
    PERFORM population_refresh((SELECT array_agg(a.code) FROM gis_core_area a WHERE a.tier = 'grid' AND a.valid_to IS NULL));
  END IF;
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'wangge_app') THEN
    REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON layers_gridpopulation FROM wangge_app;
  END IF;
END $$;
