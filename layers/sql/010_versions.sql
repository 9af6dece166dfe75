-- Versions: updated_at and row_version of a layer's rows are the database's, whoever writes.

-- row_versions: row trigger; counts the changes of a row and notes when the last was.
CREATE OR REPLACE FUNCTION row_versions() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
  NEW.updated_at := now();
  NEW.row_version := OLD.row_version + 1;
  RETURN NEW;
END $$;

-- attach_versions: give a table with both columns the trigger. Safe to run again.
CREATE OR REPLACE FUNCTION attach_versions(tbl regclass) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
  EXECUTE format('CREATE OR REPLACE TRIGGER versions BEFORE UPDATE ON %s FOR EACH ROW'
    ' EXECUTE FUNCTION row_versions()', tbl);
END $$;
