"""Weighing, joining, supplying, recalling, and access in an emergency."""

from django.db import migrations

WEIGHING = """
CREATE FUNCTION vault_ask_weighing(new_id uuid, of_dossier uuid, of_kind text, to_organisation uuid,
        to_purpose uuid, ground text, of_categories jsonb, content bytea, happened_at timestamptz) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    aim uuid;
    agreement uuid;
BEGIN
    IF public.vault_may_write(of_dossier, NULL) IS NOT TRUE
       OR of_kind = 'deelname' AND public.vault_owns(of_dossier) IS NOT TRUE THEN
        PERFORM public.vault_refuse('no right to ask this for this dossier');
    END IF;
    PERFORM public.vault_check_moment(happened_at);
    SELECT CASE of_kind WHEN 'verstrekking' THEN to_purpose ELSE d.purpose_id END INTO aim FROM public.vault_dossier d WHERE d.id = of_dossier;
    SELECT p.agreement_id INTO agreement FROM public.agreements_purpose p WHERE p.id = aim;
    IF to_organisation = public.session_organisation() OR NOT public.agreements_purpose_is_live(aim)
       OR NOT public.agreements_is_partner(agreement, to_organisation) THEN
        RAISE EXCEPTION 'the recipient is no partner of that agreement' USING ERRCODE = 'check_violation';
    END IF;
    IF of_kind = 'verstrekking' AND (aim = (SELECT d.purpose_id FROM public.vault_dossier d WHERE d.id = of_dossier)
       OR EXISTS (SELECT FROM jsonb_array_elements_text(of_categories) c (code)
                   WHERE NOT EXISTS (SELECT FROM public.agreements_purposecategory k
                                      JOIN public.agreements_version v ON v.id = k.version_id
                                           AND v.activated_at IS NOT NULL
                                     WHERE k.purpose_id = aim AND k.category_id = c.code))) THEN
        RAISE EXCEPTION 'the purpose of the recipient does not take these categories'
            USING ERRCODE = 'check_violation';
    END IF;
    INSERT INTO public.vault_weighing (id, dossier_id, kind, organisation_id, recipient_id, target_id, article,
        categories, sealed, status, asked_by_id, asked_at)
    VALUES (new_id, of_dossier, of_kind, public.session_organisation(), to_organisation,
        CASE of_kind WHEN 'verstrekking' THEN to_purpose END, ground, of_categories, content, 'ingediend',
        public.session_account(), happened_at);
END
$$;

-- Another person of the same organisation, who may work for the same purpose, decides.
CREATE FUNCTION vault_decides(wanted uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN public.session_is_strong() AND EXISTS (
        SELECT FROM public.vault_weighing w JOIN public.vault_dossier d ON d.id = w.dossier_id
         WHERE w.id = wanted AND w.organisation_id = public.session_organisation()
           AND w.asked_by_id <> public.session_account() AND d.purpose_id = public.session_purpose()
           AND public.vault_takes_part(d.id, w.organisation_id)
           AND public.agreements_tier(public.session_account(), w.organisation_id, d.purpose_id,
                                      ARRAY['verwerking', 'rechtmatigheid']) IS NOT NULL);
END
$$;

CREATE FUNCTION vault_decide_weighing(wanted uuid, granted boolean, content bytea, valid_days int,
        happened_at timestamptz) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF public.vault_decides(wanted) IS NOT TRUE THEN
        PERFORM public.vault_refuse('another person with an authorisation decides');
    END IF;
    PERFORM public.vault_check_moment(happened_at);
    UPDATE public.vault_weighing w
       SET status = CASE WHEN granted THEN 'toegewezen' ELSE 'afgewezen' END,
           decided_by_id = public.session_account(), decided_at = happened_at, sealed_decision = content,
           expires_on = public.today() + LEAST(GREATEST(valid_days, 1), 90)
     WHERE w.id = wanted AND w.status = 'ingediend';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this was decided already' USING ERRCODE = 'check_violation';
    END IF;
END
$$;

CREATE FUNCTION vault_join(of_weighing uuid, since date, until date, happened_at timestamptz) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    w public.vault_weighing;
BEGIN
    SELECT * INTO w FROM public.vault_weighing x WHERE x.id = of_weighing FOR UPDATE;
    IF w.id IS NULL OR public.vault_owns(w.dossier_id) IS NOT TRUE THEN
        PERFORM public.vault_refuse('only the owner lets a partner join');
    END IF;
    PERFORM public.vault_check_moment(happened_at);
    PERFORM FROM public.vault_dossier d WHERE d.id = w.dossier_id AND d.status = 'open' FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this dossier is not open' USING ERRCODE = 'check_violation';
    END IF;
    IF w.kind <> 'deelname' OR w.status <> 'toegewezen' OR w.expires_on < public.today() OR EXISTS (
            SELECT FROM public.vault_participation p WHERE p.weighing_id = w.id) THEN
        RAISE EXCEPTION 'joining needs a granted weighing that has not expired or been used'
            USING ERRCODE = 'check_violation';
    END IF;
    INSERT INTO public.vault_participation (id, dossier_id, organisation_id, is_owner, weighing_id, since, until)
    VALUES (gen_random_uuid(), w.dossier_id, w.recipient_id, false, w.id, GREATEST(since, public.today()), until);
    INSERT INTO public.vault_notice (id, organisation_id, dossier_id, kind, created_at)
    VALUES (gen_random_uuid(), w.recipient_id, w.dossier_id, 'deelname', happened_at);
    RETURN w.dossier_id;
END
$$;

CREATE FUNCTION vault_leave(of_dossier uuid, member uuid, on_day date) RETURNS int
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    ended int;
BEGIN
    IF public.vault_owns(of_dossier) IS NOT TRUE
       AND (member IS DISTINCT FROM public.session_organisation()
            OR public.vault_may_write(of_dossier, NULL) IS NOT TRUE) THEN
        PERFORM public.vault_refuse('the owner ends a participation, or the participant its own');
    END IF;
    UPDATE public.vault_participation p SET until = GREATEST(p.since, on_day)
     WHERE p.dossier_id = of_dossier AND p.organisation_id = member AND NOT p.is_owner
       AND (p.until IS NULL OR p.until > on_day);
    GET DIAGNOSTICS ended = ROW_COUNT;
    IF ended = 0 THEN
        RAISE EXCEPTION 'there is no participation to end; the owner cannot leave' USING ERRCODE = 'check_violation';
    END IF;
    RETURN ended;
END
$$;
REVOKE EXECUTE ON FUNCTION vault_ask_weighing, vault_decides, vault_decide_weighing, vault_join, vault_leave
    FROM PUBLIC;
"""
NO_WEIGHING = """
DROP FUNCTION vault_leave(uuid, uuid, date);
DROP FUNCTION vault_join(uuid, date, date, timestamptz);
DROP FUNCTION vault_decide_weighing(uuid, boolean, bytea, int, timestamptz);
DROP FUNCTION vault_decides(uuid);
DROP FUNCTION vault_ask_weighing(uuid, uuid, text, uuid, uuid, text, jsonb, bytea, timestamptz);
"""

