-- Canonical coordinates: every ordinate is the double nearest to a decimal with 8 places (about 1 mm).
-- PostGIS prints the shortest decimal with at most 8 places and reads it back correctly rounded, which gives
-- exactly round(v * 1e8) / 1e8; ST_SnapToGrid and ST_ReducePrecision differ in the last bit (measured).

-- canonical: the geometry with every ordinate rounded to 8 decimal places. x and y only; the SRID stays.
CREATE OR REPLACE FUNCTION canonical(geom geometry) RETURNS geometry
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, public
AS $$ SELECT ST_GeomFromText(ST_AsText(ST_Force2D(geom), 8), ST_SRID(geom)) $$;

-- is_canonical: true when canonical() would change no bit of it.
CREATE OR REPLACE FUNCTION is_canonical(geom geometry) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, public
AS $$ SELECT ST_AsBinary(canonical(geom), 'NDR') = ST_AsBinary(geom, 'NDR') $$;

-- The rule on the table: refused at once, whoever writes.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = 'area_geom_canonical') THEN
    ALTER TABLE gis_core_area ADD CONSTRAINT area_geom_canonical CHECK (is_canonical(geom));
  END IF;
  IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = 'area_geom_valid') THEN
    ALTER TABLE gis_core_area ADD CONSTRAINT area_geom_valid
      CHECK (NOT ST_IsEmpty(geom) AND ST_IsValid(geom));
  END IF;
END $$;
