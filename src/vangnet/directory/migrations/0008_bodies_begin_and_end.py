"""The driving team founds a body, and lets one end whose seats and bodies below are over by then."""

from django.db import migrations

FOUNDING = """
CREATE FUNCTION directory_founds() RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN public.session_is_service() OR public.session_is_strong() AND public.session_has_role('aanjaagteam');
END
$$;

-- Of a body only changes when it ends; what comes from the pack is kept by the command line.
CREATE FUNCTION directory_guard_body() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF public.session_is_service() THEN
        RETURN NEW;
    END IF;
    IF to_jsonb(NEW) - 'period' <> to_jsonb(OLD) - 'period' OR lower(NEW.period) IS DISTINCT FROM lower(OLD.period)
    THEN
        RAISE EXCEPTION 'the body was changed' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT FROM public.directory_body b
                WHERE b.above_id = NEW.slug AND (upper_inf(b.period) OR upper(b.period) > upper(NEW.period))) THEN
        RAISE EXCEPTION 'bodies below the body go on' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT FROM public.directory_seat z
                WHERE z.body_id = NEW.slug AND (upper_inf(z.period) OR upper(z.period) > upper(NEW.period))) THEN
        RAISE EXCEPTION 'seats of the body go on' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER directory_body_only_ends BEFORE UPDATE ON directory_body
    FOR EACH ROW EXECUTE FUNCTION directory_guard_body();
REVOKE EXECUTE ON FUNCTION directory_founds, directory_guard_body FROM PUBLIC;
DROP POLICY directory_body_insert ON directory_body;
DROP POLICY directory_body_change ON directory_body;
CREATE POLICY directory_body_insert ON directory_body FOR INSERT TO vangnet_app
    WITH CHECK ((SELECT directory_founds()));
CREATE POLICY directory_body_change ON directory_body FOR UPDATE TO vangnet_app
    USING ((SELECT directory_founds())) WITH CHECK ((SELECT directory_founds()));
"""
NO_FOUNDING = """
DROP POLICY directory_body_change ON directory_body;
DROP POLICY directory_body_insert ON directory_body;
CREATE POLICY directory_body_insert ON directory_body FOR INSERT TO vangnet_app
    WITH CHECK ((SELECT session_is_service()));
CREATE POLICY directory_body_change ON directory_body FOR UPDATE TO vangnet_app
    USING ((SELECT session_is_service())) WITH CHECK ((SELECT session_is_service()));
DROP TRIGGER directory_body_only_ends ON directory_body;
DROP FUNCTION directory_guard_body();
DROP FUNCTION directory_founds();
"""


class Migration(migrations.Migration):
    dependencies = [("directory", "0007_end_seat")]
    operations = [migrations.RunSQL(FOUNDING, NO_FOUNDING)]
