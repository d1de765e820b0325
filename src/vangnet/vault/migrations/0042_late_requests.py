"""A request for access in an emergency that is older than a day cannot be approved, so it waits for nobody."""

from django.db import migrations

EMERGENCIES = """
CREATE OR REPLACE FUNCTION vault_emergencies()
    RETURNS TABLE (id uuid, dossier uuid, number text, purpose uuid, zone text, person uuid, sealed_reason bytea,
        asked_at timestamptz, approved_by uuid, approved_at timestamptz, until timestamptz,
        ended_at timestamptz, approves boolean)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF public.session_is_strong() IS NOT TRUE THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT e.id, e.dossier_id, d.number::text, e.purpose_id, d.zone::text, e.person_id, e.sealed_reason,
           e.asked_at, e.approved_by_id, e.approved_at, e.until, e.ended_at,
           e.approved_at IS NULL AND e.ended_at IS NULL {fresh}AND public.vault_approves(e.id)
      FROM public.vault_emergency e JOIN public.vault_dossier d ON d.id = e.dossier_id
     WHERE e.organisation_id = public.session_organisation()
       AND (e.person_id = public.session_account() AND e.approved_at IS NOT NULL OR public.vault_approves(e.id))
     ORDER BY e.asked_at DESC LIMIT 200;
END
$$;
"""
FRESH = """AND e.asked_at > now() - interval '1 day'
           """


class Migration(migrations.Migration):
    dependencies = [("vault", "0040_systems")]
    operations = [
        migrations.RunSQL(EMERGENCIES.replace("{fresh}", FRESH), EMERGENCIES.replace("{fresh}", ""))
    ]
