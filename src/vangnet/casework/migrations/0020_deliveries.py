"""What a system sends twice is one signal, and what it may list: stubs of signals."""

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

-- As scope(), and for a system that may list: it sees stubs of signals, and nothing else that lies under scope().
CREATE FUNCTION casework_scope() RETURNS bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    s record := public.session_standing();
    purpose uuid := public.session_purpose();
BEGIN
    IF NOT s.is_strong OR public.agreements_tier(s.account, s.organisation, purpose,
            ARRAY['verwerking', 'rechtmatigheid', 'koppeling']) IS NULL THEN
        RETURN NULL;
    END IF;
    RETURN (SELECT x.id FROM public.vault_scope x
             WHERE x.organisation_id = s.organisation AND x.purpose_id = purpose);
END
$$;
REVOKE EXECUTE ON FUNCTION casework_own_report, casework_scope FROM PUBLIC;
ALTER POLICY casework_signal_read ON casework_signal
    USING (scope_id = (SELECT casework_scope()) AND ends_on > (SELECT today()));
"""
BACKWARD = """
ALTER POLICY casework_signal_read ON casework_signal
    USING (scope_id = (SELECT scope()) AND ends_on > (SELECT today()));
DROP FUNCTION casework_scope();
DROP FUNCTION casework_own_report(uuid, uuid);
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0012_lists"), ("vault", "0040_systems")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
