"""Who offered a case gets a notice of the answer, in the transaction of the answer."""

from django.db import migrations

ANSWER = """
-- Accepted or rejected by the receiver, or taken back by the giver: whoever holds the case first, wins.
CREATE OR REPLACE FUNCTION casework_answer_offer(wanted uuid, answer text, why text, happened_at timestamptz) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    h public.casework_handover;
    of_case uuid := (SELECT x.case_id FROM public.casework_handover x WHERE x.id = wanted);
BEGIN
    -- The dossier before the case, as who keeps words in the one before it writes in the other.
    PERFORM public.vault_hold_dossier(of_case);
    PERFORM FROM public.casework_case c WHERE c.dossier_id = of_case FOR UPDATE;
    SELECT x.* INTO h FROM public.casework_handover x WHERE x.id = wanted FOR UPDATE;
    IF h.id IS NULL OR public.session_is_strong() IS NOT TRUE OR h.purpose_id IS DISTINCT FROM public.session_purpose()
       OR public.agreements_tier(public.session_account(), public.session_organisation(), h.purpose_id,
                                 ARRAY['verwerking']) IS NULL
       OR public.session_organisation() <> (CASE answer WHEN 'ingetrokken' THEN h.giver_id ELSE h.receiver_id END) THEN
        PERFORM public.vault_refuse('not permitted');
    END IF;
    PERFORM public.vault_check_moment(happened_at);
    IF h.status <> 'aangeboden' THEN
        RAISE EXCEPTION 'this offer was answered before' USING ERRCODE = 'check_violation';
    ELSIF answer NOT IN ('aanvaard', 'afgewezen', 'ingetrokken') THEN
        RAISE EXCEPTION 'no such answer' USING ERRCODE = 'check_violation';
    END IF;
    UPDATE public.casework_handover x SET status = answer, answered_by_id = public.session_account(),
        answered_at = happened_at, refusal_id = CASE answer WHEN 'afgewezen' THEN why END WHERE x.id = wanted;
    IF answer = 'aanvaard' THEN
        PERFORM public.vault_hand_over(h.case_id, h.giver_id, h.receiver_id);
        UPDATE public.casework_case c SET organisation_id = h.receiver_id WHERE c.dossier_id = h.case_id;
    END IF;
{notice}    RETURN h.case_id;
END
$$;
"""
NOTICE = """\
    IF answer IN ('aanvaard', 'afgewezen') THEN
        INSERT INTO public.vault_notice (id, organisation_id, dossier_id, kind, created_at)
        VALUES (gen_random_uuid(), h.giver_id, h.case_id,
                CASE answer WHEN 'aanvaard' THEN 'overgedragen' ELSE 'afgewezen' END, happened_at);
    END IF;
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0050_measures_wait"), ("vault", "0051_answers_to_offers")]
    operations = [migrations.RunSQL(ANSWER.replace("{notice}", NOTICE), ANSWER.replace("{notice}", ""))]
