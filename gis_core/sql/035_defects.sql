-- From what is left of the boundary chain to defects that a person can find: gap, overlap, outside, unmatched.
-- This is the one definition of a defect; coverage_defects (live areas) and the checks of drafts both use it.

-- chain_faces: the ground that the residue encloses, cut along every boundary that runs through it, so that
-- each face is covered by the same children all over. Snap-rounding to the unit of the 8th decimal makes
-- what is only a missing vertex collapse to a line, which has no face.
CREATE OR REPLACE FUNCTION chain_faces(residue geometry, children geometry[], parent geometry)
RETURNS SETOF geometry
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  WITH outline AS (
    SELECT ST_UnaryUnion(residue, 1e-8) AS geom
  ), ground AS (
    SELECT (ST_Dump(ST_CollectionExtract(ST_Polygonize(geom), 3))).geom AS geom FROM outline
  ), edge AS MATERIALIZED (
    SELECT ST_Boundary(area.geom) AS geom FROM (SELECT unnest(children) UNION ALL SELECT parent) AS area(geom)
  ), inside AS (  -- clipped first: a border of 100,000 vertices is met by hundreds of small pieces
    SELECT ST_CollectionExtract(ST_Intersection(ST_ClipByBox2D(edge.geom, ST_Expand(ground.geom, 1e-6)), ground.geom), 2)
           AS geom
    FROM ground JOIN edge ON edge.geom && ground.geom
  ), noded AS (
    SELECT ST_UnaryUnion(ST_Collect(geom), 1e-8) AS geom
    FROM (SELECT geom FROM inside WHERE NOT ST_IsEmpty(geom) UNION ALL SELECT geom FROM outline) lines
  )
  SELECT canonical((ST_Dump(ST_CollectionExtract(ST_Polygonize(geom), 3))).geom) FROM noded
$$;

-- chain_along: the codes of those areas that have a stretch of boundary in common with `edge`.
CREATE OR REPLACE FUNCTION chain_along(codes text[], areas geometry[], edge geometry) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT coalesce(array_agg(area.code ORDER BY area.code), '{}')
  FROM unnest(codes, areas) AS area(code, geom)
  WHERE area.geom && edge AND ST_Relate(area.geom, edge, '****1****')
$$;

-- chain_near: the codes of those areas that lie within one unit of the 8th decimal of a place.
CREATE OR REPLACE FUNCTION chain_near(codes text[], areas geometry[], place geometry) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT coalesce(array_agg(area.code ORDER BY area.code), '{}')
  FROM unnest(codes, areas) AS area(code, geom)
  WHERE area.geom && ST_Expand(place, 1e-8) AND ST_DWithin(area.geom, place, 1e-8)
$$;

-- chain_ground: gaps, overlaps and ground outside, one row per connected piece, largest first.
CREATE OR REPLACE FUNCTION chain_ground(child_codes text[], children geometry[], parent geometry, residue geometry)
RETURNS TABLE (kind text, codes text[], geom geometry)
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  WITH face AS MATERIALIZED (
    SELECT f AS geom, ST_PointOnSurface(f) AS inside
    FROM chain_faces(residue, $2, $3) f WHERE ST_Area(f) > 0
  ), judged AS MATERIALIZED (
    SELECT face.geom, ST_Covers($3, face.inside) AS in_parent,
           (SELECT coalesce(array_agg(c.code ORDER BY c.code), '{}') FROM unnest($1, $2) AS c(code, geom)
            WHERE c.geom && face.inside AND ST_Covers(c.geom, face.inside)) AS covering
    FROM face
  ), named AS (
    SELECT 'gap' AS kind, covering, geom FROM judged WHERE in_parent AND covering = '{}'
    UNION ALL
    SELECT 'overlap', covering, geom FROM judged WHERE cardinality(covering) > 1
    UNION ALL
    SELECT 'outside', covering, geom FROM judged WHERE NOT in_parent AND covering <> '{}'
  ), piece AS (
    SELECT kind, covering, (ST_Dump(ST_UnaryUnion(ST_Collect(geom)))).geom AS geom FROM named GROUP BY 1, 2
  )
  SELECT kind, CASE kind WHEN 'gap' THEN chain_along($1, $2, geom) ELSE covering END, geom
  FROM piece ORDER BY ST_Area(geom) DESC
