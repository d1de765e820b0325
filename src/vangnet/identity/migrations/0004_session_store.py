"""The sessions behind functions that want the token itself: the runtime role reads the table no more."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FORWARD = """
CREATE FUNCTION session_hash(secret text) RETURNS bytea
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN sha256(convert_to(secret, 'UTF8'));

CREATE FUNCTION session_first_organisation(account uuid) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
    SELECT m.organisation_id FROM public.identity_membership m
     WHERE m.user_id = account AND m.period @> public.today() ORDER BY m.id LIMIT 1
$$;

-- Reading also keeps when the session was last seen, to five minutes: no write per page.
CREATE FUNCTION session_load(secret text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    content text;
    seen timestamptz;
BEGIN
    SELECT s.data, s.seen_at INTO content, seen FROM public.identity_session s
     WHERE s.token_hash = public.session_hash(secret) AND s.expires_at > clock_timestamp();
    IF seen < clock_timestamp() - interval '5 minutes' THEN
        UPDATE public.identity_session s SET seen_at = clock_timestamp()
         WHERE s.token_hash = public.session_hash(secret);
    END IF;
    RETURN content;
END
$$;

CREATE FUNCTION session_exists(secret text) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
    SELECT EXISTS (SELECT FROM public.identity_session s
                    WHERE s.token_hash = public.session_hash(secret) AND s.expires_at > clock_timestamp())
$$;

-- Another account in the same browser starts weak, and works for an organisation of its own.
CREATE FUNCTION session_save(
    secret text, account uuid, content text, until timestamptz, machine text, is_new boolean
) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    first uuid := public.session_first_organisation(account);
BEGIN
    IF is_new THEN
        INSERT INTO public.identity_session
               (token_hash, user_id, organisation_id, data, created_at, expires_at, seen_at, device)
        VALUES (public.session_hash(secret), account, first, content, clock_timestamp(), until,
                clock_timestamp(), left(machine, 100))
            ON CONFLICT DO NOTHING;
    ELSE
        UPDATE public.identity_session s
           SET data = content, expires_at = until, user_id = account, device = left(machine, 100),
               organisation_id = CASE WHEN s.user_id IS NOT DISTINCT FROM account
                                      THEN s.organisation_id ELSE first END,
               strong_at = CASE WHEN s.user_id IS NOT DISTINCT FROM account THEN s.strong_at END,
               proven_at = CASE WHEN s.user_id IS NOT DISTINCT FROM account THEN s.proven_at END
         WHERE s.token_hash = public.session_hash(secret) AND s.expires_at > clock_timestamp();
    END IF;
    RETURN FOUND;
END
$$;

CREATE FUNCTION session_rename(secret text, fresh text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    UPDATE public.identity_session s SET token_hash = public.session_hash(fresh)
     WHERE s.token_hash = public.session_hash(secret) AND s.expires_at > clock_timestamp();
    RETURN FOUND;
END
$$;

CREATE FUNCTION session_delete(secret text) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
    DELETE FROM public.identity_session s WHERE s.token_hash = public.session_hash(secret)
$$;

CREATE FUNCTION session_prove(secret text) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
    UPDATE public.identity_session s
       SET strong_at = coalesce(s.strong_at, clock_timestamp()), proven_at = clock_timestamp()
     WHERE s.token_hash = public.session_hash(secret) AND s.user_id IS NOT NULL
       AND s.expires_at > clock_timestamp()
$$;

CREATE FUNCTION session_serve(
    secret text, account uuid, organisation uuid, strong boolean, content text, until timestamptz
) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
    INSERT INTO public.identity_session
           (token_hash, user_id, organisation_id, data, created_at, expires_at, seen_at, device,
            strong_at, proven_at)
    VALUES (public.session_hash(secret), account,
            coalesce(organisation, public.session_first_organisation(account)), content,
            clock_timestamp(), until, clock_timestamp(), 'taak',
            CASE WHEN strong THEN clock_timestamp() END, CASE WHEN strong THEN clock_timestamp() END)
$$;

CREATE FUNCTION session_forget() RETURNS bigint
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
    WITH gone AS (DELETE FROM public.identity_session s WHERE s.expires_at <= clock_timestamp() RETURNING 1)
    SELECT count(*) FROM gone
$$;

-- What somebody may know of the own sessions. The handle says which one, and opens nothing.
CREATE FUNCTION session_list() RETURNS TABLE (
    handle text, device text, created_at timestamptz, seen_at timestamptz, expires_at timestamptz,
    strong boolean, current boolean
)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
    SELECT left(encode(sha256(s.token_hash), 'hex'), 32), s.device::text, s.created_at, s.seen_at, s.expires_at,
           s.strong_at IS NOT NULL,
           s.token_hash = public.session_hash(current_setting('vangnet.token', true))
      FROM public.identity_session s
     WHERE s.user_id = public.session_account() AND s.expires_at > clock_timestamp()
     ORDER BY s.seen_at DESC, s.created_at DESC
$$;

CREATE FUNCTION session_end(wanted text) RETURNS bigint
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
    WITH gone AS (
        DELETE FROM public.identity_session s
         WHERE s.user_id = public.session_account()
           AND left(encode(sha256(s.token_hash), 'hex'), 32) = wanted
        RETURNING 1)
    SELECT count(*) FROM gone
$$;

CREATE FUNCTION session_end_others() RETURNS bigint
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
    WITH gone AS (
        DELETE FROM public.identity_session s
         WHERE s.user_id = public.session_account()
           AND s.token_hash <> public.session_hash(current_setting('vangnet.token', true))
        RETURNING 1)
    SELECT count(*) FROM gone
$$;

CREATE FUNCTION session_may_manage_accounts() RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
    SELECT EXISTS (SELECT FROM public.identity_user u
                    WHERE u.id = public.session_account() AND u.kind = 'dienst')
        OR EXISTS (SELECT FROM public.identity_membership m
                    WHERE m.user_id = public.session_account() AND m.role = 'beheerder'
                      AND m.period @> public.today())
$$;

CREATE FUNCTION session_end_all(account uuid) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    ended bigint;
BEGIN
    IF NOT public.session_may_manage_accounts() THEN
        RAISE EXCEPTION 'only an administrator ends the sessions of an account'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    DELETE FROM public.identity_session s WHERE s.user_id = account;
    GET DIAGNOSTICS ended = ROW_COUNT;
    RETURN ended;
END
$$;

CREATE FUNCTION session_work_for(wanted uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    UPDATE public.identity_session s SET organisation_id = wanted
     WHERE s.token_hash = public.session_hash(current_setting('vangnet.token', true))
       AND s.user_id = public.session_account()
       AND EXISTS (SELECT FROM public.identity_membership m
                    WHERE m.user_id = s.user_id AND m.organisation_id = wanted
                      AND m.period @> public.today());
    RETURN FOUND;
END
$$;

REVOKE EXECUTE ON FUNCTION session_hash(text), session_first_organisation(uuid), session_load(text),
    session_exists(text), session_save(text, uuid, text, timestamptz, text, boolean),
    session_rename(text, text), session_delete(text), session_prove(text),
    session_serve(text, uuid, uuid, boolean, text, timestamptz), session_forget(), session_list(),
    session_end(text), session_end_others(), session_may_manage_accounts(), session_end_all(uuid),
    session_work_for(uuid) FROM PUBLIC;
"""

BACKWARD = """
DROP FUNCTION session_work_for(uuid);
DROP FUNCTION session_end_all(uuid);
DROP FUNCTION session_may_manage_accounts();
DROP FUNCTION session_end_others();
DROP FUNCTION session_end(text);
DROP FUNCTION session_list();
DROP FUNCTION session_forget();
DROP FUNCTION session_serve(text, uuid, uuid, boolean, text, timestamptz);
DROP FUNCTION session_prove(text);
DROP FUNCTION session_delete(text);
DROP FUNCTION session_rename(text, text);
DROP FUNCTION session_save(text, uuid, text, timestamptz, text, boolean);
DROP FUNCTION session_exists(text);
DROP FUNCTION session_load(text);
DROP FUNCTION session_first_organisation(uuid);
DROP FUNCTION session_hash(text);
"""


class Migration(migrations.Migration):
    dependencies = [("identity", "0003_session_context")]
    operations = [
        migrations.AlterField(
            "session",
            "user",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
