"""A weighing waits for who decides on it, and its answer for who asked."""

from django.db import migrations, models

SEEN_BEFORE = """
-- What was refused before this was kept was told in another way; it waits for nobody.
UPDATE vault_weighing SET seen_at = decided_at WHERE status = 'afgewezen';
"""
RULES = """
-- What a weighing waits for, as somebody of the organisation that asked may know it; nothing when it waits no more.
CREATE FUNCTION vault_weighing_waits(wanted uuid, account uuid, member uuid) RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    w public.vault_weighing;
    d public.vault_dossier;
    writes boolean;
BEGIN
    SELECT x.* INTO w FROM public.vault_weighing x WHERE x.id = wanted;
    SELECT x.* INTO d FROM public.vault_dossier x WHERE x.id = w.dossier_id;
    IF w.organisation_id IS DISTINCT FROM member OR d.status <> 'open'
       OR public.agreements_is_partner(d.agreement_id, member) IS NOT TRUE
       OR public.vault_takes_part(d.id, member) IS NOT TRUE
       OR public.agreements_tier(account, member, d.purpose_id, ARRAY['verwerking', 'rechtmatigheid']) IS NULL THEN
        RETURN NULL;
    END IF;
    IF w.status = 'ingediend' THEN
        RETURN CASE WHEN w.asked_by_id = account THEN 'collega' ELSE 'besluit' END;
    ELSIF w.asked_by_id <> account THEN
        RETURN NULL;
    ELSIF w.status = 'afgewezen' THEN
        RETURN CASE WHEN w.seen_at IS NULL THEN 'afgewezen' END;
    END IF;
    writes := public.agreements_tier(account, member, d.purpose_id, ARRAY['verwerking']) IS NOT NULL;
    IF writes AND w.status = 'toegewezen' AND w.expires_on >= public.today() AND (CASE w.kind
            WHEN 'deelname' THEN d.owner_id = member AND NOT EXISTS (
                SELECT FROM public.vault_participation p WHERE p.weighing_id = w.id)
            ELSE public.agreements_purpose_is_live(w.target_id) AND NOT EXISTS (
                SELECT FROM public.vault_supply s WHERE s.weighing_id = w.id) END) THEN
        RETURN 'uitvoeren';
    END IF;
    RETURN NULL;
END
$$;

-- What waits for this account in dossiers, under whichever purpose: its home page asks it before there is one.
CREATE FUNCTION vault_waiting()
    RETURNS TABLE (id uuid, waits text, dossier uuid, number text, purpose uuid, kind text, recipient uuid)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    s record := public.session_standing();
BEGIN
    IF s.is_strong IS NOT TRUE THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT e.id, 'noodtoegang', e.dossier_id, d.number::text, e.purpose_id, NULL::text, NULL::uuid
      FROM public.vault_emergency e JOIN public.vault_dossier d ON d.id = e.dossier_id
     WHERE e.organisation_id = s.organisation AND e.approved_at IS NULL AND e.ended_at IS NULL
       AND e.asked_at > now() - interval '1 day' AND public.vault_approves(e.id)
     ORDER BY e.asked_at DESC LIMIT 200;
    RETURN QUERY
    SELECT f.id, f.waits, f.dossier_id, f.number, f.purpose_id, f.kind, f.recipient_id
      FROM (SELECT w.id, public.vault_weighing_waits(w.id, s.account, s.organisation) AS waits, w.dossier_id,
                   d.number::text, d.purpose_id, w.kind::text, w.recipient_id, w.asked_at
              FROM public.vault_weighing w JOIN public.vault_dossier d ON d.id = w.dossier_id
             WHERE w.organisation_id = s.organisation AND d.status = 'open'
               AND (w.status = 'ingediend' AND w.asked_by_id <> s.account
                    OR w.asked_by_id = s.account AND (w.status = 'afgewezen' AND w.seen_at IS NULL
                         OR w.status = 'toegewezen' AND w.expires_on >= public.today()))
             OFFSET 0) f
     WHERE f.waits IN ('besluit', 'uitvoeren', 'afgewezen')
     ORDER BY f.asked_at, f.id LIMIT 500;
    RETURN QUERY
    SELECT n.id, 'bericht', n.dossier_id, NULL::text, NULL::uuid, NULL::text, NULL::uuid
      FROM public.vault_notice n
     WHERE n.organisation_id = s.organisation AND n.acknowledged_at IS NULL
     ORDER BY n.created_at DESC;
END
$$;

-- Who asked has read that it was refused; true the first time.
CREATE FUNCTION vault_see_refusal(wanted uuid, happened_at timestamptz) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    PERFORM public.vault_check_moment(happened_at);
    UPDATE public.vault_weighing w SET seen_at = happened_at
     WHERE w.id = wanted AND w.status = 'afgewezen' AND w.seen_at IS NULL
       AND w.asked_by_id = public.session_account() AND w.organisation_id = public.session_organisation()
       AND public.vault_knows(w.dossier_id);
    RETURN FOUND;
END
$$;
REVOKE EXECUTE ON FUNCTION vault_weighing_waits, vault_waiting, vault_see_refusal FROM PUBLIC;
"""
NO_RULES = """
DROP FUNCTION vault_see_refusal(uuid, timestamptz);
DROP FUNCTION vault_waiting();
DROP FUNCTION vault_weighing_waits(uuid, uuid, uuid);
"""
WEIGHINGS = """
DROP FUNCTION vault_weighings(uuid);
CREATE FUNCTION vault_weighings(of_dossier uuid)
    RETURNS TABLE (id uuid, kind text, recipient uuid, target uuid, article text, categories jsonb, status text,
        asked_by uuid, asked_at timestamptz, decided_by uuid, decided_at timestamptz, expires_on date,
        decides boolean, used boolean{column})
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF public.vault_knows(of_dossier) IS NOT TRUE THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT w.id, w.kind::text, w.recipient_id, w.target_id, w.article::text, w.categories, w.status::text,
           w.asked_by_id, w.asked_at, w.decided_by_id, w.decided_at, w.expires_on,
           w.status = 'ingediend' AND public.vault_decides(w.id),
           EXISTS (SELECT FROM public.vault_participation p WHERE p.weighing_id = w.id AND NOT p.is_owner){value}
      FROM public.vault_weighing w
     WHERE w.dossier_id = of_dossier AND w.organisation_id = public.session_organisation()
     ORDER BY w.asked_at DESC;
END
$$;
REVOKE EXECUTE ON FUNCTION vault_weighings FROM PUBLIC;
"""
VALUE = """,
           public.vault_weighing_waits(w.id, public.session_account(), public.session_organisation())"""


def weighings(column: str = "", value: str = "") -> str:
    """Return the door to the weighings of a dossier."""
    return WEIGHINGS.replace("{column}", column).replace("{value}", value)


class Migration(migrations.Migration):
    dependencies = [("vault", "0042_late_requests")]
    operations = [
        migrations.AddField(
            model_name="weighing",
            name="seen_at",
            field=models.DateTimeField(null=True, verbose_name="afwijzing gezien op"),
        ),
        migrations.RunSQL(SEEN_BEFORE, migrations.RunSQL.noop),
        migrations.RunSQL(RULES, NO_RULES),
        migrations.RunSQL(weighings(", waits text", VALUE), weighings()),
        migrations.AddConstraint(
            model_name="weighing",
            constraint=models.CheckConstraint(
                condition=models.Q(("seen_at", None))
                | models.Q(("decided_at__isnull", False), ("seen_at__gte", models.F("decided_at"))),
                name="refusal_is_seen_after_it_was_decided",
            ),
        ),
    ]
