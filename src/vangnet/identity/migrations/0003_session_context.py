"""What a session works for, how strong it is, and the questions that access rules ask about it."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

FORWARD = """
CREATE FUNCTION today() RETURNS date
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN (now() AT TIME ZONE 'Europe/Amsterdam')::date;

-- All that rules ask about a session, in one look-up: they ask it for every statement, some for every row.
-- The organisation is null as soon as the account has no role there any more, whatever it was at sign-in;
-- proven is who said within the last five minutes that it is really them (a strong sign-in counts).
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
    SELECT s.user_id,
           (SELECT m.organisation_id FROM public.identity_membership m
             WHERE m.user_id = s.user_id AND m.organisation_id = s.organisation_id
               AND m.period @> public.today() LIMIT 1),
           s.strong_at IS NOT NULL,
           s.strong_at IS NOT NULL AND s.proven_at > now() - interval '5 minutes'
               AND s.proven_at <= clock_timestamp()
      INTO account, organisation, is_strong, is_proven
      FROM public.identity_session s JOIN public.identity_user u ON u.id = s.user_id AND u.is_active
     WHERE s.token_hash = hash AND s.expires_at > now();
    is_strong := coalesce(is_strong, false);
    is_proven := coalesce(is_proven, false);
END
$$;

CREATE OR REPLACE FUNCTION session_account() RETURNS uuid
    LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN (public.session_standing()).account;
END
$$;

CREATE OR REPLACE FUNCTION session_organisation() RETURNS uuid
    LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN (public.session_standing()).organisation;
END
$$;

CREATE OR REPLACE FUNCTION session_has_role(wanted text) RETURNS boolean
    LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    s record := public.session_standing();
BEGIN
    RETURN EXISTS (SELECT FROM public.identity_membership m
                    WHERE m.user_id = s.account AND m.organisation_id = s.organisation
                      AND m.role = wanted AND m.period @> public.today());
END
$$;

CREATE FUNCTION session_is_strong() RETURNS boolean
    LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN (public.session_standing()).is_strong;
END
$$;

CREATE FUNCTION session_is_proven() RETURNS boolean
    LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN (public.session_standing()).is_proven;
END
$$;

CREATE FUNCTION session_purpose() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CASE WHEN current_setting('vangnet.purpose', true)
                     ~ '^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$'
                THEN current_setting('vangnet.purpose', true)::uuid END;

REVOKE EXECUTE ON FUNCTION today(), session_standing(), session_account(), session_organisation(), session_has_role(text),
    session_is_strong(), session_is_proven(), session_purpose() FROM PUBLIC;
"""

BACKWARD = """
DROP FUNCTION session_purpose();
DROP FUNCTION session_is_proven();
DROP FUNCTION session_is_strong();
CREATE OR REPLACE FUNCTION session_has_role(wanted text) RETURNS boolean LANGUAGE sql STABLE RETURN false;
CREATE OR REPLACE FUNCTION session_organisation() RETURNS uuid LANGUAGE sql STABLE RETURN NULL::uuid;
CREATE OR REPLACE FUNCTION session_account() RETURNS uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    token text := current_setting('vangnet.token', true);
    account uuid;
BEGIN
    IF token IS NULL OR token = '' THEN
        RETURN NULL;
    END IF;
    SELECT user_id INTO account
      FROM public.identity_session
     WHERE token_hash = sha256(convert_to(token, 'UTF8')) AND expires_at > now();
    RETURN account;
END
$$;
CREATE OR REPLACE FUNCTION session_standing(OUT account uuid, OUT organisation uuid, OUT is_strong boolean,
                                            OUT is_proven boolean)
    LANGUAGE sql STABLE AS $$ SELECT session_account(), NULL::uuid, false, false $$;
DROP FUNCTION today();
"""


class Migration(migrations.Migration):
    dependencies = [("identity", "0002_session_account"), ("audit", "0003_chain")]
    operations = [
        migrations.AddField(
            "session",
            "organisation",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="identity.organisation",
                verbose_name="werkt voor",
            ),
        ),
        migrations.AddField("session", "strong_at", models.DateTimeField("tweede factor op", null=True)),
        migrations.AddField("session", "proven_at", models.DateTimeField("bevestigd op", null=True)),
        migrations.AddField(
            "session",
            "seen_at",
            models.DateTimeField("laatst gezien op", default=django.utils.timezone.now),
        ),
        migrations.AddField(
            "session", "device", models.CharField("apparaat", max_length=100, blank=True, default="")
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
