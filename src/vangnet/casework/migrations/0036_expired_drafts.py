"""A draft over its time, which its writer does not see any more, does not stand in the way of a new one."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION casework_forget_own_drafts() RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    DELETE FROM public.casework_draft d
     WHERE d.account_id = public.session_account() AND d.saved_at <= now() - interval '7 days';
END
$$;
REVOKE EXECUTE ON FUNCTION casework_forget_own_drafts FROM PUBLIC;
"""
BACKWARD = "DROP FUNCTION casework_forget_own_drafts();"


class Migration(migrations.Migration):
    dependencies = [("casework", "0035_reporter_goes_along")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
