"""Reports that no session takes in, and many at once: the list is written by the set and not by the row."""

from django.db import migrations, models

WALL = """
ALTER TABLE vault_bulkload ENABLE ROW LEVEL SECURITY;
ALTER TABLE vault_bulkload FORCE ROW LEVEL SECURITY;
CREATE POLICY vault_bulkload_owner ON vault_bulkload TO vangnet_owner USING (true) WITH CHECK (true);
"""
NO_WALL = """
DROP POLICY vault_bulkload_owner ON vault_bulkload;
ALTER TABLE vault_bulkload NO FORCE ROW LEVEL SECURITY;
ALTER TABLE vault_bulkload DISABLE ROW LEVEL SECURITY;
"""

# For whom and by whom is told by the function of the owner that calls this, which asked the rules.
ONE = """
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

CREATE OR REPLACE FUNCTION vault_keep_report(new_id uuid, record uuid, aim uuid, of_category text, at_place text,
        came_from text, at_key text, wrapped bytea, content bytea) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN public.vault_keep_report_as(public.session_account(), public.session_organisation(), new_id, record, aim,
        of_category, at_place, came_from, at_key, wrapped, content);
END
$$;
REVOKE EXECUTE ON FUNCTION vault_keep_report_as FROM PUBLIC;
"""
NOT_ONE = """
CREATE OR REPLACE FUNCTION vault_keep_report(new_id uuid, record uuid, aim uuid, of_category text, at_place text,
        came_from text, at_key text, wrapped bytea, content bytea) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    agreement public.agreements_agreement;
    member uuid := public.session_organisation();
    new_number text;
BEGIN
    SELECT a.* INTO agreement FROM public.agreements_purpose d
      JOIN public.agreements_agreement a ON a.id = d.agreement_id WHERE d.id = aim;
    new_number := public.vault_next_number(agreement.zone);
    INSERT INTO public.vault_dossier (id, number, agreement_id, purpose_id, zone, owner_id, tier, status, place,
        opened_on, opened_by_id, key_id, wrapped_key)
    VALUES (new_id, new_number, agreement.id, aim, agreement.zone, member, 1, 'open', at_place, public.today(),
        public.session_account(), at_key, wrapped);
    INSERT INTO public.vault_participation (id, dossier_id, organisation_id, is_owner, since)
    VALUES (gen_random_uuid(), new_id, member, true, public.today());
    INSERT INTO public.vault_record (id, dossier_id, purpose_id, zone, category_id, source_id, entered_by_id,
        entered_at, marking, nature, reliability, provenance, first_processed, sealed)
    VALUES (record, new_id, aim, agreement.zone, of_category, member, public.session_account(),
        clock_timestamp(), 'amber', 'feit', 'onbekend', came_from, public.today(), content);
    RETURN new_number;
END
$$;
DROP FUNCTION vault_keep_report_as(uuid, uuid, uuid, uuid, uuid, text, text, text, text, bytea, bytea);
"""

