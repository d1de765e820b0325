"""A report that a system sends twice is one signal, and two reports under one key are none."""

from django.db import migrations

FORWARD = """
-- As casework_own_number, and whether it is the same report: the id of its record is drawn from what was sent.
CREATE FUNCTION casework_own_report(wanted uuid, first_record uuid) RETURNS TABLE (number text, is_same boolean)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(724003, hashtext(wanted::text));
    RETURN QUERY
    SELECT d.number::text, EXISTS (SELECT FROM public.vault_record r
                                    WHERE r.id = first_record AND r.dossier_id = d.id)
      FROM public.vault_dossier d
     WHERE d.id = wanted AND d.opened_by_id = public.session_account()
       AND d.owner_id = public.session_organisation() AND d.purpose_id = public.session_purpose();
END
$$;
REVOKE EXECUTE ON FUNCTION casework_own_report FROM PUBLIC;
"""
BACKWARD = "DROP FUNCTION casework_own_report(uuid, uuid);"


class Migration(migrations.Migration):
    dependencies = [("casework", "0011_case_rules"), ("vault", "0040_systems")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
