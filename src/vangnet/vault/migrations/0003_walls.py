"""No right on any table of the vault but reading the list; terms and markings that only get stricter."""

from django.db import migrations

TABLES = (
    "zonekey", "scope", "dossier", "weighing", "participation", "dossiercircle", "subject", "record",
    "recipient", "recordsubject", "derivation", "sealedfile", "supply", "notice", "emergency", "motivation",
    "reading", "entry",
)  # fmt: skip
WALLS = "".join(
    f"""
ALTER TABLE vault_{table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE vault_{table} FORCE ROW LEVEL SECURITY;
CREATE POLICY vault_{table}_owner ON vault_{table} TO vangnet_owner USING (true) WITH CHECK (true);
"""
    for table in TABLES
) + """
-- Everything that depends on the session is asked once per statement, and only when a row needs the answer (the
-- lowest tier comes with the scope); the rest is a comparison per row.
CREATE POLICY vault_entry_scope ON vault_entry FOR SELECT TO vangnet_app
    USING (scope_id = (SELECT scope())
           AND (tier = 1 OR tier <= (SELECT scope_tier()))
           AND since <= (SELECT today()) AND until > (SELECT today())
           AND (reader IS NULL OR reader = (SELECT session_account()))
           AND (NOT shielded OR (SELECT scope_reviews())));
CREATE POLICY vault_notice_read ON vault_notice FOR SELECT TO vangnet_app
    USING (organisation_id = (SELECT session_organisation()) AND (SELECT session_is_strong()));
CREATE POLICY vault_zonekey_read ON vault_zonekey FOR SELECT TO vangnet_app USING (true);
CREATE POLICY vault_zonekey_insert ON vault_zonekey FOR INSERT TO vangnet_app WITH CHECK (true);
"""
NO_WALLS = "DROP POLICY vault_entry_scope ON vault_entry; DROP POLICY vault_notice_read ON vault_notice;"
NO_WALLS += "DROP POLICY vault_zonekey_read ON vault_zonekey; DROP POLICY vault_zonekey_insert ON vault_zonekey;"
NO_WALLS += "".join(
    f"""
DROP POLICY vault_{table}_owner ON vault_{table};
ALTER TABLE vault_{table} NO FORCE ROW LEVEL SECURITY;
ALTER TABLE vault_{table} DISABLE ROW LEVEL SECURITY;
"""
    for table in TABLES
)

TERMS = """
CREATE FUNCTION vault_guard_record() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    longest date;
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.id, NEW.dossier_id, NEW.purpose_id, NEW.zone, NEW.category_id, NEW.source_id,
            NEW.first_processed, NEW.entered_by_id, NEW.entered_at, NEW.nature, NEW.provenance)
        IS DISTINCT FROM (OLD.id, OLD.dossier_id, OLD.purpose_id, OLD.zone, OLD.category_id, OLD.source_id,
            OLD.first_processed, OLD.entered_by_id, OLD.entered_at, OLD.nature, OLD.provenance) THEN
        RAISE EXCEPTION 'what a record is and when it began does not change' USING ERRCODE = 'check_violation';
    END IF;
    NEW.first_processed := LEAST(coalesce(NEW.first_processed, public.today()), public.today());
    SELECT (NEW.first_processed + make_interval(months => LEAST(c.retention, 60,
               (SELECT v.max_retention FROM public.agreements_version v
                 WHERE v.agreement_id = d.agreement_id AND v.status = 'actief'
                 ORDER BY v.period @> public.today() DESC LIMIT 1))))::date
      INTO longest
      FROM public.agreements_purposecategory c JOIN public.agreements_purpose d ON d.id = c.purpose_id
     WHERE c.purpose_id = NEW.purpose_id AND c.category_id = NEW.category_id;
    NEW.delete_by := LEAST(NEW.delete_by, longest);
    IF TG_OP = 'UPDATE' THEN
        NEW.delete_by := LEAST(NEW.delete_by, OLD.delete_by);
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER vault_record_keeps_its_term BEFORE INSERT OR UPDATE ON vault_record
    FOR EACH ROW EXECUTE FUNCTION vault_guard_record();
ALTER TABLE vault_record ADD CONSTRAINT record_has_a_term CHECK (delete_by IS NOT NULL);

-- A derived record is never marked looser, kept longer, or begun later than what it came from.
CREATE FUNCTION vault_guard_derivation() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    loose boolean;
BEGIN
    SELECT public.vault_strictness(r.marking) < public.vault_strictness(o.marking)
           OR r.delete_by > o.delete_by OR r.first_processed > o.first_processed
      INTO loose
      FROM public.vault_record r, public.vault_record o WHERE r.id = NEW.record_id AND o.id = NEW.origin_id;
    IF loose IS NOT FALSE THEN
        RAISE EXCEPTION 'a derived record is at least as strict as its origin' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER vault_derivation_stays_strict BEFORE INSERT OR UPDATE ON vault_derivation
    FOR EACH ROW EXECUTE FUNCTION vault_guard_derivation();
REVOKE EXECUTE ON FUNCTION vault_guard_record, vault_guard_derivation FROM PUBLIC;
"""
NO_TERMS = """
DROP TRIGGER vault_derivation_stays_strict ON vault_derivation;
DROP FUNCTION vault_guard_derivation();
ALTER TABLE vault_record DROP CONSTRAINT record_has_a_term;
DROP TRIGGER vault_record_keeps_its_term ON vault_record;
DROP FUNCTION vault_guard_record();
"""

