-- Which area is a place in? Exactly one for every point of the district, also on a border or a corner.

-- area_at: the code of the area of `tier` that holds `point` at a moment; on a border the lowest code wins;
-- null outside. Any SRID (0 and 4326 are taken as 4490, from which they differ by less than GPS can tell).
-- ST_Covers decides by the sign of a rounded determinant, so a point within a rounding error of a shared edge
-- can fall between two neighbours; then what lies within 1e-11 degrees (a micrometre) counts.
CREATE OR REPLACE FUNCTION area_at(point geometry, tier text DEFAULT 'grid', at timestamptz DEFAULT now())
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  place geometry := CASE WHEN ST_SRID(point) IN (0, 4326, 4490) THEN ST_SetSRID(point, 4490)
                         ELSE ST_Transform(point, 4490) END;
  found text;
BEGIN
  SELECT min(near.code) INTO found
  FROM (SELECT a.code, a.geom FROM gis_core_area a
        WHERE a.geom && place AND a.tier = $2 AND a.valid_from <= $3 AND (a.valid_to IS NULL OR a.valid_to > $3)
        OFFSET 0) near
  WHERE ST_Covers(near.geom, place);
  IF found IS NULL THEN
    SELECT min(a.code) INTO found FROM gis_core_area a
    WHERE a.geom && ST_Expand(place, 1e-11) AND a.tier = $2
      AND a.valid_from <= $3 AND (a.valid_to IS NULL OR a.valid_to > $3) AND ST_DWithin(a.geom, place, 1e-11);
  END IF;
  RETURN found;
END $$;
