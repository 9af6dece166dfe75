-- The audit: one line for each thing done, in the transaction that does it, chained by hashes. There are 64 chains, so that
-- writers need not wait for each other: a transaction takes one that no other is using, and lengthens it.
-- The server's role may read the lines in its scope and nothing more (900); these functions write, as the owner.

-- audit_chain: a chain for this transaction; the session's usual one if it is free.
CREATE OR REPLACE FUNCTION audit_chain() RETURNS smallint
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  chosen smallint := nullif(current_setting('wangge.audit_chain', true), '')::smallint;
BEGIN
  IF chosen IS NULL THEN
    FOR step IN 0..63 LOOP
      chosen := (pg_backend_pid() + step) % 64;
      EXIT WHEN pg_try_advisory_xact_lock(1635083369, chosen);  -- "audi" in ASCII
    END LOOP;
    -- Forgotten, as the lock is, when a savepoint is rolled back. It only spares waiting; the chain's row decides.
    PERFORM set_config('wangge.audit_chain', chosen::text, true);
  END IF;
  RETURN chosen % 64;
END $$;

-- audit_digest: SHA-256 over the digest before and everything the line says.
CREATE OR REPLACE FUNCTION audit_digest(previous text, line gis_core_auditentry) RETURNS text
LANGUAGE sql IMMUTABLE
AS $$
  SELECT encode(sha256(convert_to(jsonb_build_array(previous, line.chain, line.number, extract(epoch FROM line.at),
    line.user_id, line.who, line.client, line.db_role, line.action, line.object, line.key, line.code, line.data,
    line.transaction)::text, 'UTF8')), 'hex')
$$;