# A line of the log first, committed; then what it is about, once, within a minute, by the same person.
OPENING = """
CREATE FUNCTION vault_refuse(what text) RETURNS void
    LANGUAGE plpgsql
AS $$
BEGIN
    RAISE EXCEPTION '%', what USING ERRCODE = 'insufficient_privilege';
END
$$;

-- When something happened is told by the application, and has to be about now by the clock of the database:
-- a request from the future would outlive its day, and one from the past would hide in the log.
CREATE FUNCTION vault_check_moment(happened_at timestamptz) RETURNS void
    LANGUAGE plpgsql
AS $$
BEGIN
    IF happened_at IS NULL OR happened_at > clock_timestamp() + interval '5 minutes'
       OR happened_at < clock_timestamp() - interval '1 day' THEN
        RAISE EXCEPTION 'what happens in the vault happens now' USING ERRCODE = 'check_violation';
    END IF;
END
$$;

CREATE FUNCTION vault_announce(records uuid[], reason text, motivation uuid, happened_at timestamptz)
    RETURNS TABLE (event bigint, record uuid, allowed boolean)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    s record := public.session_standing();
    purpose uuid := public.session_purpose();
    has_emergency boolean;
    one uuid;
    in_emergency boolean;
BEGIN
    IF s.account IS NULL THEN
        PERFORM public.vault_refuse('nobody is signed in');
    END IF;
    PERFORM public.vault_check_moment(happened_at);
    IF reason IS NULL
       OR reason NOT IN ('behandeling', 'beoordeling', 'overleg', 'verstrekking', 'controle', 'anders')
       OR (reason = 'anders' OR motivation IS NOT NULL) AND NOT EXISTS (
            SELECT FROM public.vault_motivation m
             WHERE m.id = motivation AND m.by_id = s.account) THEN
        RAISE EXCEPTION 'a reading has a reason' USING ERRCODE = 'check_violation';
    END IF;
    has_emergency := EXISTS (SELECT FROM public.vault_emergency e WHERE e.person_id = s.account);
    FOREACH one IN ARRAY records LOOP
        record := one;
        allowed := s.is_strong AND coalesce(public.vault_holds(one, s.account, s.organisation), false);
        in_emergency := allowed AND has_emergency AND EXISTS (
            SELECT FROM public.vault_record r WHERE r.id = one AND public.vault_emergency_holds(
                r.dossier_id, s.account, s.organisation));
        event := public.audit_append_as(s.account, s.organisation, 'vault.record.opened', one::text, s.account,
            happened_at,
            CASE WHEN in_emergency THEN '{"noodtoegang": true}'::jsonb ELSE '{}'::jsonb END,
            purpose, CASE WHEN allowed THEN 'toegestaan' ELSE 'geweigerd' END, reason, motivation);
        IF allowed THEN
            PERFORM public.audit_processing_line(d.activity_uri, 'raadplegen', x.pseudonym, 'Ok')
               FROM public.vault_record r
               JOIN public.agreements_purpose d ON d.id = r.purpose_id
               JOIN public.vault_recordsubject rs ON rs.record_id = r.id
               JOIN public.vault_subject x ON x.id = rs.subject_id
              WHERE r.id = one;
        END IF;
        RETURN NEXT;
    END LOOP;
END
$$;

-- The line that a reading is based on; refused when it is another's, older, not committed, or used.
CREATE FUNCTION vault_use_line(wanted bigint, of_verb text, account uuid, member uuid) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    subject uuid;
BEGIN
    SELECT e.subject::uuid INTO subject
      FROM public.audit_event e
     WHERE e.id = wanted AND e.verb = of_verb AND e.outcome = 'toegestaan'
       AND e.actor = account AND e.organisation = member
       AND e.purpose = public.session_purpose() AND e.xid <> pg_current_xact_id()
       AND e.recorded_at > clock_timestamp() - interval '60 seconds' AND e.recorded_at <= clock_timestamp();
    IF subject IS NULL THEN
        PERFORM public.vault_refuse('no committed line in the log for this reading');
    END IF;
    -- Losing this mark in a crash lets nobody read unseen, so the reader need not wait for the disk twice.
    PERFORM set_config('synchronous_commit', 'off', true);
    INSERT INTO public.vault_reading (event) VALUES (wanted) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        PERFORM public.vault_refuse('this line in the log was used before');
    END IF;
    RETURN subject;
END
$$;

CREATE FUNCTION vault_open(event bigint)
    RETURNS TABLE (record uuid, dossier uuid, category text, source uuid, marking text, nature text,
        reliability text, provenance text, entered_at timestamptz, first_processed date, delete_by date,
        sealed bytea, zone text, key_id text, wrapped_key bytea, subjects jsonb, files jsonb)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    reader record := public.session_standing();
    wanted uuid := public.vault_use_line(event, 'vault.record.opened', reader.account, reader.organisation);
BEGIN
    IF NOT reader.is_strong OR public.vault_holds(wanted, reader.account, reader.organisation) IS NOT TRUE THEN
        PERFORM public.vault_refuse('not permitted any more');
    END IF;
    RETURN QUERY
    SELECT r.id, r.dossier_id, r.category_id::text, r.source_id, r.marking::text, r.nature::text,
           r.reliability::text, r.provenance::text, r.entered_at, r.first_processed, r.delete_by, r.sealed,
           r.zone::text, d.key_id::text, d.wrapped_key,
           (SELECT coalesce(jsonb_agg(jsonb_build_object('id', s.id, 'pseudonym', s.pseudonym,
                       'capacity', s.capacity, 'is_minor', s.is_minor, 'sealed', encode(s.sealed, 'base64')) ORDER BY s.id), '[]')
              FROM public.vault_recordsubject rs JOIN public.vault_subject s ON s.id = rs.subject_id
             WHERE rs.record_id = r.id),
           (SELECT coalesce(jsonb_agg(jsonb_build_object('id', f.id, 'stored_as', f.stored_as,
                       'sealed_name', encode(f.sealed_name, 'base64'), 'media_type', f.media_type,
                       'size', f.size) ORDER BY f.id), '[]')
              FROM public.vault_sealedfile f WHERE f.record_id = r.id)
      FROM public.vault_record r JOIN public.vault_dossier d ON d.id = r.dossier_id
     WHERE r.id = wanted;
END
$$;
REVOKE EXECUTE ON FUNCTION vault_refuse, vault_check_moment, vault_announce, vault_use_line, vault_open FROM PUBLIC;

-- Both in one question, with the commit between them. It has no rights of its own, and is told whose session this is
-- because what a transaction was told ends with it.
CREATE PROCEDURE vault_read(token text, purpose text, trace text, origin text, records uuid[], reason text,
    motivation uuid, of_dossier uuid, words bytea, happened_at timestamptz, INOUT content jsonb)
    LANGUAGE plpgsql
AS $$
DECLARE
    lines bigint[];
BEGIN
    PERFORM set_config('vangnet.token', token, true), set_config('vangnet.purpose', purpose, true),
            set_config('vangnet.trace', trace, true), set_config('vangnet.origin', origin, true);
    IF words IS NOT NULL THEN
        PERFORM public.vault_keep_motivation(motivation, of_dossier, words);
    END IF;
    lines := ARRAY(SELECT a.event FROM public.vault_announce(records, reason, motivation, happened_at) a
                    WHERE a.allowed);
    COMMIT;
    PERFORM set_config('vangnet.token', token, true), set_config('vangnet.purpose', purpose, true),
            set_config('vangnet.trace', trace, true), set_config('vangnet.origin', origin, true);
    content := (
        SELECT jsonb_agg(to_jsonb(o) || jsonb_build_object('sealed', encode(o.sealed, 'base64'),
                                                           'wrapped_key', encode(o.wrapped_key, 'base64'))
                         ORDER BY l.place)
          FROM unnest(lines) WITH ORDINALITY AS l (line, place), LATERAL public.vault_open(l.line) o);
END
$$;
REVOKE EXECUTE ON PROCEDURE vault_read FROM PUBLIC;
"""
NO_OPENING = """
DROP PROCEDURE vault_read(text, text, text, text, uuid[], text, uuid, uuid, bytea, timestamptz, jsonb);
DROP FUNCTION vault_open(bigint);
DROP FUNCTION vault_use_line(bigint, text, uuid, uuid);
DROP FUNCTION vault_announce(uuid[], text, uuid, timestamptz);
DROP FUNCTION vault_check_moment(timestamptz);
DROP FUNCTION vault_refuse(text);
"""


class Migration(migrations.Migration):
    dependencies = [("vault", "0002_rules"), ("audit", "0003_chain")]
    operations = [
        migrations.RunSQL(WALLS, NO_WALLS),
        migrations.RunSQL(TERMS, NO_TERMS),
        migrations.RunSQL(OPENING, NO_OPENING),
    ]
