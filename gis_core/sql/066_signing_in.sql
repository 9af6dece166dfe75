-- Signing in: what must be known before it is known who asks, and no more than that.

-- Credentials are their user's own; superusers see all.
SELECT protect('gis_core_credential', $$user_id = (SELECT scope_user())
  OR '' LIKE ANY ((SELECT scope_patterns('undeclared'))::text[])$$);

-- credential_user: whose secret it is, if it holds now and the account is open; notes, each minute at most, that it was used.
CREATE OR REPLACE FUNCTION credential_user(wanted_kind text, wanted text, hash text)
RETURNS TABLE (user_id bigint, read_only boolean)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  found gis_core_credential;
BEGIN
  SELECT c.* INTO found FROM gis_core_credential c JOIN auth_user u ON u.id = c.user_id AND u.is_active
  WHERE c.lookup = wanted AND c.digest = hash AND c.kind = wanted_kind AND c.revoked_at IS NULL AND c.expires_at > now();
  IF found.id IS NULL THEN
    RETURN;
  END IF;
  IF found.last_used_at IS NULL OR found.last_used_at < now() - interval '1 minute' THEN
    UPDATE gis_core_credential c SET last_used_at = now() WHERE c.id = found.id;
  END IF;
  RETURN QUERY SELECT found.user_id::bigint, found.read_only;
END $$;

-- sign_in_failures: how often signing in has failed lately: of this name from this address, of this name, and from this
-- address. The first two begin anew with a success.
CREATE OR REPLACE FUNCTION sign_in_failures(name text, address text, within interval)
RETURNS TABLE (pair bigint, by_name bigint, by_address bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
  WITH lately AS (
    SELECT e.id, e.action, e.key, e.client FROM gis_core_auditentry e
    WHERE e.at > statement_timestamp() - within AND e.object = 'account' AND e.action IN ('sign_in', 'sign_in_failed')
      AND (e.key = left(name, 120) OR e.client = address)
  ), passed AS (
    SELECT coalesce(max(id) FILTER (WHERE client = address), 0) AS here, coalesce(max(id), 0) AS anywhere
    FROM lately WHERE action = 'sign_in' AND key = left(name, 120)
  )
  SELECT count(*) FILTER (WHERE l.key = left(name, 120) AND l.client = address AND l.id > p.here),
         count(*) FILTER (WHERE l.key = left(name, 120) AND l.id > p.anywhere),
         count(*) FILTER (WHERE l.client = address)
  FROM passed p LEFT JOIN lately l ON l.action = 'sign_in_failed'
$$;