# The same for many: one statement per table. Meanwhile a row in vault_bulkload, which nobody but the owner can
# write, tells the triggers of this transaction that the list is written here.
MANY = """
CREATE OR REPLACE FUNCTION vault_touch() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    changed jsonb;
    touched uuid;
    one uuid;
BEGIN
    IF EXISTS (SELECT FROM public.vault_bulkload b WHERE b.xid = pg_current_xact_id()::text::bigint) THEN
        RETURN NULL;
    END IF;
    changed := to_jsonb(CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END);
    FOR touched, one IN EXECUTE TG_ARGV[0] USING changed LOOP
        PERFORM public.vault_refresh(touched, one);
    END LOOP;
    RETURN NULL;
END
$$;

CREATE FUNCTION vault_keep_reports(aim uuid, of_category text, came_from text, at_key text, dossiers uuid[],
        records uuid[], places text[], wrapped bytea[], contents bytea[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    agreement public.agreements_agreement;
    account uuid := public.session_account();
    member uuid := public.session_organisation();
    day date := public.today();
    scope bigint;
BEGIN
    SELECT a.* INTO agreement FROM public.agreements_purpose d
      JOIN public.agreements_agreement a ON a.id = d.agreement_id WHERE d.id = aim;
    INSERT INTO public.vault_scope (organisation_id, purpose_id) VALUES (member, aim) ON CONFLICT DO NOTHING;
    SELECT s.id INTO scope FROM public.vault_scope s WHERE s.organisation_id = member AND s.purpose_id = aim;
    INSERT INTO public.vault_bulkload (xid) VALUES (pg_current_xact_id()::text::bigint);
    INSERT INTO public.vault_dossier (id, number, agreement_id, purpose_id, zone, owner_id, tier, status, place,
        opened_on, opened_by_id, key_id, wrapped_key)
    SELECT u.id, public.vault_next_number(agreement.zone), agreement.id, aim, agreement.zone, member, 1, 'open',
           u.place, day, account, at_key, u.wrapped
      FROM unnest(dossiers, places, wrapped) WITH ORDINALITY AS u (id, place, wrapped, turn) ORDER BY u.turn;
    INSERT INTO public.vault_participation (id, dossier_id, organisation_id, is_owner, since)
    SELECT gen_random_uuid(), u.id, member, true, day FROM unnest(dossiers) AS u (id);
    INSERT INTO public.vault_record (id, dossier_id, purpose_id, zone, category_id, source_id, entered_by_id,
        entered_at, marking, nature, reliability, provenance, first_processed, sealed)
    SELECT u.record, u.id, aim, agreement.zone, of_category, member, account, clock_timestamp(), 'amber', 'feit',
           'onbekend', came_from, day, u.content
      FROM unnest(dossiers, records, contents) AS u (id, record, content);
    -- What vault_reach says of a new dossier with one owner and one record; a test compares the two.
    INSERT INTO public.vault_entry (scope_id, dossier, record, reader, tier, shielded, since, until, number, place,
        status, owner_id, opened_on, category_id, source_id, marking, first_processed, delete_by)
    SELECT scope, d.id, NULL::uuid, NULL::uuid, 1, false, day, '9999-12-31', d.number, d.place, d.status, d.owner_id, d.opened_on,
           NULL, NULL, '', NULL, NULL
      FROM public.vault_dossier d WHERE d.id = ANY (dossiers)
    UNION ALL
    SELECT scope, d.id, r.id, NULL::uuid, c.tier, false, day, r.delete_by, d.number, d.place, d.status, d.owner_id,
           d.opened_on, r.category_id, r.source_id, r.marking, r.first_processed, r.delete_by
      FROM public.vault_record r
      JOIN public.vault_dossier d ON d.id = r.dossier_id
      JOIN public.agreements_purposecategory c ON c.purpose_id = r.purpose_id AND c.category_id = r.category_id
           AND c.tier <= 1
      JOIN public.agreements_version v ON v.id = c.version_id AND v.activated_at IS NOT NULL
     WHERE r.id = ANY (records) AND r.delete_by > day;
    DELETE FROM public.vault_bulkload b WHERE b.xid = pg_current_xact_id()::text::bigint;
END
$$;
REVOKE EXECUTE ON FUNCTION vault_keep_reports FROM PUBLIC;
"""
NOT_MANY = """
DROP FUNCTION vault_keep_reports(uuid, text, text, text, uuid[], uuid[], text[], bytea[], bytea[]);
CREATE OR REPLACE FUNCTION vault_touch() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    changed jsonb := to_jsonb(CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END);
    touched uuid;
    one uuid;
BEGIN
    FOR touched, one IN EXECUTE TG_ARGV[0] USING changed LOOP
        PERFORM public.vault_refresh(touched, one);
    END LOOP;
    RETURN NULL;
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("vault", "0020_reports")]
    operations = [
        migrations.CreateModel(
            name="BulkLoad",
            fields=[
                ("xid", models.BigIntegerField(primary_key=True, serialize=False, verbose_name="transactie"))
            ],
            options={"verbose_name": "bulkinvoer", "verbose_name_plural": "bulkinvoer"},
        ),
        migrations.RunSQL(WALL, NO_WALL),
        migrations.RunSQL(ONE, NOT_ONE),
        migrations.RunSQL(MANY, NOT_MANY),
    ]
