"""Taking in a report: the one door through which who may not read puts something into the vault."""

from django.db import migrations

REPORTS = """
-- A dossier for what was reported and, under the purpose that protects reporters, one for who reported it.
-- Whoever has only the task of taking in reports sees neither afterwards.
CREATE FUNCTION vault_take_report(new_id uuid, record uuid, of_category text, at_place text, came_from text,
        at_key text, wrapped bytea, content bytea,
        reporter uuid, reporter_record uuid, reporter_key text, reporter_wrapped bytea, reporter_content bytea)
    RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    aim uuid := public.session_purpose();
    protection uuid;
    new_number text;
BEGIN
    IF public.session_is_strong() IS NOT TRUE
       OR public.agreements_tier(public.session_account(), public.session_organisation(), aim,
                                 ARRAY['verwerking', 'melding']) IS NULL THEN
        PERFORM public.vault_refuse('no authorisation to take in reports');
    END IF;
    new_number := public.vault_keep_report(new_id, record, aim, of_category, at_place, came_from, at_key, wrapped, content);
    IF reporter IS NOT NULL THEN
        SELECT d.id INTO protection FROM public.agreements_purpose d
          JOIN public.agreements_purpose m ON m.agreement_id = d.agreement_id
         WHERE m.id = aim AND d.code = 'melders' AND public.agreements_purpose_is_live(d.id);
        IF NOT FOUND THEN
            RAISE EXCEPTION 'this agreement has no purpose to protect reporters' USING ERRCODE = 'check_violation';
        END IF;
        PERFORM public.vault_keep_report(reporter, reporter_record, protection, 'personalia', at_place, came_from,
                                         reporter_key, reporter_wrapped, reporter_content);
    END IF;
    RETURN new_number;
END
$$;

-- For whom and by whom is told by the function of the owner that calls this, which asked the rules.
CREATE FUNCTION vault_keep_report_as(account uuid, member uuid, new_id uuid, record uuid, aim uuid, of_category text,
        at_place text, came_from text, at_key text, wrapped bytea, content bytea) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    agreement public.agreements_agreement;
    new_number text;
BEGIN
    SELECT a.* INTO agreement FROM public.agreements_purpose d
      JOIN public.agreements_agreement a ON a.id = d.agreement_id WHERE d.id = aim;
    new_number := public.vault_next_number(agreement.zone);
    INSERT INTO public.vault_dossier (id, number, agreement_id, purpose_id, zone, owner_id, tier, status, place,
        opened_on, opened_by_id, key_id, wrapped_key)
    VALUES (new_id, new_number, agreement.id, aim, agreement.zone, member, 1, 'open', at_place, public.today(),
        account, at_key, wrapped);
    INSERT INTO public.vault_participation (id, dossier_id, organisation_id, is_owner, since)
    VALUES (gen_random_uuid(), new_id, member, true, public.today());
    INSERT INTO public.vault_record (id, dossier_id, purpose_id, zone, category_id, source_id, entered_by_id,
        entered_at, marking, nature, reliability, provenance, first_processed, sealed)
    VALUES (record, new_id, aim, agreement.zone, of_category, member, account,
        clock_timestamp(), 'amber', 'feit', 'onbekend', came_from, public.today(), content);
    RETURN new_number;
END
$$;

CREATE FUNCTION vault_keep_report(new_id uuid, record uuid, aim uuid, of_category text, at_place text,
        came_from text, at_key text, wrapped bytea, content bytea) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN public.vault_keep_report_as(public.session_account(), public.session_organisation(), new_id, record, aim,
        of_category, at_place, came_from, at_key, wrapped, content);
END
$$;

-- What needs no follow-up goes earlier than its category says; nothing goes later.
CREATE FUNCTION vault_shorten_term(wanted uuid, ends date) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF public.vault_owns(wanted) IS NOT TRUE THEN
        PERFORM public.vault_refuse('only the owner shortens the term');
    ELSIF ends IS NULL OR ends <= public.today() THEN
        RAISE EXCEPTION 'a term does not end today or before' USING ERRCODE = 'check_violation';
    END IF;
    UPDATE public.vault_record r SET delete_by = LEAST(r.delete_by, ends)
     WHERE r.dossier_id = wanted AND r.source_id = public.session_organisation();
END
$$;
REVOKE EXECUTE ON FUNCTION vault_take_report, vault_keep_report_as, vault_keep_report, vault_shorten_term FROM PUBLIC;
"""
NO_REPORTS = """
DROP FUNCTION vault_shorten_term(uuid, date);
DROP FUNCTION vault_take_report(uuid, uuid, text, text, text, text, bytea, bytea, uuid, uuid, text, bytea, bytea);
DROP FUNCTION vault_keep_report(uuid, uuid, uuid, text, text, text, text, bytea, bytea);
DROP FUNCTION vault_keep_report_as(uuid, uuid, uuid, uuid, uuid, text, text, text, text, bytea, bytea);
"""


class Migration(migrations.Migration):
    dependencies = [("vault", "0008_exports")]
    operations = [migrations.RunSQL(REPORTS, NO_REPORTS)]
