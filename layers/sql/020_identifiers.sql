-- Identifiers with rules: unified social credit codes and camera codes. layers/identifiers.py says the same in
-- Python, for messages in words; a test compares the two.

-- is_credit_code: GB 32100-2015: 18 characters without I, O, S, V, Z; the last is a check character, modulus 31 over
-- weights 3^(place - 1).
CREATE OR REPLACE FUNCTION is_credit_code(code text) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog
AS $$
  SELECT code ~ '^[0-9A-HJ-NP-RTUWXY]{2}[0-9]{6}[0-9A-HJ-NP-RTUWXY]{10}$' AND (
    SELECT (31 - sum((strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', substr(code, place, 1)) - 1)
                     * (ARRAY[1,3,9,27,19,26,16,17,20,29,25,13,8,24,10,30,28])[place]) % 31) % 31
           = strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', substr(code, 18, 1)) - 1
    FROM generate_series(1, 17) place)
$$;

-- is_camera_code: GB/T 28181: 8 digits administrative area, 2 sector, 3 type (131, 132: cameras), 1 network, 6 number.
CREATE OR REPLACE FUNCTION is_camera_code(code text) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$ SELECT code ~ '^[1-8][0-9]{9}13[12][0-9]{7}$' $$;

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = 'enterprise_uscc') THEN
    ALTER TABLE layers_enterprise ADD CONSTRAINT enterprise_uscc CHECK (is_credit_code(uscc));
  END IF;
  IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = 'camera_gb_code') THEN
    ALTER TABLE layers_camera ADD CONSTRAINT camera_gb_code CHECK (is_camera_code(gb_code));
  END IF;
END $$;
