"""Systems of an organisation: who issues a token, what a token opens, and that a system never signs in."""

from django.db import migrations

STANDING = """
CREATE OR REPLACE FUNCTION session_standing(OUT account uuid, OUT organisation uuid, OUT is_strong boolean, OUT is_proven boolean)
    LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    token text := current_setting('vangnet.token', true);
    hash bytea;
BEGIN
    is_strong := false;
    is_proven := false;
    IF token IS NULL OR token = '' THEN
        RETURN;
    END IF;
    hash := sha256(convert_to(token, 'UTF8')); -- once, and not for every session that is looked at
    {systems}
    SELECT s.user_id,
           (SELECT m.organisation_id FROM public.identity_membership m
             WHERE m.user_id = s.user_id AND m.organisation_id = s.organisation_id
               AND m.period @> public.today() LIMIT 1),
           s.strong_at IS NOT NULL,
           s.strong_at IS NOT NULL AND s.proven_at > now() - interval '5 minutes'
               AND s.proven_at <= clock_timestamp()
      INTO account, organisation, is_strong, is_proven
      FROM public.identity_session s JOIN public.identity_user u ON u.id = s.user_id AND u.is_active{persons}
     WHERE s.token_hash = hash AND s.expires_at > now();
    is_strong := coalesce(is_strong, false);
    is_proven := coalesce(is_proven, false);
END
$$;
"""
# A token is issued by somebody with a second factor, so it counts as strong; it never proves anything anew.
SYSTEMS = """
    IF left(token, 8) = 'vangnet_' THEN
        SELECT t.user_id,
               (SELECT m.organisation_id FROM public.identity_membership m
                 WHERE m.user_id = t.user_id AND m.organisation_id = t.organisation_id
                   AND m.period @> public.today() LIMIT 1), true
          INTO account, organisation, is_strong
          FROM public.identity_systemtoken t
          JOIN public.identity_user u ON u.id = t.user_id AND u.is_active AND u.kind = 'systeem'
         WHERE t.token_hash = hash AND t.revoked_at IS NULL AND t.ends_on > public.today();
        is_strong := coalesce(is_strong, false);
        RETURN;
    END IF;
"""

