"""Reports of partners: to which municipality, taking one in, how far it is, and the answer to it."""

from django.db import migrations

FORWARD = """
ALTER TABLE casework_partnerreport ENABLE ROW LEVEL SECURITY;
ALTER TABLE casework_partnerreport FORCE ROW LEVEL SECURITY;
CREATE POLICY casework_partnerreport_owner ON casework_partnerreport TO vangnet_owner USING (true) WITH CHECK (true);

-- To which municipalities somebody of this organisation reports: it is partner beside them in an agreement in force.
CREATE FUNCTION casework_partner_forms(wanted text) RETURNS TABLE (slug text, name text, organisation uuid, place text,
        purpose uuid, zone text, protects boolean)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    s record := public.session_standing();
BEGIN
    IF NOT s.is_strong OR s.organisation IS NULL
       OR NOT EXISTS (SELECT FROM public.identity_user u WHERE u.id = s.account AND u.kind = 'persoon') THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT DISTINCT ON (o.name, o.slug) o.slug::text, o.name::text, o.id, o.place::text, d.id, a.zone::text,
           public.casework_protection(d.id) IS NOT NULL
      FROM public.agreements_agreement a
      JOIN public.identity_organisation o ON o.id = a.lead_id
      JOIN public.agreements_purpose d ON d.agreement_id = a.id AND d.code = 'signalen'
     WHERE (wanted IS NULL OR o.slug = wanted) AND o.id <> s.organisation
       AND public.agreements_purpose_is_live(d.id) AND public.agreements_is_partner(a.id, o.id)
       AND EXISTS (SELECT FROM public.casework_protocol p WHERE p.since <= public.today())
       AND EXISTS (SELECT FROM public.agreements_live l
                     JOIN public.agreements_partner p ON p.agreement_id = l.id AND p.organisation_id = s.organisation
                    WHERE public.agreements_is_partner(l.id, s.organisation)
                      AND public.agreements_is_partner(l.id, o.id))
     ORDER BY o.name, o.slug, a.code;
END
$$;

-- As a report of nobody, and with the organisation beside it. The municipality keeps it; who reported it is known to
-- the log of the partner, and sealed apart for who protects reporters. No row: enough reports for today.
CREATE FUNCTION casework_take_partner_report(wanted text, new_id uuid, record uuid, of_branch text, of_phenomenon text,
        seen date, at_key text, wrapped bytea, content bytea, reporter uuid, reporter_record uuid, reporter_key text,
        reporter_wrapped bytea, reporter_content bytea, wants boolean) RETURNS TABLE (number text, is_new boolean)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    form record;
    s record := public.session_standing();
    account uuid;
    new_number text;
BEGIN
    SELECT f.* INTO form FROM public.casework_partner_forms(wanted) f;
    IF NOT FOUND OR wanted IS NULL THEN
        PERFORM public.vault_refuse('no municipality to report to');
    END IF;
    IF reporter IS NOT NULL AND NOT form.protects THEN
        RAISE EXCEPTION 'this agreement has no purpose to protect reporters' USING ERRCODE = 'check_violation';
    END IF;
    PERFORM pg_advisory_xact_lock(724003, hashtext(new_id::text));
    SELECT d.number INTO new_number FROM public.casework_partnerreport p
      JOIN public.vault_dossier d ON d.id = p.signal_id
     WHERE p.signal_id = new_id AND p.account_id = s.account;
    IF FOUND THEN
        RETURN QUERY SELECT new_number, false; -- sent twice
        RETURN;
    END IF;
    IF NOT public.casework_count_visit('partner ' || s.account, 50) THEN
        RETURN;
    END IF;
    account := public.casework_form_account();
    new_number := public.vault_keep_report_as(account, form.organisation, new_id, record, form.purpose, 'signaal',
        form.place, 'melding', at_key, wrapped, content);
    IF reporter IS NOT NULL THEN
        PERFORM public.vault_keep_report_as(account, form.organisation, reporter, reporter_record,
            public.casework_protection(form.purpose), 'personalia', form.place, 'melding', reporter_key,
            reporter_wrapped, reporter_content);
    END IF;
    PERFORM public.casework_enlist(ARRAY[new_id], ARRAY['partner'], ARRAY[of_branch], ARRAY[of_phenomenon],
        ARRAY[seen], clock_timestamp(), ARRAY[reporter], ARRAY[false]);
    INSERT INTO public.casework_partnerreport (signal_id, organisation_id, account_id, wants_answer, reported_at, answer)
    VALUES (new_id, s.organisation, s.account, wants, clock_timestamp(), '');
    PERFORM public.audit_append_as(account, form.organisation, 'casework.signal.received', new_id::text, account,
        clock_timestamp(), jsonb_build_object('number', new_number, 'source', 'partner', 'partner', s.organisation),
        form.purpose, '', '', NULL);
    RETURN QUERY SELECT new_number, true;
END
$$;

-- What somebody reported for the organisation that the session works for, and how far that is: no more than that.
CREATE FUNCTION casework_partner_reports() RETURNS TABLE (number text, municipality text, reported_at timestamptz,
        state text, wants_answer boolean, answer text, answered_at timestamptz)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    t record := public.session_standing();
BEGIN
    IF NOT t.is_strong THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT s.number::text, o.name::text, p.reported_at,
           CASE WHEN s.ends_on <= public.today() OR s.status IN ('doorgezet', 'geen-vervolg') THEN 'afgehandeld'
                WHEN s.status = 'nieuw' THEN 'ontvangen' ELSE 'in-weging' END,
           p.wants_answer, p.answer::text, p.answered_at
      FROM public.casework_partnerreport p
      JOIN public.casework_signal s ON s.dossier_id = p.signal_id
      JOIN public.identity_organisation o ON o.id = s.organisation_id
     WHERE p.account_id = t.account AND p.organisation_id = t.organisation
     ORDER BY p.reported_at DESC LIMIT 200;
END
$$;

-- Which partner reported a signal of this scope; not who of it.
CREATE FUNCTION casework_reporting_partner(wanted uuid) RETURNS TABLE (name text, wants_answer boolean, answer text,
        answered_at timestamptz)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN QUERY
    SELECT o.name::text, p.wants_answer, p.answer::text, p.answered_at
      FROM public.casework_partnerreport p
      JOIN public.casework_signal s ON s.dossier_id = p.signal_id
      JOIN public.identity_organisation o ON o.id = p.organisation_id
     WHERE p.signal_id = wanted AND s.scope_id = public.scope() AND s.ends_on > public.today();
END
$$;

CREATE FUNCTION casework_answer_partner(wanted uuid, told text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF public.scope_writes() IS NOT TRUE
       OR NOT EXISTS (SELECT FROM public.casework_signal s WHERE s.dossier_id = wanted AND s.scope_id = public.scope()
                         AND s.ends_on > public.today()) THEN
        PERFORM public.vault_refuse('not a signal to answer for');
    END IF;
    UPDATE public.casework_partnerreport p SET answer = told, answered_at = clock_timestamp()
      FROM public.casework_signal s
     WHERE p.signal_id = wanted AND s.dossier_id = wanted AND p.answered_at IS NULL AND s.decided_at IS NOT NULL;
    RETURN FOUND;
END
$$;
REVOKE EXECUTE ON FUNCTION casework_partner_forms, casework_take_partner_report, casework_partner_reports,
    casework_reporting_partner, casework_answer_partner FROM PUBLIC;

CREATE OR REPLACE FUNCTION casework_attach(new_id uuid, to_record uuid, at_store text, named bytea, kind text, bytes int,
        checksum bytea) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM public.vault_record r
                    WHERE r.id = to_record AND r.entered_at >= now()
                      AND (r.entered_by_id = coalesce(public.session_account(), public.casework_form_account())
                           OR EXISTS (SELECT FROM public.casework_partnerreport p
                                       WHERE p.signal_id = r.dossier_id
                                         AND p.account_id = public.session_account()))) THEN
        PERFORM public.vault_refuse('no report of this moment');
    END IF;
    INSERT INTO public.vault_sealedfile (id, record_id, stored_as, sealed_name, media_type, size, digest)
    VALUES (new_id, to_record, at_store, named, kind, bytes, checksum);
END
$$;
"""
BACKWARD = """
CREATE OR REPLACE FUNCTION casework_attach(new_id uuid, to_record uuid, at_store text, named bytea, kind text, bytes int,
        checksum bytea) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM public.vault_record r
                    WHERE r.id = to_record AND r.entered_at >= now()
                      AND r.entered_by_id = coalesce(public.session_account(), public.casework_form_account())) THEN
        PERFORM public.vault_refuse('no report of this moment');
    END IF;
    INSERT INTO public.vault_sealedfile (id, record_id, stored_as, sealed_name, media_type, size, digest)
    VALUES (new_id, to_record, at_store, named, kind, bytes, checksum);
END
$$;
DROP FUNCTION casework_answer_partner(uuid, text);
DROP FUNCTION casework_reporting_partner(uuid);
DROP FUNCTION casework_partner_reports();
DROP FUNCTION casework_take_partner_report(text, uuid, uuid, text, text, date, text, bytea, bytea, uuid, uuid, text, bytea,
    bytea, boolean);
DROP FUNCTION casework_partner_forms(text);
DROP POLICY casework_partnerreport_owner ON casework_partnerreport;
ALTER TABLE casework_partnerreport NO FORCE ROW LEVEL SECURITY;
ALTER TABLE casework_partnerreport DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0021_partner_reports"), ("vault", "0040_systems")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
