"""How long ago somebody said again that it is really them."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION session_proven_within(minutes integer) RETURNS boolean
    LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN public.session_account() IS NOT NULL
       AND EXISTS (SELECT FROM public.identity_session s
                    WHERE s.token_hash = public.session_hash(current_setting('vangnet.token', true))
                      AND s.strong_at IS NOT NULL AND s.proven_at <= clock_timestamp()
                      AND s.proven_at > clock_timestamp() - make_interval(mins => minutes));
END
$$;
REVOKE EXECUTE ON FUNCTION session_proven_within(integer) FROM PUBLIC;
"""

BACKWARD = "DROP FUNCTION session_proven_within(integer);"


class Migration(migrations.Migration):
    dependencies = [("identity", "0004_session_store")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
