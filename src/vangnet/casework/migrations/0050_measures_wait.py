"""A measure past its term without an outcome waits for who works on the case at its owner."""

from django.db import migrations

WAITING = """
DROP FUNCTION casework_waiting();
-- What waits for this account in cases, under whichever purpose: its home page asks it before there is one.
CREATE FUNCTION casework_waiting() RETURNS TABLE (tasks uuid[], overdue bigint, offers uuid[]{column})
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
                  ORDER BY h.id){measures}
      FROM public.casework_task t JOIN public.casework_case c ON c.dossier_id = t.case_id
     WHERE t.assignee_id = s.account AND t.organisation_id = s.organisation AND t.done_at IS NULL
       AND c.status = 'open' AND public.vault_takes_part(c.dossier_id, s.organisation)
       AND public.agreements_tier(s.account, s.organisation, c.purpose_id, ARRAY['verwerking']) IS NOT NULL;
END
$$;
REVOKE EXECUTE ON FUNCTION casework_waiting FROM PUBLIC;
"""
MEASURES = """,
           ARRAY(SELECT m.id FROM public.casework_measure m
                   JOIN public.casework_case o ON o.dossier_id = m.case_id
                  WHERE o.organisation_id = s.organisation AND o.status = 'open'
                    AND m.status = 'loopt' AND m.until <= public.today()
                    AND public.vault_takes_part(o.dossier_id, s.organisation)
                    AND public.agreements_tier(s.account, s.organisation, o.purpose_id, ARRAY['verwerking'])
                        IS NOT NULL
                  ORDER BY m.id)"""


def waiting(column: str = "", measures: str = "") -> str:
    """Return the door to what waits in cases."""
    return WAITING.replace("{column}", column).replace("{measures}", measures)


class Migration(migrations.Migration):
    dependencies = [("casework", "0047_advice_for_the_desk")]
    operations = [migrations.RunSQL(waiting(", measures uuid[]", MEASURES), waiting())]