FORWARD = (
    STANDING.format(systems=SYSTEMS, persons=" AND u.kind <> 'systeem'")
    + """
ALTER TABLE identity_systemtoken ENABLE ROW LEVEL SECURITY;
ALTER TABLE identity_systemtoken FORCE ROW LEVEL SECURITY;
CREATE POLICY identity_systemtoken_owner ON identity_systemtoken TO vangnet_owner USING (true) WITH CHECK (true);

-- What an account is does not change, and the role of a system is for systems alone: they have no other.
CREATE FUNCTION identity_guard_kind() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RAISE EXCEPTION 'the kind of an account does not change' USING ERRCODE = 'check_violation';
END
$$;
CREATE TRIGGER identity_user_keeps_its_kind BEFORE UPDATE ON identity_user
    FOR EACH ROW WHEN (NEW.kind <> OLD.kind) EXECUTE FUNCTION identity_guard_kind();
CREATE FUNCTION identity_guard_membership() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF (NEW.role = 'systeem') <> EXISTS (SELECT FROM public.identity_user u
                                          WHERE u.id = NEW.user_id AND u.kind = 'systeem') THEN
        RAISE EXCEPTION 'a system has the role of a system and no other' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER identity_membership_fits_its_account BEFORE INSERT OR UPDATE ON identity_membership
    FOR EACH ROW EXECUTE FUNCTION identity_guard_membership();

-- An administrator of the organisation that the session works for, or the command line.
CREATE FUNCTION session_may_manage_systems(member uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN EXISTS (SELECT FROM public.identity_user u
                    WHERE u.id = public.session_account() AND u.kind = 'dienst')
        OR coalesce(public.session_is_strong() AND public.session_has_role('beheerder')
                    AND member = public.session_organisation(), false);
END
$$;

CREATE FUNCTION identity_issue_token(new_id uuid, secret text, account uuid, member uuid, until date) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    -- On a page this also asks who it is once more; a command was typed on the server.
    IF NOT public.session_may_manage_systems(member)
       OR NOT public.session_is_proven()
       OR NOT EXISTS (SELECT FROM public.identity_user u JOIN public.identity_membership m ON m.user_id = u.id
                       WHERE u.id = account AND u.kind = 'systeem' AND u.is_active
                         AND m.organisation_id = member AND m.period @> public.today()) THEN
        RAISE EXCEPTION 'only an administrator of its organisation gives a system a token'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF until IS NULL OR until <= public.today() OR until > public.today() + 366
       OR secret !~ '^vangnet_[A-Za-z0-9_-]{43}$' THEN
        RAISE EXCEPTION 'a token ends within a year' USING ERRCODE = 'check_violation';
    END IF;
    INSERT INTO public.identity_systemtoken (id, token_hash, user_id, organisation_id, issued_by_id, issued_at, ends_on,
        window_count)
    VALUES (new_id, public.session_hash(secret), account, member, public.session_account(), clock_timestamp(), until, 0);
END
$$;

CREATE FUNCTION identity_revoke_token(wanted uuid) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    account uuid;
BEGIN
    UPDATE public.identity_systemtoken t SET revoked_at = clock_timestamp()
     WHERE t.id = wanted AND t.revoked_at IS NULL AND public.session_may_manage_systems(t.organisation_id)
    RETURNING t.user_id INTO account;
    IF account IS NULL THEN
        RAISE EXCEPTION 'no such token' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN account;
END
$$;

-- The systems of an organisation with their tokens; a system without one has one row too.
CREATE FUNCTION identity_systems(member uuid) RETURNS TABLE (account uuid, name text, is_active boolean, token uuid,
        issued_at timestamptz, issued_by text, ends_on date, revoked_at timestamptz, used_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
    SELECT u.id, u.name::text, u.is_active, t.id, t.issued_at, i.name::text, t.ends_on, t.revoked_at, t.used_at
      FROM public.identity_user u
      JOIN public.identity_membership m ON m.user_id = u.id AND m.role = 'systeem'
      LEFT JOIN public.identity_systemtoken t ON t.user_id = u.id
      LEFT JOIN public.identity_user i ON i.id = t.issued_by_id
     WHERE m.organisation_id = member AND public.session_may_manage_systems(member)
     ORDER BY u.name, u.id, t.issued_at DESC
$$;

-- Whose token this is, and how many seconds it has to wait; no row: nobody's. Counts the call, per minute.
CREATE FUNCTION identity_enter(secret text, most int) RETURNS TABLE (account uuid, organisation uuid, wait int)
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
    UPDATE public.identity_systemtoken t
       SET used_at = clock_timestamp(),
           window_count = CASE WHEN t.window_from > clock_timestamp() - interval '1 minute'
                               THEN t.window_count + 1 ELSE 1 END,
           window_from = CASE WHEN t.window_from > clock_timestamp() - interval '1 minute'
                              THEN t.window_from ELSE clock_timestamp() END
     WHERE t.token_hash = public.session_hash(secret) AND t.revoked_at IS NULL AND t.ends_on > public.today()
       AND EXISTS (SELECT FROM public.identity_user u JOIN public.identity_membership m ON m.user_id = u.id
                    WHERE u.id = t.user_id AND u.is_active AND u.kind = 'systeem'
                      AND m.organisation_id = t.organisation_id AND m.period @> public.today())
    RETURNING t.user_id, t.organisation_id,
              CASE WHEN t.window_count > most
                   THEN greatest(1, ceil(extract(epoch FROM t.window_from + interval '1 minute' - clock_timestamp())))::int
                   ELSE 0 END
$$;
REVOKE EXECUTE ON FUNCTION identity_guard_kind, identity_guard_membership, session_may_manage_systems,
    identity_issue_token, identity_revoke_token, identity_systems, identity_enter FROM PUBLIC;
"""
)

BACKWARD = """
DROP FUNCTION identity_enter(text, int);
DROP FUNCTION identity_systems(uuid);
DROP FUNCTION identity_revoke_token(uuid);
DROP FUNCTION identity_issue_token(uuid, text, uuid, uuid, date);
DROP FUNCTION session_may_manage_systems(uuid);
DROP TRIGGER identity_membership_fits_its_account ON identity_membership;
DROP FUNCTION identity_guard_membership();
DROP TRIGGER identity_user_keeps_its_kind ON identity_user;
DROP FUNCTION identity_guard_kind();
DROP POLICY identity_systemtoken_owner ON identity_systemtoken;
ALTER TABLE identity_systemtoken NO FORCE ROW LEVEL SECURITY;
ALTER TABLE identity_systemtoken DISABLE ROW LEVEL SECURITY;
""" + STANDING.format(systems="", persons="")


class Migration(migrations.Migration):
    dependencies = [("identity", "0007_system_tokens")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
