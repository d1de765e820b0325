"""Which tasks and offers wait, not how many: one that came for one that went is news as well."""

from django.db import migrations

FORWARD = """
DROP FUNCTION casework_waiting();
-- What waits for this account in cases, under whichever purpose: its home page asks it before there is one.
CREATE FUNCTION casework_waiting() RETURNS TABLE (tasks uuid[], overdue bigint, offers uuid[])
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    s record := public.session_standing();
BEGIN
    IF s.is_strong IS NOT TRUE THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT coalesce(array_agg(t.id ORDER BY t.id), '{}'), count(*) FILTER (WHERE t.due_on < public.today()),
           ARRAY(SELECT h.id FROM public.casework_handover h
                  WHERE h.receiver_id = s.organisation AND h.status = 'aangeboden'
                    AND public.agreements_tier(s.account, s.organisation, h.purpose_id, ARRAY['verwerking'])
                        IS NOT NULL
                  ORDER BY h.id)
      FROM public.casework_task t JOIN public.casework_case c ON c.dossier_id = t.case_id
     WHERE t.assignee_id = s.account AND t.organisation_id = s.organisation AND t.done_at IS NULL
       AND c.status = 'open' AND public.vault_takes_part(c.dossier_id, s.organisation)
       AND public.agreements_tier(s.account, s.organisation, c.purpose_id, ARRAY['verwerking']) IS NOT NULL;
END
$$;
REVOKE EXECUTE ON FUNCTION casework_waiting FROM PUBLIC;
"""
BACKWARD = """
DROP FUNCTION casework_waiting();
CREATE FUNCTION casework_waiting() RETURNS TABLE (tasks bigint, overdue bigint, offers bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    s record := public.session_standing();
BEGIN
    IF s.is_strong IS NOT TRUE THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT count(*), count(*) FILTER (WHERE t.due_on < public.today()),
           (SELECT count(*) FROM public.casework_handover h
             WHERE h.receiver_id = s.organisation AND h.status = 'aangeboden'
               AND public.agreements_tier(s.account, s.organisation, h.purpose_id, ARRAY['verwerking']) IS NOT NULL)
      FROM public.casework_task t JOIN public.casework_case c ON c.dossier_id = t.case_id
     WHERE t.assignee_id = s.account AND t.organisation_id = s.organisation AND t.done_at IS NULL
       AND c.status = 'open' AND public.vault_takes_part(c.dossier_id, s.organisation)
       AND public.agreements_tier(s.account, s.organisation, c.purpose_id, ARRAY['verwerking']) IS NOT NULL;
END
$$;
REVOKE EXECUTE ON FUNCTION casework_waiting FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0045_telling")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
