-- The boundary-chain rule (docs/coverage.md): children tile their parent if and only if the sum of their
-- boundaries, as directed segments, minus the parent's boundary, is nothing. Exact: no overlay, no tolerance,
-- no floating-point predicate. A vertex is the 16 bytes of its two ordinates in little-endian WKB, so equal
-- vertices are equal bytes, and two consecutive vertices of a ring are a segment without any parsing.

-- chain_segments: the boundary as directed segments (a -> b), shells counter-clockwise, holes clockwise.
CREATE OR REPLACE FUNCTION chain_segments(geom geometry) RETURNS TABLE (a bytea, b bytea)
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT substring(ring FROM 10 + 16 * i FOR 16), substring(ring FROM 26 + 16 * i FOR 16)
  FROM (SELECT ST_AsBinary((ST_Dump(ST_Boundary(ST_ForcePolygonCCW(geom)))).geom, 'NDR') AS ring) rings,
       generate_series(0, (octet_length(ring) - 9) / 16 - 2) AS i
$$;

-- chain_line: two vertices of chain_segments as a LineString in EPSG:4490.
CREATE OR REPLACE FUNCTION chain_line(a bytea, b bytea) RETURNS geometry
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$ SELECT ST_GeomFromWKB('\x010200000002000000'::bytea || a || b, 4490) $$;

-- chain_residue: the segments that do not cancel, in the direction that the children's sum gives them;
-- `weight` is how often. Nothing at all comes back exactly when the children tile the parent.
CREATE OR REPLACE FUNCTION chain_residue(children geometry[], parent geometry)
RETURNS TABLE (line geometry, weight bigint)
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  WITH directed AS (
    SELECT s.a, s.b, 1 AS sign FROM unnest(children) AS child(geom), chain_segments(child.geom) s
    UNION ALL
    SELECT s.a, s.b, -1 FROM chain_segments(parent) s
  ), net AS (
    SELECT least(a, b) AS low, greatest(a, b) AS high, sum(CASE WHEN a < b THEN sign ELSE -sign END) AS total
    FROM directed GROUP BY 1, 2 HAVING sum(CASE WHEN a < b THEN sign ELSE -sign END) <> 0
  )
  SELECT CASE WHEN total > 0 THEN chain_line(low, high) ELSE chain_line(high, low) END, abs(total) FROM net
$$;
