-- What a row says of its details, kept by the database: a sensor's latest reading, a warehouse's stock in one line.

-- sensor_latest: statement trigger on readings; only a newer reading counts, in whatever order they come.
CREATE OR REPLACE FUNCTION sensor_latest() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  UPDATE layers_sensor s SET value = r.value, measured_at = r.at, alarm_level = r.alarm_level
  FROM (SELECT DISTINCT ON (n.sensor_id) n.* FROM after_rows n ORDER BY n.sensor_id, n.at DESC) r
  WHERE s.id = r.sensor_id AND (s.measured_at IS NULL OR s.measured_at < r.at);
  RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER sensor_latest AFTER INSERT ON layers_sensorreading
  REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION sensor_latest();

-- stock_summary: write the stock of these warehouses anew. Their rows are taken first, so that two sessions that
-- change one warehouse's stock see each other's lines.
CREATE OR REPLACE FUNCTION stock_summary(warehouses bigint[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  PERFORM FROM layers_warehouse w WHERE w.id = ANY(warehouses) ORDER BY w.id FOR UPDATE;
  UPDATE layers_warehouse w SET stock = coalesce((
    SELECT string_agg(format('%s %s %s', l.material, l.quantity, l.unit), '；' ORDER BY l.material, l.unit, l.expires_on)
    FROM layers_stockline l WHERE l.warehouse_id = w.id), '')
  WHERE w.id = ANY(warehouses);
END $$;

-- stock_note: statement trigger on stock lines.
CREATE OR REPLACE FUNCTION stock_note() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM stock_summary((SELECT array_agg(DISTINCT warehouse_id) FROM after_rows));
  ELSIF TG_OP = 'DELETE' THEN
    PERFORM stock_summary((SELECT array_agg(DISTINCT warehouse_id) FROM before_rows));
  ELSE
    PERFORM stock_summary((SELECT array_agg(DISTINCT r.warehouse_id)
                           FROM (TABLE before_rows UNION ALL TABLE after_rows) r));
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER stock_insert AFTER INSERT ON layers_stockline
  REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION stock_note();
CREATE OR REPLACE TRIGGER stock_update AFTER UPDATE ON layers_stockline
  REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION stock_note();
CREATE OR REPLACE TRIGGER stock_delete AFTER DELETE ON layers_stockline
  REFERENCING OLD TABLE AS before_rows FOR EACH STATEMENT EXECUTE FUNCTION stock_note();
