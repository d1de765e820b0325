"""Who protects reporters sees which of them wait for an answer, and of which signal they are."""

from django.db import migrations, models
from django.db.models import Q

FORWARD = """
-- Reporters who asked what became of their report and were not told yet, for who protects reporters.
CREATE FUNCTION casework_to_tell() RETURNS TABLE (signal uuid, number text, status text, outcome text,
        received_at timestamptz, decided_at timestamptz, reporter uuid, purpose uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
    SELECT c.dossier_id, c.number, c.status, c.outcome, c.received_at, c.decided_at, c.reporter, d.id
      FROM public.session_standing() s
      JOIN public.agreements_purpose d ON d.code = 'melders' AND d.id IN (
           SELECT a.purpose_id FROM public.agreements_authorisation a WHERE a.user_id = s.account)
      JOIN public.casework_signal c ON c.organisation_id = s.organisation AND c.wants_feedback
       AND c.informed_at IS NULL AND c.decided_at IS NOT NULL AND c.ends_on > public.today()
      JOIN public.vault_dossier v
        ON v.id = c.reporter AND v.purpose_id = d.id AND v.owner_id = s.organisation
     WHERE EXISTS (SELECT FROM public.vault_record r WHERE r.dossier_id = v.id AND r.delete_by > public.today())
       AND s.is_strong AND public.agreements_tier(s.account, s.organisation, d.id, ARRAY['verwerking']) IS NOT NULL
     ORDER BY c.decided_at, c.number
$$;

-- Write down that a reporter was told; false: it is not this session's to tell, or somebody did so before.
CREATE FUNCTION casework_tell(wanted uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    PERFORM FROM public.casework_signal c WHERE c.dossier_id = wanted FOR UPDATE;
    IF NOT EXISTS (SELECT FROM public.casework_to_tell() t WHERE t.signal = wanted) THEN
        RETURN false;
    END IF;
    UPDATE public.casework_signal c SET informed_at = clock_timestamp()
     WHERE c.dossier_id = wanted AND c.informed_at IS NULL;
    RETURN FOUND;
END
$$;
REVOKE EXECUTE ON FUNCTION casework_to_tell, casework_tell FROM PUBLIC;
"""
BACKWARD = """
DROP FUNCTION casework_tell(uuid);
DROP FUNCTION casework_to_tell();
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0037_day_of_report")]
    operations = [
        migrations.AddIndex(
            model_name="signal",
            index=models.Index(
                fields=["organisation", "decided_at"],
                condition=Q(wants_feedback=True, informed_at=None, decided_at__isnull=False),
                name="signal_to_tell",
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