-- audit_write: add one line. An empty code becomes the area of the user's first membership.
CREATE OR REPLACE FUNCTION audit_write(action text, object text, key text, code text, data jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  line gis_core_auditentry;
  tail gis_core_auditchain;
BEGIN
  line.chain := audit_chain();
  INSERT INTO gis_core_auditchain (id, number, digest, pruned_number, pruned_digest) VALUES (line.chain, 0, '', 0, '')
  ON CONFLICT DO NOTHING;
  SELECT * INTO tail FROM gis_core_auditchain c WHERE c.id = line.chain FOR UPDATE;
  line.number := tail.number + 1;
  line.at := clock_timestamp();
  line.user_id := scope_user();
  line.db_role := coalesce(nullif(current_setting('role'), 'none'), session_user);
  line.who := coalesce((SELECT u.username FROM auth_user u WHERE u.id = line.user_id),
                       nullif(current_setting('wangge.user', true), ''), line.db_role);
  line.client := coalesce(left(current_setting('wangge.client', true), 64), '');
  line.action := left($1, 24);
  line.object := left($2, 120);
  line.key := left(coalesce($3, ''), 120);
  line.code := coalesce(nullif(left($4, 20), ''), (SELECT min(m.code_prefix) FROM gis_core_membership m
                                                   WHERE m.user_id = line.user_id), '');
  line.data := coalesce($5, '{}');
  line.transaction := txid_current();
  line.digest := audit_digest(tail.digest, line);
  line.id := nextval(pg_get_serial_sequence('gis_core_auditentry', 'id'));
  INSERT INTO gis_core_auditentry SELECT line.*;
  UPDATE gis_core_auditchain c SET number = line.number, digest = line.digest WHERE c.id = line.chain;
END $$;

-- audit_changed: what differs between two states of a row, as {"before": {...}, "after": {...}}; null for nothing.
CREATE OR REPLACE FUNCTION audit_changed(was jsonb, now_is jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE
AS $$
  SELECT jsonb_build_object('before', jsonb_object_agg(o.key, o.value), 'after', jsonb_object_agg(n.key, n.value))
  FROM jsonb_each(was) o JOIN jsonb_each(now_is) n ON n.key = o.key WHERE o.value IS DISTINCT FROM n.value
  HAVING count(*) > 0
$$;

-- audit_note: statement trigger. Arguments: the key column, the column that says where a row lies ('' for none), and
-- the columns that are noted. Of a statement that changes more than 100 rows one line is kept, with how many.
CREATE OR REPLACE FUNCTION audit_note() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET jit = off
AS $$
DECLARE
  columns text := (SELECT string_agg(format('r.%I', c), ', ') FROM unnest(TG_ARGV[2]::text[]) AS c);
  side text := CASE TG_OP WHEN 'DELETE' THEN 'before_rows' ELSE 'after_rows' END;
  old_side text := format('SELECT to_jsonb(x) AS o, NULL::jsonb AS n FROM (SELECT %s FROM before_rows r) x', columns);
  new_side text := format('SELECT NULL::jsonb AS o, to_jsonb(x) AS n FROM (SELECT %s FROM after_rows r) x', columns);
  line record;
  many bigint;
BEGIN
  EXECUTE format('SELECT count(*) FROM %s', side) INTO many;
  IF many > 100 THEN
    PERFORM audit_write(lower(TG_OP), TG_TABLE_NAME, '', '', jsonb_build_object('rows', many));
    RETURN NULL;
  END IF;
  FOR line IN EXECUTE CASE TG_OP WHEN 'INSERT' THEN new_side WHEN 'DELETE' THEN old_side
    ELSE format('SELECT b.o, a.n FROM (%s) b JOIN (%s) a ON a.n -> %L = b.o -> %L', old_side, new_side, TG_ARGV[0], TG_ARGV[0])
    END
  LOOP
    IF TG_OP = 'UPDATE' THEN
      CONTINUE WHEN line.o = line.n;
      PERFORM audit_write('update', TG_TABLE_NAME, line.n ->> TG_ARGV[0], line.n ->> TG_ARGV[1], audit_changed(line.o, line.n));
    ELSE
      PERFORM audit_write(lower(TG_OP), TG_TABLE_NAME, coalesce(line.n, line.o) ->> TG_ARGV[0],
        coalesce(line.n, line.o) ->> TG_ARGV[1], jsonb_build_object(CASE TG_OP WHEN 'INSERT' THEN 'after' ELSE 'before' END,
        jsonb_strip_nulls(coalesce(line.n, line.o))));
    END IF;
  END LOOP;
  RETURN NULL;
END $$;

-- attach_audit: have a table's changes noted. Safe to run again: what is attached as wanted is left alone.
CREATE OR REPLACE FUNCTION attach_audit(tbl regclass, key_column text, code_column text, columns text[]) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
  op text;
  sides text;
  wanted text := array_to_string(ARRAY[key_column, code_column, columns::text], ' ');
BEGIN
  FOR op, sides IN VALUES ('INSERT', 'REFERENCING NEW TABLE AS after_rows'),
                          ('UPDATE', 'REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows'),
                          ('DELETE', 'REFERENCING OLD TABLE AS before_rows') LOOP
    CONTINUE WHEN EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = tbl AND t.tgname = 'audit_' || lower(op)
                          AND obj_description(t.oid, 'pg_trigger') = wanted);
    EXECUTE format('CREATE OR REPLACE TRIGGER %I AFTER %s ON %s %s FOR EACH STATEMENT EXECUTE FUNCTION audit_note(%L, %L, %L)',
                   'audit_' || lower(op), op, tbl, sides, key_column, code_column, columns);
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', tbl, 'audit_' || lower(op));
    EXECUTE format('COMMENT ON TRIGGER %I ON %s IS %L', 'audit_' || lower(op), tbl, wanted);
  END LOOP;
END $$;

-- refuse_change: trigger of a table that is only ever added to, for the owner as well.
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege', TABLE = TG_TABLE_NAME,
    MESSAGE = format('%s is only ever added to: no %s', TG_TABLE_NAME, lower(TG_OP));
END $$;

-- A line once written stays as it is; only audit_prune takes the oldest away.
CREATE OR REPLACE TRIGGER audit_refuse BEFORE UPDATE OR DELETE ON gis_core_auditentry FOR EACH ROW
  WHEN (current_setting('wangge.audit_pruning', true) IS DISTINCT FROM 'on') EXECUTE FUNCTION refuse_change();
ALTER TABLE gis_core_auditentry ENABLE ALWAYS TRIGGER audit_refuse;
DROP FUNCTION IF EXISTS audit_refuse();

-- audit_prune: forget lines older than `keep`, which is half a year at least (Cybersecurity Law, article 21: logs are kept
-- for six months or longer). Each chain goes on from where it was cut. Returns how many went.
CREATE OR REPLACE FUNCTION audit_prune(keep interval) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  gone bigint := 0;
  cut record;
  here bigint;
BEGIN
  IF now() - keep > now() - interval '183 days' THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'the audit is kept for 183 days at least';
  END IF;
  PERFORM set_config('wangge.audit_pruning', 'on', true);
  FOR cut IN
    SELECT e.chain, max(e.number) AS number FROM gis_core_auditentry e WHERE e.at < now() - keep GROUP BY e.chain
  LOOP
    PERFORM FROM gis_core_auditchain c WHERE c.id = cut.chain FOR UPDATE;
    UPDATE gis_core_auditchain c SET pruned_number = cut.number, pruned_digest = e.digest
    FROM gis_core_auditentry e WHERE c.id = cut.chain AND e.chain = cut.chain AND e.number = cut.number;
    DELETE FROM gis_core_auditentry e WHERE e.chain = cut.chain AND e.number <= cut.number;
    GET DIAGNOSTICS here = ROW_COUNT;
    gone := gone + here;
  END LOOP;
  PERFORM set_config('wangge.audit_pruning', '', true);
  RETURN gone;
END $$;

-- audit_broken: where a chain does not fit: a line changed, missing, put in, or cut off at the end.
CREATE OR REPLACE FUNCTION audit_broken() RETURNS TABLE (chain smallint, number bigint, reason text)
LANGUAGE sql STABLE
AS $$
  WITH lines AS (
    SELECT e.chain, e.number, e.digest, lag(e.number) OVER one AS number_before,
           audit_digest(coalesce(lag(e.digest) OVER one, c.pruned_digest, ''), e) AS wanted,
           coalesce(lag(e.number) OVER one, c.pruned_number, 0) AS before
    FROM gis_core_auditentry e LEFT JOIN gis_core_auditchain c ON c.id = e.chain
    WINDOW one AS (PARTITION BY e.chain ORDER BY e.number)
  )
  SELECT l.chain, l.number, CASE WHEN l.number <> l.before + 1 THEN 'missing before' ELSE 'changed' END
  FROM lines l WHERE l.number <> l.before + 1 OR l.digest <> l.wanted
  UNION ALL
  SELECT c.id, c.number, 'cut off' FROM gis_core_auditchain c
  LEFT JOIN LATERAL (SELECT e.number, e.digest FROM gis_core_auditentry e WHERE e.chain = c.id
                     ORDER BY e.number DESC LIMIT 1) last ON true
  WHERE coalesce(last.number, c.pruned_number) <> c.number OR coalesce(last.digest, c.pruned_digest) <> c.digest
  UNION ALL
  SELECT DISTINCT e.chain, 0::bigint, 'no such chain' FROM gis_core_auditentry e
  WHERE NOT EXISTS (SELECT FROM gis_core_auditchain c WHERE c.id = e.chain)
  ORDER BY 1, 2
$$;

SELECT protect_by_code('gis_core_auditentry', 'code', 'view_audit');
