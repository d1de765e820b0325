"""The one door of the vault that opens for a system: taking in a report."""

from django.db import migrations

# `scope()` stays without it: the list of dossiers and records is not for systems.
FORWARD = """
CREATE OR REPLACE FUNCTION vault_take_report(new_id uuid, record uuid, of_category text, at_place text, came_from text,
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
                                 ARRAY['verwerking', 'melding', 'koppeling']) IS NULL THEN
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
"""
BACKWARD = """
CREATE OR REPLACE FUNCTION vault_take_report(new_id uuid, record uuid, of_category text, at_place text, came_from text,
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
"""


class Migration(migrations.Migration):
    dependencies = [("vault", "0031_leaner"), ("agreements", "0005_systems")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