SUPPLY = """
-- The copy gets a dossier of its own in the zone of the recipient, sealed with a key of that zone. Who
-- supplies is the source; the weighing names the recipient, its purpose and the categories.
CREATE FUNCTION vault_supply(of_weighing uuid, wanted uuid, new_id uuid, copy_id uuid, new_dossier uuid,
        at_key text, wrapped bytea, content bytea, happened_at timestamptz) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    w public.vault_weighing;
    r public.vault_record;
    agreement public.agreements_agreement;
    new_number text;
BEGIN
    SELECT * INTO w FROM public.vault_weighing x WHERE x.id = of_weighing FOR UPDATE;
    SELECT * INTO r FROM public.vault_record x WHERE x.id = wanted FOR SHARE;
    IF public.vault_may(wanted) IS NOT TRUE OR public.vault_may_write(r.dossier_id, r.category_id) IS NOT TRUE
       OR r.source_id IS DISTINCT FROM public.session_organisation() OR w.dossier_id IS DISTINCT FROM r.dossier_id
       OR w.organisation_id IS DISTINCT FROM public.session_organisation()
    THEN
        PERFORM public.vault_refuse('only the source supplies, from the dossier that was weighed');
    END IF;
    PERFORM public.vault_check_moment(happened_at);
    IF w.kind <> 'verstrekking' OR w.status <> 'toegewezen' OR w.expires_on < public.today()
       OR r.marking = 'red' OR NOT w.categories ? r.category_id OR NOT public.agreements_purpose_is_live(w.target_id)
       OR EXISTS (SELECT FROM public.vault_supply x WHERE x.weighing_id = w.id AND x.origin_id = wanted) THEN
        -- Red is for named people of this dossier and goes no further.
        RAISE EXCEPTION 'supplying needs a granted weighing for this category that has not expired'
            USING ERRCODE = 'check_violation';
    END IF;
    SELECT a.* INTO agreement FROM public.agreements_purpose p
      JOIN public.agreements_agreement a ON a.id = p.agreement_id WHERE p.id = w.target_id;
    IF NOT public.agreements_is_partner(agreement.id, w.recipient_id) THEN
        RAISE EXCEPTION 'the recipient is no partner any more' USING ERRCODE = 'check_violation';
    END IF;
    new_number := public.vault_next_number(agreement.zone);
    INSERT INTO public.vault_dossier (id, number, agreement_id, purpose_id, zone, owner_id, tier, status, place,
        opened_on, opened_by_id, key_id, wrapped_key)
    SELECT new_dossier, new_number, agreement.id, w.target_id, agreement.zone, w.recipient_id, c.tier, 'open',
           d.place, public.today(), public.session_account(), at_key, wrapped
      FROM public.vault_dossier d, public.agreements_purposecategory c
     WHERE d.id = r.dossier_id AND c.purpose_id = w.target_id AND c.category_id = r.category_id;
    INSERT INTO public.vault_participation (id, dossier_id, organisation_id, is_owner, weighing_id, since)
    VALUES (gen_random_uuid(), new_dossier, w.recipient_id, true, w.id, public.today());
    INSERT INTO public.vault_record (id, dossier_id, purpose_id, zone, category_id, source_id, entered_by_id,
        entered_at, marking, nature, reliability, provenance, first_processed, delete_by, sealed)
    VALUES (copy_id, new_dossier, w.target_id, agreement.zone, r.category_id, r.source_id,
        public.session_account(), clock_timestamp(), r.marking, r.nature, r.reliability,
        'partner', r.first_processed, r.delete_by, content);
    INSERT INTO public.vault_recipient (id, record_id, organisation_id)
    VALUES (gen_random_uuid(), copy_id, w.recipient_id);
    INSERT INTO public.vault_derivation (id, record_id, origin_id) VALUES (gen_random_uuid(), copy_id, wanted);
    INSERT INTO public.vault_supply (id, weighing_id, origin_id, copy_id, supplier_id, recipient_id,
        supplied_by_id, supplied_at)
    VALUES (new_id, w.id, wanted, copy_id, r.source_id, w.recipient_id, public.session_account(), happened_at);
    INSERT INTO public.vault_notice (id, organisation_id, dossier_id, kind, created_at)
    VALUES (gen_random_uuid(), w.recipient_id, new_dossier, 'verstrekt', happened_at);
    PERFORM public.audit_processing_line(p.activity_uri, 'verstrekken', s.pseudonym, 'Ok')
       FROM public.agreements_purpose p, public.vault_recordsubject rs
       JOIN public.vault_subject s ON s.id = rs.subject_id
      WHERE p.id = r.purpose_id AND rs.record_id = wanted;
    RETURN new_number;
END
$$;

-- Taking back is a duty, so it outlives the agreement: the supplying organisation always can, by whoever was
-- authorised for the purpose, today or before, or by its privacy officer.
CREATE FUNCTION vault_recalls(wanted uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN public.session_is_strong() AND EXISTS (
        SELECT FROM public.vault_supply s JOIN public.vault_record r ON r.id = s.origin_id
         WHERE s.id = wanted AND s.supplier_id = public.session_organisation()
           AND (public.session_has_role('fg') OR EXISTS (
                SELECT FROM public.agreements_authorisation a
                 WHERE a.user_id = public.session_account() AND a.organisation_id = s.supplier_id
                   AND a.purpose_id = r.purpose_id AND a.task IN ('verwerking', 'rechtmatigheid')
                   AND a.revoked_at IS NULL AND lower(a.period) <= public.today())));
END
$$;

-- Closes the copy, and everything made from it wherever it went, in this one transaction.
CREATE FUNCTION vault_recall(wanted uuid, happened_at timestamptz) RETURNS int
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    s public.vault_supply;
    held uuid[];
    closed uuid[];
BEGIN
    IF public.vault_recalls(wanted) IS NOT TRUE THEN
        PERFORM public.vault_refuse('only the supplier recalls');
    END IF;
    PERFORM public.vault_check_moment(happened_at);
    SELECT * INTO s FROM public.vault_supply x WHERE x.id = wanted FOR UPDATE;
    IF s.recalled_at IS NOT NULL THEN
        RAISE EXCEPTION 'this was recalled before' USING ERRCODE = 'check_violation';
    END IF;
    UPDATE public.vault_supply x SET recalled_at = happened_at, recalled_by_id = public.session_account()
     WHERE x.id = wanted;
    held := public.vault_hold_downstream(s.copy_id);
    WITH restricted AS (
        UPDATE public.vault_record r SET restricted_at = happened_at
         WHERE r.id = ANY (held) AND r.restricted_at IS NULL RETURNING r.id, r.dossier_id
    ), told AS (
        INSERT INTO public.vault_notice (id, organisation_id, dossier_id, kind, created_at)
        SELECT gen_random_uuid(), q.organisation_id, q.dossier_id, 'teruggeroepen', happened_at
          FROM (SELECT DISTINCT p.organisation_id, x.dossier_id
                  FROM restricted x JOIN public.vault_party p ON p.dossier_id = x.dossier_id
                 WHERE p.until > public.today()) q
    )
    SELECT array_agg(x.id) INTO closed FROM restricted x;
    RETURN coalesce(array_length(closed, 1), 0);
END
$$;
REVOKE EXECUTE ON FUNCTION vault_supply, vault_recalls, vault_recall FROM PUBLIC;
"""
NO_SUPPLY = """
DROP FUNCTION vault_recall(uuid, timestamptz);
DROP FUNCTION vault_recalls(uuid);
DROP FUNCTION vault_supply(uuid, uuid, uuid, uuid, uuid, text, bytea, bytea, timestamptz);
"""

