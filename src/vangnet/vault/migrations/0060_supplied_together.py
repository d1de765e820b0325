"""What is supplied under one weighing lies in one dossier, and the supplier knows the number of it."""

from django.db import migrations

# Only while the recipient alone takes part in it: a supply reaches nobody whom the weighing does not name.
INTO = """
CREATE FUNCTION vault_supplied_into(of_weighing uuid, wanted uuid)
    RETURNS TABLE (dossier uuid, key_id text, wrapped_key bytea)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    w public.vault_weighing;
    r public.vault_record;
    into_dossier uuid;
BEGIN
    -- Held until the end, so that of two supplies at the same moment the second finds the dossier of the first.
    SELECT x.* INTO w FROM public.vault_weighing x
     WHERE x.id = of_weighing AND x.organisation_id = public.session_organisation() FOR UPDATE;
    SELECT x.* INTO r FROM public.vault_record x WHERE x.id = wanted;
    IF w.id IS NULL OR w.status <> 'toegewezen' OR w.expires_on < public.today()
       OR r.dossier_id IS DISTINCT FROM w.dossier_id OR public.vault_may(wanted) IS NOT TRUE
       OR public.vault_may_write(r.dossier_id, r.category_id) IS NOT TRUE THEN
        RETURN;
    END IF;
    SELECT c.dossier_id INTO into_dossier
      FROM public.vault_supply s JOIN public.vault_record c ON c.id = s.copy_id
      JOIN public.vault_dossier d ON d.id = c.dossier_id
     WHERE s.weighing_id = w.id AND s.recalled_at IS NULL AND d.status = 'open' AND d.owner_id = w.recipient_id
       AND d.tier >= (SELECT k.tier FROM public.agreements_purposecategory k
                       WHERE k.purpose_id = w.target_id AND k.category_id = r.category_id)
     ORDER BY s.supplied_at, s.id LIMIT 1;
    PERFORM FROM public.vault_dossier d WHERE d.id = into_dossier FOR NO KEY UPDATE;
    RETURN QUERY
    SELECT d.id, d.key_id::text, d.wrapped_key FROM public.vault_dossier d
     WHERE d.id = into_dossier AND d.status = 'open' AND d.owner_id = w.recipient_id AND d.purpose_id = w.target_id
       AND NOT EXISTS (SELECT FROM public.vault_party p
                        WHERE p.dossier_id = d.id AND p.organisation_id <> w.recipient_id
                          AND p.until > public.today());
END
$$;
REVOKE EXECUTE ON FUNCTION vault_supplied_into FROM PUBLIC;
"""
NO_INTO = "DROP FUNCTION vault_supplied_into(uuid, uuid);"

SUPPLY = """
CREATE OR REPLACE FUNCTION vault_supply(of_weighing uuid, wanted uuid, new_id uuid, copy_id uuid, new_dossier uuid,
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
    {known}new_number := public.vault_next_number(agreement.zone);
    INSERT INTO public.vault_dossier (id, number, agreement_id, purpose_id, zone, owner_id, tier, status, place,
        opened_on, opened_by_id, key_id, wrapped_key)
    SELECT new_dossier, new_number, agreement.id, w.target_id, agreement.zone, w.recipient_id, c.tier, 'open',
           d.place, public.today(), public.session_account(), at_key, wrapped
      FROM public.vault_dossier d, public.agreements_purposecategory c
     WHERE d.id = r.dossier_id AND c.purpose_id = w.target_id AND c.category_id = r.category_id;
    INSERT INTO public.vault_participation (id, dossier_id, organisation_id, is_owner, weighing_id, since)
    VALUES (gen_random_uuid(), new_dossier, w.recipient_id, true, w.id, public.today());{known_end}
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
"""
KNOWN = """SELECT d.number INTO new_number FROM public.vault_supplied_into(of_weighing, wanted) h
      JOIN public.vault_dossier d ON d.id = h.dossier WHERE h.dossier = new_dossier;
    IF NOT FOUND THEN
    """
TOGETHER = SUPPLY.replace("{known}", KNOWN).replace("{known_end}", "\n    END IF;")
APART = SUPPLY.replace("{known}", "").replace("{known_end}", "")

SUPPLIES = """
DROP FUNCTION vault_supplies(uuid);
CREATE FUNCTION vault_supplies(of_dossier uuid)
    RETURNS TABLE (id uuid, origin uuid, category text, recipient uuid, supplied_by uuid,
        supplied_at timestamptz, recalled_at timestamptz{columns})
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF public.vault_knows(of_dossier) IS NOT TRUE THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT s.id, s.origin_id, r.category_id::text, s.recipient_id, s.supplied_by_id, s.supplied_at,
           s.recalled_at{values}
      FROM public.vault_supply s JOIN public.vault_record r ON r.id = s.origin_id{joins}
     WHERE r.dossier_id = of_dossier AND s.supplier_id = public.session_organisation()
     ORDER BY s.supplied_at DESC;
END
$$;
REVOKE EXECUTE ON FUNCTION vault_supplies FROM PUBLIC;
"""
JOINS = """
      JOIN public.vault_record c ON c.id = s.copy_id JOIN public.vault_dossier d ON d.id = c.dossier_id"""
NUMBERED = (
    SUPPLIES.replace("{columns}", ", number text, zone text")
    .replace("{values}", ", d.number::text, d.zone::text")
    .replace("{joins}", JOINS)
)
BARE = SUPPLIES.replace("{columns}", "").replace("{values}", "").replace("{joins}", "")

TOLD = """
-- What kind of record each is that this session may read, and when it was written down: to know which one to supply.
CREATE FUNCTION vault_natures(of_dossier uuid) RETURNS TABLE (record uuid, nature text, entered_at timestamptz)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN QUERY
    SELECT r.id, r.nature::text, r.entered_at FROM public.vault_record r
     WHERE r.dossier_id = of_dossier AND public.vault_may(r.id) ORDER BY r.entered_at, r.id;
END
$$;
REVOKE EXECUTE ON FUNCTION vault_natures FROM PUBLIC;
"""
NOT_TOLD = "DROP FUNCTION vault_natures(uuid);"


class Migration(migrations.Migration):
    dependencies = [("vault", "0051_answers_to_offers")]
    operations = [
        migrations.RunSQL(INTO, NO_INTO),
        migrations.RunSQL(TOGETHER, APART),
        migrations.RunSQL(NUMBERED, BARE),
        migrations.RunSQL(TOLD, NOT_TOLD),
    ]
