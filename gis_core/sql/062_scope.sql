-- Scope: whose rows a session sees. `wangge.user` says for whom it works: a user's number, 'system', or nothing; the
-- memberships say where that user may do what; the policies of the protected tables ask here.
--
-- The functions see every membership, whoever calls them. Who owns the tables is not under their policies (the
-- owner migrates, loads and backs up; the guard, the tags and the figures run as the owner): scope_prefixes answers
-- such a session "everywhere", so that functions which ask it by themselves agree.

-- scope_user: the number of the user that the session works for; null for nobody and for the system.
CREATE OR REPLACE FUNCTION scope_user() RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT CASE WHEN current_setting('wangge.user', true) ~ '^[0-9]{1,18}$'
              THEN current_setting('wangge.user', true)::bigint END
$$;

-- scope_is_free: whether the policies do not hold for the session: its role owns the tables. Within a SECURITY DEFINER
-- function current_user is the owner; who called it is the session's role.
CREATE OR REPLACE FUNCTION scope_is_free() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT pg_has_role(coalesce(nullif(current_setting('role'), 'none')::name, session_user), current_user, 'USAGE')
$$;

-- scope_prefixes: the code prefixes under which the session may do `action`; {''} is everywhere, {} nowhere.
CREATE OR REPLACE FUNCTION scope_prefixes(action text) RETURNS text[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  who bigint := scope_user();
  everywhere boolean;
BEGIN
  IF current_setting('wangge.user', true) = 'system' THEN
    RETURN ARRAY[''];
  ELSIF who IS NULL THEN
    RETURN CASE WHEN scope_is_free() THEN ARRAY[''] ELSE ARRAY[]::text[] END;
  END IF;
  SELECT u.is_superuser INTO everywhere FROM auth_user u WHERE u.id = who AND u.is_active;
  IF everywhere IS NULL THEN
    RETURN ARRAY[]::text[];
  ELSIF everywhere THEN
    RETURN ARRAY[''];
  END IF;
  RETURN coalesce((SELECT array_agg(DISTINCT m.code_prefix::text) FROM gis_core_membership m
                   JOIN gis_core_rule r ON r.role = m.role AND r.action = $1 WHERE m.user_id = who), ARRAY[]::text[]);
END $$;

-- scope_patterns: the same for LIKE ANY. A policy asks it in a sub-select, which is done once for a query.
CREATE OR REPLACE FUNCTION scope_patterns(action text) RETURNS text[]
LANGUAGE sql STABLE
AS $$ SELECT coalesce(array_agg(prefix || '%'), ARRAY[]::text[]) FROM unnest(scope_prefixes($1)) AS prefix $$;

-- scope_sees: whether the session may do `action` in the area with this code; '' lies in none.
CREATE OR REPLACE FUNCTION scope_sees(action text, code text) RETURNS boolean
LANGUAGE sql STABLE
AS $$ SELECT coalesce($2, '') LIKE ANY (scope_patterns($1)) $$;

-- protect: put a table under one policy for everything; who owns the table is not under it (see above). Safe to
-- run again: an unchanged policy is left alone, so that a running server is not locked out.
CREATE OR REPLACE FUNCTION protect(tbl regclass, rule text, name text DEFAULT 'scope') RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
  IF obj_description((SELECT p.oid FROM pg_policy p WHERE p.polrelid = tbl AND p.polname = name), 'pg_policy')
     IS NOT DISTINCT FROM rule AND (SELECT c.relrowsecurity FROM pg_class c WHERE c.oid = tbl) THEN
    RETURN;
  END IF;
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', tbl);
  EXECUTE format('DROP POLICY IF EXISTS %I ON %s', name, tbl);
  EXECUTE format('CREATE POLICY %I ON %s USING (%s)', name, tbl, rule);
  EXECUTE format('COMMENT ON POLICY %I ON %s IS %L', name, tbl, rule);
END $$;

-- protect_by_code: rows are seen where `code` says that they lie, by who may do `action` there; those that lie
-- nowhere by who may do it everywhere.
CREATE OR REPLACE FUNCTION protect_by_code(tbl regclass, code name, action text, name text DEFAULT 'scope') RETURNS void
LANGUAGE sql
AS $$
  SELECT protect(tbl, format('coalesce(%I, '''') LIKE ANY ((SELECT scope_patterns(%L))::text[])', code, action), name)
$$;

-- unprotect: take a policy away; without any left, everybody sees the table.
CREATE OR REPLACE FUNCTION unprotect(tbl regclass, name text) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
  IF EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = tbl AND p.polname = name) THEN
    EXECUTE format('DROP POLICY %I ON %s', name, tbl);
    IF NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = tbl) THEN
      EXECUTE format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY', tbl);
    END IF;
  END IF;
END $$;

-- What happened is heard by who may; the server's own listener reads it as the system, and tells each what is theirs.
SELECT protect('gis_core_event', $$permission = '' OR scope_sees(permission, code)$$);
