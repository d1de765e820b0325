"""Many reports at once: the list is written by the set and not by the row."""

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

# Many reports at once: one statement per table. Meanwhile a row in vault_bulkload, which nobody but the owner can
# write, tells the triggers of this transaction that list and terms are written here. What is new is listed once
# per statement and not per row, so that the trigger costs nothing then.
MANY = """
CREATE FUNCTION vault_in_bulk() RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN EXISTS (SELECT FROM public.vault_bulkload b WHERE b.xid = pg_current_xact_id()::text::bigint);
END
$$;

CREATE FUNCTION vault_touch_new() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    touched uuid;
    one uuid;
BEGIN
    IF public.vault_in_bulk() THEN
        RETURN NULL;
    END IF;
    FOR touched, one IN EXECUTE TG_ARGV[0] LOOP
        PERFORM public.vault_refresh(touched, one);
    END LOOP;
    RETURN NULL;
END
$$;
DROP TRIGGER vault_dossier_is_listed ON vault_dossier;
CREATE TRIGGER vault_dossier_is_listed AFTER UPDATE ON vault_dossier
    FOR EACH ROW EXECUTE FUNCTION vault_touch('SELECT ($1->>''id'')::uuid, NULL::uuid');
CREATE TRIGGER vault_dossier_is_new AFTER INSERT ON vault_dossier REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION vault_touch_new('SELECT id, NULL::uuid FROM fresh');
DROP TRIGGER vault_participation_is_listed ON vault_participation;
CREATE TRIGGER vault_participation_is_listed AFTER UPDATE OR DELETE ON vault_participation
    FOR EACH ROW EXECUTE FUNCTION vault_touch('SELECT ($1->>''dossier_id'')::uuid, NULL::uuid');
CREATE TRIGGER vault_participation_is_new AFTER INSERT ON vault_participation REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION vault_touch_new('SELECT dossier_id, NULL::uuid FROM fresh');
DROP TRIGGER vault_record_is_listed ON vault_record;
CREATE TRIGGER vault_record_is_listed AFTER UPDATE OR DELETE ON vault_record
    FOR EACH ROW EXECUTE FUNCTION vault_touch('SELECT ($1->>''dossier_id'')::uuid, ($1->>''id'')::uuid');
CREATE TRIGGER vault_record_is_new AFTER INSERT ON vault_record REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION vault_touch_new('SELECT dossier_id, id FROM fresh');

-- Gives the number of each, and until when they are kept: nothing that was just written has to be read again, so
-- that a set costs the same whatever lies in the vault already.
CREATE FUNCTION vault_keep_reports(aim uuid, of_category text, came_from text, at_key text, dossiers uuid[],
        records uuid[], places text[], wrapped bytea[], contents bytea[], OUT numbers text[], OUT term date)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    agreement public.agreements_agreement;
    account uuid := public.session_account();
    member uuid := public.session_organisation();
    day date := public.today();
    scope bigint;
    listed_at smallint;
BEGIN
    SELECT a.* INTO agreement FROM public.agreements_purpose d
      JOIN public.agreements_agreement a ON a.id = d.agreement_id WHERE d.id = aim;
    INSERT INTO public.vault_scope (organisation_id, purpose_id) VALUES (member, aim) ON CONFLICT DO NOTHING;
    SELECT s.id INTO scope FROM public.vault_scope s WHERE s.organisation_id = member AND s.purpose_id = aim;
    -- The term of the category, as vault_guard_record says of one record.
    SELECT (day + make_interval(months => LEAST(c.retention, 60, (SELECT v.max_retention
                FROM public.agreements_version v
               WHERE v.agreement_id = agreement.id AND v.status = 'actief'
               ORDER BY v.period @> day DESC LIMIT 1))))::date
      INTO term FROM public.agreements_purposecategory c WHERE c.purpose_id = aim AND c.category_id = of_category;
    -- The tier that its records are listed at, as vault_reach says; null: they are not.
    SELECT c.tier INTO listed_at FROM public.agreements_purposecategory c
      JOIN public.agreements_version v ON v.id = c.version_id AND v.activated_at IS NOT NULL
     WHERE c.purpose_id = aim AND c.category_id = of_category AND c.tier <= 1 AND term > day;
    numbers := ARRAY(SELECT public.vault_next_number(agreement.zone) FROM generate_series(1, cardinality(dossiers)));
    INSERT INTO public.vault_bulkload (xid) VALUES (pg_current_xact_id()::text::bigint);
    INSERT INTO public.vault_dossier (id, number, agreement_id, purpose_id, zone, owner_id, tier, status, place,
        opened_on, opened_by_id, key_id, wrapped_key)
    SELECT u.id, u.number, agreement.id, aim, agreement.zone, member, 1, 'open', u.place, day, account, at_key, u.wrapped
      FROM unnest(dossiers, numbers, places, wrapped) AS u (id, number, place, wrapped);
    INSERT INTO public.vault_participation (id, dossier_id, organisation_id, is_owner, since)
    SELECT gen_random_uuid(), u.id, member, true, day FROM unnest(dossiers) AS u (id);
    INSERT INTO public.vault_record (id, dossier_id, purpose_id, zone, category_id, source_id, entered_by_id,
        entered_at, marking, nature, reliability, provenance, first_processed, delete_by, sealed)
    SELECT u.record, u.id, aim, agreement.zone, of_category, member, account, clock_timestamp(), 'amber', 'feit',
           'onbekend', came_from, day, term, u.content
      FROM unnest(dossiers, records, contents) AS u (id, record, content);
    -- What vault_reach says of a new dossier with one owner and one record; a test compares the two.
    INSERT INTO public.vault_entry (scope_id, dossier, record, reader, tier, shielded, since, until, number, place,
        status, owner_id, opened_on, category_id, source_id, marking, first_processed, delete_by)
    SELECT scope, u.id, NULL::uuid, NULL::uuid, 1, false, day, '9999-12-31'::date, u.number, u.place, 'open', member,
           day, NULL, NULL, '', NULL, NULL
      FROM unnest(dossiers, numbers, places) AS u (id, number, place)
    UNION ALL
    SELECT scope, u.id, u.record, NULL::uuid, listed_at, false, day, term, u.number, u.place, 'open', member,
           day, of_category, member, 'amber', day, term
      FROM unnest(dossiers, records, numbers, places) AS u (id, record, number, place)
     WHERE listed_at IS NOT NULL;
    DELETE FROM public.vault_bulkload b WHERE b.xid = pg_current_xact_id()::text::bigint;
END
$$;
DROP TRIGGER vault_record_keeps_its_term ON vault_record;
CREATE TRIGGER vault_record_keeps_its_term BEFORE UPDATE ON vault_record
    FOR EACH ROW EXECUTE FUNCTION vault_guard_record();
CREATE TRIGGER vault_record_gets_its_term BEFORE INSERT ON vault_record
    FOR EACH ROW WHEN (NOT vault_in_bulk()) EXECUTE FUNCTION vault_guard_record();
REVOKE EXECUTE ON FUNCTION vault_keep_reports, vault_in_bulk, vault_touch_new FROM PUBLIC;
"""
NOT_MANY = """
DROP TRIGGER vault_record_gets_its_term ON vault_record;
DROP TRIGGER vault_record_keeps_its_term ON vault_record;
CREATE TRIGGER vault_record_keeps_its_term BEFORE INSERT OR UPDATE ON vault_record
    FOR EACH ROW EXECUTE FUNCTION vault_guard_record();
DROP FUNCTION vault_keep_reports(uuid, text, text, text, uuid[], uuid[], text[], bytea[], bytea[]);
DROP TRIGGER vault_record_is_new ON vault_record;
DROP TRIGGER vault_record_is_listed ON vault_record;
CREATE TRIGGER vault_record_is_listed AFTER INSERT OR UPDATE OR DELETE ON vault_record
    FOR EACH ROW EXECUTE FUNCTION vault_touch('SELECT ($1->>''dossier_id'')::uuid, ($1->>''id'')::uuid');
DROP TRIGGER vault_participation_is_new ON vault_participation;
DROP TRIGGER vault_participation_is_listed ON vault_participation;
CREATE TRIGGER vault_participation_is_listed AFTER INSERT OR UPDATE OR DELETE ON vault_participation
    FOR EACH ROW EXECUTE FUNCTION vault_touch('SELECT ($1->>''dossier_id'')::uuid, NULL::uuid');
DROP TRIGGER vault_dossier_is_new ON vault_dossier;
DROP TRIGGER vault_dossier_is_listed ON vault_dossier;
CREATE TRIGGER vault_dossier_is_listed AFTER INSERT OR UPDATE ON vault_dossier
    FOR EACH ROW EXECUTE FUNCTION vault_touch('SELECT ($1->>''id'')::uuid, NULL::uuid');
DROP FUNCTION vault_touch_new();
DROP FUNCTION vault_in_bulk();
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
        migrations.RunSQL(MANY, NOT_MANY),
    ]