EMERGENCY = """
-- Says nothing about whether the dossier exists: the answer is the same, and so is what it leaves behind.
CREATE FUNCTION vault_ask_emergency(new_id uuid, of_number text, content bytea, happened_at timestamptz)
    RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF public.session_is_strong() IS NOT TRUE
       OR public.agreements_tier(public.session_account(), public.session_organisation(),
              public.session_purpose(), ARRAY['verwerking']) IS NULL THEN
        PERFORM public.vault_refuse('emergency access is for people with an authorisation for this purpose');
    END IF;
    -- Refused here, because a constraint would refuse only when the dossier exists, and so tell that it does.
    IF new_id IS NULL OR coalesce(length(content), 0) = 0 THEN
        RAISE EXCEPTION 'emergency access has a reason' USING ERRCODE = 'check_violation';
    END IF;
    PERFORM public.vault_check_moment(happened_at);
    INSERT INTO public.vault_emergency (id, dossier_id, purpose_id, organisation_id, person_id, sealed_reason,
        asked_at)
    SELECT new_id, d.id, d.purpose_id, public.session_organisation(), public.session_account(), content, happened_at
      FROM public.vault_dossier d
     WHERE d.number = of_number AND d.purpose_id = public.session_purpose()
    ON CONFLICT DO NOTHING;
END
$$;

-- The second person: a privacy officer of the organisation, or somebody with an authorisation for the purpose.
CREATE FUNCTION vault_approves(wanted uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN public.session_is_strong() AND EXISTS (
        SELECT FROM public.vault_emergency e
         WHERE e.id = wanted AND e.organisation_id = public.session_organisation()
           AND e.person_id <> public.session_account()
           AND (public.session_has_role('fg')
                OR public.agreements_tier(public.session_account(), e.organisation_id, e.purpose_id,
                                          ARRAY['verwerking', 'rechtmatigheid']) IS NOT NULL));
END
$$;

CREATE FUNCTION vault_approve_emergency(wanted uuid, hours int, happened_at timestamptz) RETURNS timestamptz
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    e public.vault_emergency;
BEGIN
    IF public.vault_approves(wanted) IS NOT TRUE OR public.session_is_proven() IS NOT TRUE THEN
        PERFORM public.vault_refuse('a second person approves, after proving who it is');
    END IF;
    PERFORM public.vault_check_moment(happened_at);
    UPDATE public.vault_emergency x
       SET approved_by_id = public.session_account(), approved_at = now(),
           until = now() + make_interval(hours => LEAST(GREATEST(hours, 1), 24))
     WHERE x.id = wanted AND x.approved_at IS NULL AND x.ended_at IS NULL AND x.asked_at > now() - interval '1 day'
    RETURNING * INTO e;
    IF e.id IS NULL THEN
        RAISE EXCEPTION 'this request was approved or ended before, or is older than a day'
            USING ERRCODE = 'check_violation';
    END IF;
    INSERT INTO public.vault_notice (id, organisation_id, dossier_id, kind, created_at)
    SELECT gen_random_uuid(), o.id, e.dossier_id, 'noodtoegang', happened_at
      FROM (SELECT e.organisation_id AS id UNION SELECT d.owner_id FROM public.vault_dossier d
             WHERE d.id = e.dossier_id) o;
    RETURN e.until;
END
$$;

CREATE FUNCTION vault_end_emergency(wanted uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    UPDATE public.vault_emergency x SET ended_at = now()
     WHERE x.id = wanted AND x.ended_at IS NULL
       AND (x.person_id = public.session_account() OR public.vault_approves(wanted));
    IF NOT FOUND THEN
        PERFORM public.vault_refuse('no emergency access of yours to end');
    END IF;
END
$$;

CREATE FUNCTION vault_acknowledge(wanted uuid, happened_at timestamptz) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    PERFORM public.vault_check_moment(happened_at);
    UPDATE public.vault_notice n SET acknowledged_at = happened_at, acknowledged_by_id = public.session_account()
     WHERE n.id = wanted AND n.organisation_id = public.session_organisation() AND n.acknowledged_at IS NULL;
    IF NOT FOUND THEN
        PERFORM public.vault_refuse('no such notice');
    END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION vault_ask_emergency, vault_approves, vault_approve_emergency, vault_end_emergency,
    vault_acknowledge FROM PUBLIC;
"""
NO_EMERGENCY = """
DROP FUNCTION vault_acknowledge(uuid, timestamptz);
DROP FUNCTION vault_end_emergency(uuid);
DROP FUNCTION vault_approve_emergency(uuid, int, timestamptz);
DROP FUNCTION vault_approves(uuid);
DROP FUNCTION vault_ask_emergency(uuid, text, bytea, timestamptz);
"""


class Migration(migrations.Migration):
    dependencies = [("vault", "0004_doors")]
    operations = [
        migrations.RunSQL(WEIGHING, NO_WEIGHING),
        migrations.RunSQL(SUPPLY, NO_SUPPLY),
        migrations.RunSQL(EMERGENCY, NO_EMERGENCY),
    ]