$$;

-- chain_defects: what is wrong with these children of this parent (a null parent has no ground).
--   gap        ground of the parent that no child covers; codes: the children along it
--   overlap    ground that several children cover; codes: these children
--   outside    children's ground beyond the parent; codes: these children
--   unmatched  a boundary lacks a vertex that its neighbour has there, no area is lost; codes: both sides
-- Polygons for the first three, lines for the last; EPSG:4490. No row exactly when they tile the parent.
CREATE OR REPLACE FUNCTION chain_defects(child_codes text[], children geometry[], parent_code text, parent geometry)
RETURNS TABLE (kind text, codes text[], geom geometry)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, public
AS $$
#variable_conflict use_column
DECLARE
  ground geometry := coalesce(parent, ST_GeomFromText('MULTIPOLYGON EMPTY', 4490));
  lines geometry[];
BEGIN
  SELECT array_agg(line) INTO lines FROM chain_residue($2, ground);
  IF lines IS NULL THEN
    RETURN;
  END IF;
  -- What bounds no piece of ground is only a vertex that one side lacks.
  RETURN QUERY
  WITH found AS MATERIALIZED (
    SELECT d.kind, d.codes, d.geom FROM chain_ground($1, $2, ground, ST_Collect(lines)) d
  ), rest AS (
    SELECT (ST_Dump(ST_LineMerge(ST_UnaryUnion(ST_Collect(line), 1e-8)))).geom AS geom
    FROM unnest(lines) AS line, (SELECT ST_Collect(geom) AS geom FROM found) pieces
    WHERE pieces.geom IS NULL OR NOT ST_DWithin(pieces.geom, ST_LineInterpolatePoint(line, 0.5), 1e-8)
  )
  SELECT kind, codes, geom FROM found
  UNION ALL
  SELECT 'unmatched', chain_near($1 || $3, $2 || ground, ST_LineInterpolatePoint(rest.geom, 0.5)), rest.geom
  FROM rest;
END $$;

-- coverage_defects: what is wrong below one live parent, or nothing. Reports; the guard (040) refuses.
CREATE OR REPLACE FUNCTION coverage_defects(parent_code text)
RETURNS TABLE (kind text, codes text[], geom geometry)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
SET work_mem = '256MB'  -- a million segments are summed in memory (1.3 s); on disk it takes three times as long
SET jit = off
AS $$
  SELECT d.kind, d.codes, d.geom
  FROM (SELECT array_agg(c.code::text) AS codes, array_agg(c.geom) AS geoms FROM gis_core_area c
        WHERE c.parent_code = $1 AND c.valid_to IS NULL) children,
       chain_defects(children.codes, children.geoms, $1,
                     (SELECT p.geom FROM gis_core_area p WHERE p.code = $1 AND p.valid_to IS NULL)) d
  WHERE children.codes IS NOT NULL
$$;

-- coverage_audit: every defect below every live parent; the whole rule, checked from scratch.
CREATE OR REPLACE FUNCTION coverage_audit() RETURNS TABLE (parent_code text, kind text, codes text[], geom geometry)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT p.code, d.kind, d.codes, d.geom
  FROM (SELECT DISTINCT c.parent_code::text AS code FROM gis_core_area c
        WHERE c.valid_to IS NULL AND c.parent_code IS NOT NULL) p,
       coverage_defects(p.code) d
$$;

-- coverage_undivided: live areas above `tier` that have no live children yet: blank ground, by the rule allowed.
CREATE OR REPLACE FUNCTION coverage_undivided(tier text DEFAULT 'grid') RETURNS TABLE (code text, name text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT a.code, a.name FROM gis_core_area a JOIN gis_core_tier t ON t.tier = a.tier
  WHERE a.valid_to IS NULL AND t.rank < (SELECT w.rank FROM gis_core_tier w WHERE w.tier = $1)
    AND NOT EXISTS (SELECT FROM gis_core_area c WHERE c.parent_code = a.code AND c.valid_to IS NULL)
  ORDER BY a.code
$$;
