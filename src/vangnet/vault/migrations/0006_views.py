"""What pages may ask beside the list: who takes part, who may see a record and why, what waits for whom."""

from django.db import migrations

ASKING = """
-- May this session know that the dossier exists? In its list today, or in an emergency of its own.
CREATE FUNCTION vault_knows(wanted uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN public.session_is_strong() AND EXISTS (
        SELECT FROM public.vault_dossier d
         WHERE d.id = wanted AND d.purpose_id = public.session_purpose()
           AND public.agreements_is_partner(d.agreement_id, public.session_organisation())
           AND public.agreements_tier(public.session_account(), public.session_organisation(), d.purpose_id,
                   ARRAY['verwerking', 'rechtmatigheid']) IS NOT NULL
           AND (d.status <> 'afgeschermd' OR public.scope_reviews())
           AND (public.vault_takes_part(d.id, public.session_organisation())
                OR public.vault_emergency_holds(d.id, public.session_account(), public.session_organisation())));
END
$$;

-- Somebody in a blind circle is known to nobody but itself; so is that it is the source of something.
CREATE FUNCTION vault_shows(of_dossier uuid, member uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN (
    SELECT member = public.session_organisation() OR EXISTS (
        SELECT FROM public.vault_party p LEFT JOIN public.agreements_circle c ON c.id = p.circle_id
         WHERE p.dossier_id = of_dossier AND p.organisation_id = member
           AND (p.circle_id IS NULL OR c.members_see_each_other AND EXISTS (
                SELECT FROM public.vault_party q WHERE q.dossier_id = of_dossier AND q.circle_id = p.circle_id
                   AND q.organisation_id = public.session_organisation())))
        OR NOT EXISTS (SELECT FROM public.vault_party p
                        WHERE p.dossier_id = of_dossier AND p.organisation_id = member)
    );
END
$$;

CREATE FUNCTION vault_parties(of_dossier uuid)
    RETURNS TABLE (organisation uuid, is_owner boolean, since date, until date, circle text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF public.vault_knows(of_dossier) IS NOT TRUE THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT p.organisation_id, d.owner_id = p.organisation_id, p.since, p.until, c.name::text
      FROM public.vault_party p
      JOIN public.vault_dossier d ON d.id = p.dossier_id
      LEFT JOIN public.agreements_circle c ON c.id = p.circle_id
     WHERE p.dossier_id = of_dossier AND public.vault_shows(of_dossier, p.organisation_id)
       AND (p.circle_id IS NULL OR public.agreements_in_circle(p.circle_id));
END
$$;

CREATE FUNCTION vault_hidden_sources(of_dossier uuid) RETURNS TABLE (organisation uuid)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN QUERY
    SELECT DISTINCT r.source_id FROM public.vault_record r
     WHERE r.dossier_id = of_dossier AND public.vault_knows(of_dossier)
       AND NOT public.vault_shows(of_dossier, r.source_id);
END
$$;

-- Everybody with an authorisation for the purpose, and per rule whether it holds for them.
CREATE FUNCTION vault_who(wanted uuid)
    RETURNS TABLE (account uuid, organisation uuid, step int, rule text, holds boolean)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF public.vault_may(wanted) IS NOT TRUE THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT q.user_id, q.organisation_id, v.step, v.rule, v.holds
      FROM (SELECT DISTINCT a.user_id, a.organisation_id, r.purpose_id FROM public.vault_record r
              JOIN public.agreements_authorisation a ON a.purpose_id = r.purpose_id
             WHERE r.id = wanted AND a.revoked_at IS NULL AND a.period @> public.today()
               AND a.task IN ('verwerking', 'rechtmatigheid')
               AND public.vault_shows(r.dossier_id, a.organisation_id)) q,
           LATERAL public.vault_decision(wanted, q.user_id, q.organisation_id, q.purpose_id) v;
END
$$;

-- Why one may or may not open a record oneself; a record that one should not know gives one line.
CREATE FUNCTION vault_why(wanted uuid) RETURNS TABLE (step int, rule text, holds boolean)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    of_dossier uuid := (SELECT r.dossier_id FROM public.vault_record r WHERE r.id = wanted);
BEGIN
    IF of_dossier IS NULL OR public.vault_knows(of_dossier) IS NOT TRUE THEN
        RETURN QUERY SELECT 0, 'bestaat', false;
        RETURN;
    END IF;
    RETURN QUERY SELECT v.step, v.rule, v.holds FROM public.vault_decision(
        wanted, public.session_account(), public.session_organisation(), public.session_purpose()) v;
END
$$;

CREATE FUNCTION vault_weighings(of_dossier uuid)
    RETURNS TABLE (id uuid, kind text, recipient uuid, target uuid, article text, categories jsonb, status text,
        asked_by uuid, asked_at timestamptz, decided_by uuid, decided_at timestamptz, expires_on date,
        decides boolean, used boolean)
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
           EXISTS (SELECT FROM public.vault_participation p WHERE p.weighing_id = w.id AND NOT p.is_owner)
      FROM public.vault_weighing w
     WHERE w.dossier_id = of_dossier AND w.organisation_id = public.session_organisation()
     ORDER BY w.asked_at DESC;
END
$$;

CREATE FUNCTION vault_supplies(of_dossier uuid)
    RETURNS TABLE (id uuid, origin uuid, category text, recipient uuid, supplied_by uuid,
        supplied_at timestamptz, recalled_at timestamptz)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF public.vault_knows(of_dossier) IS NOT TRUE THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT s.id, s.origin_id, r.category_id::text, s.recipient_id, s.supplied_by_id, s.supplied_at, s.recalled_at
      FROM public.vault_supply s JOIN public.vault_record r ON r.id = s.origin_id
     WHERE r.dossier_id = of_dossier AND s.supplier_id = public.session_organisation()
     ORDER BY s.supplied_at DESC;
END
$$;

-- What one's organisation supplied and one may take back, also when the agreement has ended since.
CREATE FUNCTION vault_own_supplies()
    RETURNS TABLE (id uuid, number text, purpose uuid, category text, recipient uuid, supplied_by uuid,
        supplied_at timestamptz, recalled_at timestamptz)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN QUERY
    SELECT s.id, d.number::text, r.purpose_id, r.category_id::text, s.recipient_id, s.supplied_by_id,
           s.supplied_at, s.recalled_at
      FROM public.vault_supply s
      JOIN public.vault_record r ON r.id = s.origin_id
      JOIN public.vault_dossier d ON d.id = r.dossier_id
     WHERE s.supplier_id = public.session_organisation() AND public.vault_recalls(s.id)
     ORDER BY s.recalled_at DESC NULLS FIRST, s.supplied_at DESC LIMIT 500;
END
$$;

-- One's own requests, and those that wait for one's approval; the reason only when one may decide or asked.
CREATE FUNCTION vault_emergencies()
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
           e.approved_at IS NULL AND e.ended_at IS NULL AND public.vault_approves(e.id)
      FROM public.vault_emergency e JOIN public.vault_dossier d ON d.id = e.dossier_id
     WHERE e.organisation_id = public.session_organisation()
       AND (e.person_id = public.session_account() AND e.approved_at IS NOT NULL OR public.vault_approves(e.id))
     ORDER BY e.asked_at DESC LIMIT 200;
END
$$;

-- The dossier itself that is open to one person for an emergency, also when there is nothing in it to read.
CREATE FUNCTION vault_dossier_stub(of_dossier uuid)
    RETURNS TABLE (number text, status text, place text, owner uuid, opened_on date, until timestamptz)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF public.vault_knows(of_dossier) IS NOT TRUE THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT d.number::text, d.status::text, d.place::text, d.owner_id, d.opened_on, max(e.until)
      FROM public.vault_dossier d JOIN public.vault_emergency e ON e.dossier_id = d.id
     WHERE d.id = of_dossier AND e.person_id = public.session_account()
       AND e.organisation_id = public.session_organisation()
       AND e.approved_at IS NOT NULL AND e.ended_at IS NULL AND e.until > now()
     GROUP BY d.id;
END
$$;

-- The records of a dossier that is open to one person for an emergency; the list does not show those.
CREATE FUNCTION vault_emergency_records(of_dossier uuid)
    RETURNS TABLE (record uuid, category text, source uuid, marking text, tier smallint, first_processed date,
        delete_by date)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF public.vault_knows(of_dossier) IS NOT TRUE OR NOT public.vault_emergency_holds(
            of_dossier, public.session_account(), public.session_organisation()) THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT r.id, r.category_id::text, r.source_id, r.marking::text, c.tier, r.first_processed, r.delete_by
      FROM public.vault_record r
      JOIN public.agreements_purposecategory c ON c.purpose_id = r.purpose_id AND c.category_id = r.category_id
     WHERE r.dossier_id = of_dossier AND public.vault_may(r.id)
     ORDER BY r.first_processed DESC, r.id;
END
$$;

CREATE FUNCTION vault_may_read_text(wanted uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN public.session_is_strong() AND (
        EXISTS (SELECT FROM public.vault_weighing w WHERE w.id = wanted
                   AND w.organisation_id = public.session_organisation() AND public.vault_knows(w.dossier_id))
        OR EXISTS (SELECT FROM public.vault_motivation m WHERE m.id = wanted
                      AND (m.by_id = public.session_account()
                           OR m.organisation_id = public.audit_consulted_organisation())));
END
$$;

-- A weighing and a motivation are about a case too: read after a line in the log, like a record.
CREATE FUNCTION vault_announce_text(wanted uuid, kind text, happened_at timestamptz) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    allowed boolean := kind IN ('weging', 'motivatie') AND public.vault_may_read_text(wanted);
    event bigint;
BEGIN
    PERFORM public.vault_check_moment(happened_at);
    event := public.audit_append('vault.text.opened', wanted::text, public.session_account(), happened_at,
        jsonb_build_object('soort', kind), public.session_purpose(),
        CASE WHEN allowed THEN 'toegestaan' ELSE 'geweigerd' END,
        CASE kind WHEN 'motivatie' THEN 'controle' ELSE 'verstrekking' END, NULL);
    RETURN CASE WHEN allowed THEN event END;
END
$$;

CREATE FUNCTION vault_open_text(event bigint)
    RETURNS TABLE (id uuid, dossier uuid, sealed bytea, sealed_decision bytea, zone text, key_id text,
        wrapped_key bytea)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    reader record := public.session_standing();
    wanted uuid := public.vault_use_line(event, 'vault.text.opened', reader.account, reader.organisation);
BEGIN
    IF public.vault_may_read_text(wanted) IS NOT TRUE THEN
        PERFORM public.vault_refuse('not permitted any more');
    END IF;
    RETURN QUERY
    SELECT t.id, t.dossier_id, t.sealed, t.sealed_decision, d.zone::text, d.key_id::text, d.wrapped_key
      FROM (SELECT w.id, w.dossier_id, w.sealed, w.sealed_decision FROM public.vault_weighing w
             WHERE w.id = wanted
            UNION ALL
            SELECT m.id, m.dossier_id, m.sealed, NULL FROM public.vault_motivation m WHERE m.id = wanted) t
      JOIN public.vault_dossier d ON d.id = t.dossier_id;
END
$$;
REVOKE EXECUTE ON FUNCTION vault_knows, vault_shows, vault_parties, vault_hidden_sources, vault_who, vault_why, vault_weighings,
    vault_supplies, vault_own_supplies, vault_emergencies, vault_dossier_stub, vault_emergency_records, vault_may_read_text, vault_announce_text, vault_open_text FROM PUBLIC;
"""
NO_ASKING = """
DROP FUNCTION vault_open_text(bigint);
DROP FUNCTION vault_announce_text(uuid, text, timestamptz);
DROP FUNCTION vault_may_read_text(uuid);
DROP FUNCTION vault_emergency_records(uuid);
DROP FUNCTION vault_dossier_stub(uuid);
DROP FUNCTION vault_emergencies();
DROP FUNCTION vault_own_supplies();
DROP FUNCTION vault_supplies(uuid);
DROP FUNCTION vault_weighings(uuid);
DROP FUNCTION vault_why(uuid);
DROP FUNCTION vault_who(uuid);
DROP FUNCTION vault_hidden_sources(uuid);
DROP FUNCTION vault_parties(uuid);
DROP FUNCTION vault_shows(uuid, uuid);
DROP FUNCTION vault_knows(uuid);
"""


class Migration(migrations.Migration):
    dependencies = [("vault", "0005_exchange")]
    operations = [migrations.RunSQL(ASKING, NO_ASKING)]
