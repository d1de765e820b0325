"""The function that writes the log, and the lock against changing it."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION session_account() RETURNS uuid
    LANGUAGE sql STABLE
    RETURN NULL::uuid;
COMMENT ON FUNCTION session_account() IS 'Account of the session in this transaction; identity fills it in';

CREATE FUNCTION audit_record(verb text, subject text, by_account uuid, happened_at timestamptz, details jsonb)
    RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    new_id bigint;
BEGIN
    INSERT INTO public.audit_event (recorded_at, actor, verb, subject, by, at, details)
    VALUES (clock_timestamp(), public.session_account(), verb, subject, by_account, happened_at, details)
    RETURNING id INTO new_id;
    RETURN new_id;
END
$$;
REVOKE EXECUTE ON FUNCTION audit_record(text, text, uuid, timestamptz, jsonb) FROM PUBLIC;

CREATE FUNCTION audit_refuse() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    RAISE EXCEPTION 'the log is append-only' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER audit_event_is_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_event
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
"""

BACKWARD = """
DROP TRIGGER audit_event_is_append_only ON audit_event;
DROP FUNCTION audit_refuse();
DROP FUNCTION audit_record(text, text, uuid, timestamptz, jsonb);
DROP FUNCTION session_account();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
