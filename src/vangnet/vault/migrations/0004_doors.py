"""Every way to put something into the vault or to change it: functions that ask the rules first."""

from django.db import migrations

DOSSIERS = """
CREATE FUNCTION vault_next_number(of_zone text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    turn text := nextval('public.vault_dossier_number')::text;
BEGIN
    RETURN format('%s-%s-%s', upper(of_zone), to_char(public.today(), 'YYYY'),
                  lpad(turn, GREATEST(6, length(turn)), '0'));
END
$$;

CREATE FUNCTION vault_open_dossier(new_id uuid, new_tier int, at_place text, at_key text, wrapped bytea,
        circles uuid[]) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    aim uuid := public.session_purpose();
    agreement public.agreements_agreement;
    new_number text;
BEGIN
    IF public.session_is_strong() IS NOT TRUE
       OR coalesce(public.agreements_tier(public.session_account(), public.session_organisation(), aim,
                   ARRAY['verwerking']), 0) < new_tier THEN
        PERFORM public.vault_refuse('no authorisation for this purpose and tier');
    END IF;
    SELECT a.* INTO agreement FROM public.agreements_purpose d
      JOIN public.agreements_agreement a ON a.id = d.agreement_id WHERE d.id = aim;
    IF EXISTS (SELECT FROM unnest(circles) c (id) WHERE NOT EXISTS (
            SELECT FROM public.agreements_circlemember m JOIN public.agreements_circle k ON k.id = m.circle_id
             WHERE m.circle_id = c.id AND m.organisation_id = public.session_organisation()
               AND k.purpose_id = aim AND m.period * k.period @> public.today())) THEN
        PERFORM public.vault_refuse('only a circle of one''s own');
    END IF;
    new_number := public.vault_next_number(agreement.zone);
    INSERT INTO public.vault_dossier (id, number, agreement_id, purpose_id, zone, owner_id, tier, status, place,
        opened_on, opened_by_id, key_id, wrapped_key)
    VALUES (new_id, new_number, agreement.id, aim, agreement.zone, public.session_organisation(), new_tier,
        'open', at_place, public.today(), public.session_account(), at_key, wrapped);
    INSERT INTO public.vault_participation (id, dossier_id, organisation_id, is_owner, since)
    VALUES (gen_random_uuid(), new_id, public.session_organisation(), true, public.today());
    INSERT INTO public.vault_dossiercircle (id, dossier_id, circle_id, purpose_id)
    SELECT gen_random_uuid(), new_id, c.id, aim FROM (SELECT DISTINCT unnest(circles) AS id) c;
    RETURN new_number;
END
$$;

CREATE FUNCTION vault_writing_key(wanted uuid) RETURNS TABLE (zone text, key_id text, wrapped_key bytea)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF public.vault_may_write(wanted, NULL) IS NOT TRUE THEN
        PERFORM public.vault_refuse('no right to write in this dossier');
    END IF;
    RETURN QUERY SELECT d.zone::text, d.key_id::text, d.wrapped_key FROM public.vault_dossier d WHERE d.id = wanted;
END
$$;

CREATE FUNCTION vault_owns(wanted uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN public.session_is_strong() AND EXISTS (
        SELECT FROM public.vault_dossier d
         WHERE d.id = wanted AND d.owner_id = public.session_organisation()
           AND d.purpose_id = public.session_purpose()
           AND public.agreements_tier(public.session_account(), d.owner_id, d.purpose_id,
                                      ARRAY['verwerking']) IS NOT NULL);
END
$$;

-- Open, closed, shielded: a care and safety dossier that closes is shielded at once (WGS 2.31(8)).
CREATE FUNCTION vault_close_dossier(wanted uuid) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    became text;
BEGIN
    IF public.vault_owns(wanted) IS NOT TRUE THEN
        PERFORM public.vault_refuse('only the owner closes a dossier');
    END IF;
    UPDATE public.vault_dossier d SET status = CASE d.zone WHEN 'zvh' THEN 'afgeschermd' ELSE 'gesloten' END
     WHERE d.id = wanted AND d.status = 'open' RETURNING d.status INTO became;
    IF became IS NULL THEN
        RAISE EXCEPTION 'this dossier is not open' USING ERRCODE = 'check_violation';
    END IF;
    RETURN became;
END
$$;

CREATE FUNCTION vault_raise_tier(wanted uuid, new_tier int) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF public.vault_owns(wanted) IS NOT TRUE
       OR public.agreements_tier(public.session_account(), public.session_organisation(),
              public.session_purpose(), ARRAY['verwerking']) < new_tier THEN
        PERFORM public.vault_refuse('only the owner raises the tier, up to one''s own');
    END IF;
    UPDATE public.vault_dossier d SET tier = new_tier WHERE d.id = wanted AND d.status = 'open' AND d.tier < new_tier;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the tier of an open dossier only goes up' USING ERRCODE = 'check_violation';
    END IF;
END
$$;

CREATE FUNCTION vault_keep_motivation(new_id uuid, of_dossier uuid, content bytea) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF public.session_is_strong() IS NOT TRUE OR NOT EXISTS (
            SELECT FROM public.vault_dossier d WHERE d.id = of_dossier
               AND d.purpose_id = public.session_purpose()) THEN
        PERFORM public.vault_refuse('no such dossier under this purpose');
    END IF;
    INSERT INTO public.vault_motivation (id, dossier_id, by_id, organisation_id, sealed)
    VALUES (new_id, of_dossier, public.session_account(), public.session_organisation(), content);
END
$$;
REVOKE EXECUTE ON FUNCTION vault_next_number, vault_open_dossier, vault_writing_key, vault_owns, vault_close_dossier,
    vault_raise_tier, vault_keep_motivation FROM PUBLIC;
"""
NO_DOSSIERS = """
DROP FUNCTION vault_keep_motivation(uuid, uuid, bytea);
DROP FUNCTION vault_raise_tier(uuid, int);
DROP FUNCTION vault_close_dossier(uuid);
DROP FUNCTION vault_owns(uuid);
DROP FUNCTION vault_writing_key(uuid);
DROP FUNCTION vault_open_dossier(uuid, int, text, text, bytea, uuid[]);
DROP FUNCTION vault_next_number(text);
"""

RECORDS = """
CREATE FUNCTION vault_add_subject(new_id uuid, to_dossier uuid, as_pseudonym text, as_capacity text,
        minor boolean, content bytea) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF public.vault_may_write(to_dossier, NULL) IS NOT TRUE THEN
        PERFORM public.vault_refuse('no right to write in this dossier');
    END IF;
    INSERT INTO public.vault_subject (id, dossier_id, pseudonym, capacity, is_minor, sealed, added_by_id)
    VALUES (new_id, to_dossier, as_pseudonym, as_capacity, minor, content, public.session_account());
END
$$;

-- The data subjects that this session may name in a new record: of records that it may read, or added by
-- itself and not named yet. A pseudonym is not a name, but who is in a record that one may not read is no
-- business of one's own. Which records name them comes along, as they stand in the list.
CREATE FUNCTION vault_subjects(of_dossier uuid)
    RETURNS TABLE (subject uuid, pseudonym text, named_in uuid[])
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF public.vault_may_write(of_dossier, NULL) IS NOT TRUE THEN
        RETURN;
    END IF;
    RETURN QUERY
    WITH readable AS MATERIALIZED (
        SELECT r.id FROM public.vault_record r WHERE r.dossier_id = of_dossier AND public.vault_may(r.id)
    ), named AS (
        SELECT rs.subject_id, array_agg(rs.record_id) FILTER (WHERE q.id IS NOT NULL) AS records
          FROM public.vault_subject s
          JOIN public.vault_recordsubject rs ON rs.subject_id = s.id
          LEFT JOIN readable q ON q.id = rs.record_id
         WHERE s.dossier_id = of_dossier GROUP BY rs.subject_id
    )
    SELECT s.id, s.pseudonym::text, coalesce(n.records, '{}')
      FROM public.vault_subject s LEFT JOIN named n ON n.subject_id = s.id
     WHERE s.dossier_id = of_dossier
       AND (n.records IS NOT NULL OR n.subject_id IS NULL AND s.added_by_id = public.session_account())
     ORDER BY s.pseudonym, s.id;
END
$$;

-- Recipients are people or organisations that are partners of the agreement today, and nobody else.
CREATE FUNCTION vault_set_recipients(of_record uuid, organisations uuid[], people uuid[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    agreement uuid := (SELECT d.agreement_id FROM public.vault_record r
                         JOIN public.vault_dossier d ON d.id = r.dossier_id WHERE r.id = of_record);
    aim uuid := (SELECT r.purpose_id FROM public.vault_record r WHERE r.id = of_record);
BEGIN
    IF EXISTS (SELECT FROM unnest(organisations) o (id) WHERE NOT public.agreements_is_partner(agreement, o.id))
       OR EXISTS (SELECT FROM unnest(people) p (id) WHERE NOT EXISTS (
            SELECT FROM public.agreements_authorisation a WHERE a.user_id = p.id AND a.purpose_id = aim
               AND a.revoked_at IS NULL AND a.period @> public.today())) THEN
        RAISE EXCEPTION 'recipients are partners and people with an authorisation for this purpose'
            USING ERRCODE = 'check_violation';
    END IF;
    DELETE FROM public.vault_recipient t WHERE t.record_id = of_record;
    INSERT INTO public.vault_recipient (id, record_id, organisation_id)
    SELECT gen_random_uuid(), of_record, o.id FROM (SELECT DISTINCT unnest(organisations) AS id) o;
    INSERT INTO public.vault_recipient (id, record_id, organisation_id, person_id)
    SELECT gen_random_uuid(), of_record, q.organisation_id, q.user_id
      FROM (SELECT DISTINCT a.organisation_id, a.user_id FROM public.agreements_authorisation a
             WHERE a.user_id = ANY (people) AND a.purpose_id = aim AND a.revoked_at IS NULL
               AND a.period @> public.today()) q;
    -- Whom the source of an origin did not name is not named in what is derived from it either.
    IF EXISTS (SELECT FROM public.vault_recipient t
                 JOIN public.vault_derivation d ON d.record_id = t.record_id
                 JOIN public.vault_record o ON o.id = d.origin_id
                WHERE t.record_id = of_record
                  AND CASE o.marking
                        WHEN 'red' THEN NOT EXISTS (SELECT FROM public.vault_recipient x
                            WHERE x.record_id = o.id AND x.person_id = t.person_id
                              AND x.organisation_id = t.organisation_id)
                        WHEN 'amber+strict' THEN t.organisation_id <> o.source_id
                             AND NOT EXISTS (SELECT FROM public.vault_recipient x
                            WHERE x.record_id = o.id AND x.organisation_id = t.organisation_id)
                        ELSE false END) THEN
        RAISE EXCEPTION 'a derived record is at least as strict as its origin' USING ERRCODE = 'check_violation';
    END IF;
END
$$;

CREATE FUNCTION vault_add_record(new_id uuid, to_dossier uuid, of_category text, new_marking text,
        new_nature text, new_reliability text, new_provenance text, began date, ends date, content bytea,
        organisations uuid[], people uuid[], subjects uuid[], origins uuid[]) RETURNS date
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    term date;
    one uuid;
BEGIN
    IF public.vault_may_write(to_dossier, of_category) IS NOT TRUE THEN
        PERFORM public.vault_refuse('no right to write this category in this dossier');
    END IF;
    -- Held until the end, so that a recall that comes in between waits and then finds what was derived.
    PERFORM FROM public.vault_record o WHERE o.id = ANY (origins) ORDER BY o.id FOR SHARE;
    FOREACH one IN ARRAY origins LOOP
        IF public.vault_may(one) IS NOT TRUE THEN
            PERFORM public.vault_refuse('an origin that one may not read');
        END IF;
    END LOOP;
    INSERT INTO public.vault_record (id, dossier_id, purpose_id, zone, category_id, source_id, entered_by_id,
        entered_at, marking, nature, reliability, provenance, first_processed, delete_by, sealed)
    SELECT new_id, d.id, d.purpose_id, d.zone, of_category, public.session_organisation(),
           public.session_account(), clock_timestamp(), new_marking, new_nature, new_reliability,
           new_provenance,
           LEAST(began, (SELECT min(o.first_processed) FROM public.vault_record o WHERE o.id = ANY (origins))),
           LEAST(ends, (SELECT min(o.delete_by) FROM public.vault_record o WHERE o.id = ANY (origins))), content
      FROM public.vault_dossier d WHERE d.id = to_dossier
    RETURNING delete_by INTO term;
    INSERT INTO public.vault_derivation (id, record_id, origin_id)
    SELECT gen_random_uuid(), new_id, o.id FROM (SELECT DISTINCT unnest(origins) AS id) o;
    PERFORM public.vault_set_recipients(new_id, organisations, people);
    IF EXISTS (SELECT FROM unnest(subjects) s (id) WHERE NOT EXISTS (
            SELECT FROM public.vault_subjects(to_dossier) x WHERE x.subject = s.id)) THEN
        RAISE EXCEPTION 'a data subject of another dossier' USING ERRCODE = 'check_violation';
    END IF;
    INSERT INTO public.vault_recordsubject (id, record_id, subject_id)
    SELECT gen_random_uuid(), new_id, s.id FROM (SELECT DISTINCT unnest(subjects) AS id) s;
    PERFORM public.audit_processing_line(d.activity_uri, 'vastleggen', s.pseudonym, 'Ok')
       FROM public.agreements_purpose d, public.vault_subject s
      WHERE d.id = public.session_purpose() AND s.id = ANY (subjects);
    RETURN term;
END
$$;

CREATE FUNCTION vault_add_file(new_id uuid, to_record uuid, at_store text, named bytea, kind text, bytes int,
        checksum bytea) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM public.vault_record r WHERE r.id = to_record
                      AND r.source_id = public.session_organisation()
                      AND public.vault_may_write(r.dossier_id, r.category_id)) THEN
        PERFORM public.vault_refuse('no right to add a file to this record');
    END IF;
    INSERT INTO public.vault_sealedfile (id, record_id, stored_as, sealed_name, media_type, size, digest)
    VALUES (new_id, to_record, at_store, named, kind, bytes, checksum);
END
$$;

-- A record and everything made from it wherever it went, held so that nobody derives from it meanwhile.
CREATE FUNCTION vault_hold_downstream(root uuid) RETURNS uuid[]
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    held uuid[] := '{}';
    before int;
BEGIN
    LOOP -- Holding one level makes sure that nobody derives from it while the next is looked up.
        before := cardinality(held);
        WITH RECURSIVE downstream (id) AS (
            SELECT root
            UNION
            SELECT d.record_id FROM public.vault_derivation d JOIN downstream u ON d.origin_id = u.id
        ), kept AS (
            SELECT r.id FROM public.vault_record r JOIN downstream u ON u.id = r.id ORDER BY r.id FOR UPDATE OF r
        )
        SELECT coalesce(array_agg(k.id), '{}') INTO held FROM kept k;
        EXIT WHEN cardinality(held) = before;
    END LOOP;
    RETURN held;
END
$$;

-- One step of what follows: a record made from another gets at least its marking, and loses every recipient
-- that the other does not name. The copy of a supply keeps its recipient, who was weighed and decided about;
-- taking that back is a recall. Who made a derived record reads it on while the marking names organisations.
CREATE FUNCTION vault_tighten(made uuid, origin uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    r public.vault_record;
    o public.vault_record;
    stricter boolean;
    dropped int;
BEGIN
    SELECT * INTO r FROM public.vault_record x WHERE x.id = made;
    SELECT * INTO o FROM public.vault_record x WHERE x.id = origin;
    stricter := public.vault_strictness(r.marking) < public.vault_strictness(o.marking);
    IF EXISTS (SELECT FROM public.vault_supply s WHERE s.copy_id = made AND s.origin_id = origin) THEN
        IF o.marking = 'red' AND r.restricted_at IS NULL THEN
            RAISE EXCEPTION 'recall what was supplied before it becomes red' USING ERRCODE = 'check_violation';
        END IF;
        UPDATE public.vault_record x SET marking = o.marking WHERE x.id = made AND stricter;
        RETURN stricter;
    END IF;
    IF o.marking = 'red' AND stricter THEN
        INSERT INTO public.vault_recipient (id, record_id, organisation_id, person_id)
        SELECT gen_random_uuid(), made, t.organisation_id, t.person_id FROM public.vault_recipient t
         WHERE t.record_id = origin AND t.person_id IS NOT NULL
           AND (r.marking <> 'amber+strict' OR t.organisation_id = r.source_id OR EXISTS (
                SELECT FROM public.vault_recipient x
                 WHERE x.record_id = made AND x.organisation_id = t.organisation_id));
    ELSIF o.marking = 'amber+strict' AND stricter THEN
        INSERT INTO public.vault_recipient (id, record_id, organisation_id)
        SELECT gen_random_uuid(), made, q.id
          FROM (SELECT o.source_id AS id UNION SELECT t.organisation_id FROM public.vault_recipient t
                 WHERE t.record_id = origin) q;
    END IF;
    DELETE FROM public.vault_recipient t
     WHERE t.record_id = made
       AND CASE o.marking
             WHEN 'red' THEN NOT EXISTS (SELECT FROM public.vault_recipient x
                 WHERE x.record_id = origin AND x.person_id = t.person_id
                   AND x.organisation_id = t.organisation_id)
             WHEN 'amber+strict' THEN t.organisation_id <> o.source_id
                  AND NOT EXISTS (SELECT FROM public.vault_recipient x
                 WHERE x.record_id = origin AND x.organisation_id = t.organisation_id)
             ELSE false END;
    GET DIAGNOSTICS dropped = ROW_COUNT;
    UPDATE public.vault_record x SET marking = o.marking WHERE x.id = made AND stricter;
    RETURN stricter OR dropped > 0;
END
$$;

-- Everything made from a record follows its marking, from the nearest on; who takes part there is told.
CREATE FUNCTION vault_tighten_downstream(root uuid, happened_at timestamptz) RETURNS int
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    held uuid[] := public.vault_hold_downstream(root);
    step record;
    again boolean;
    changed uuid[] := '{}';
BEGIN
    LOOP -- Markings only go up and recipients only get fewer, so this ends.
        again := false;
        FOR step IN SELECT d.record_id, d.origin_id FROM public.vault_derivation d
                     WHERE d.origin_id = ANY (held) ORDER BY d.origin_id, d.record_id LOOP
            IF public.vault_tighten(step.record_id, step.origin_id) THEN
                again := true;
                changed := changed || step.record_id;
            END IF;
        END LOOP;
        EXIT WHEN NOT again;
    END LOOP;
    INSERT INTO public.vault_notice (id, organisation_id, dossier_id, kind, created_at)
    SELECT gen_random_uuid(), q.organisation_id, q.dossier_id, 'strenger', happened_at
      FROM (SELECT DISTINCT p.organisation_id, r.dossier_id
              FROM public.vault_record r JOIN public.vault_party p ON p.dossier_id = r.dossier_id
             WHERE r.id = ANY (changed) AND r.restricted_at IS NULL
               AND p.organisation_id <> public.session_organisation()
               AND p.since <= public.today() AND p.until > public.today()) q;
    RETURN (SELECT count(DISTINCT c.id) FROM unnest(changed) c (id));
END
$$;

-- Marking and recipients are the source's alone, and changed only after proving who one is.
CREATE FUNCTION vault_change_marking(wanted uuid, new_marking text, organisations uuid[], people uuid[])
    RETURNS int
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    r public.vault_record;
BEGIN
    IF public.vault_may(wanted) IS NOT TRUE OR public.session_is_proven() IS NOT TRUE THEN
        PERFORM public.vault_refuse('not permitted, or not proven who one is');
    END IF;
    SELECT * INTO r FROM public.vault_record x WHERE x.id = wanted FOR UPDATE;
    IF public.vault_may_write(r.dossier_id, r.category_id) IS NOT TRUE THEN
        PERFORM public.vault_refuse('no right to write in this dossier');
    END IF;
    IF r.source_id IS DISTINCT FROM public.session_organisation() THEN
        PERFORM public.vault_refuse('only the source changes marking and recipients');
    END IF;
    IF EXISTS (SELECT FROM public.vault_derivation d JOIN public.vault_record o ON o.id = d.origin_id
                WHERE d.record_id = wanted
                  AND public.vault_strictness(new_marking) < public.vault_strictness(o.marking)) THEN
        RAISE EXCEPTION 'a derived record is at least as strict as its origin' USING ERRCODE = 'check_violation';
    END IF;
    UPDATE public.vault_record x SET marking = new_marking WHERE x.id = wanted;
    PERFORM public.vault_set_recipients(wanted, organisations, people);
    RETURN public.vault_tighten_downstream(wanted, now());
END
$$;
REVOKE EXECUTE ON FUNCTION vault_add_subject, vault_subjects, vault_set_recipients, vault_add_record, vault_add_file,
    vault_hold_downstream, vault_tighten, vault_tighten_downstream, vault_change_marking FROM PUBLIC;
"""
NO_RECORDS = """
DROP FUNCTION vault_change_marking(uuid, text, uuid[], uuid[]);
DROP FUNCTION vault_tighten_downstream(uuid, timestamptz);
DROP FUNCTION vault_tighten(uuid, uuid);
DROP FUNCTION vault_hold_downstream(uuid);
DROP FUNCTION vault_add_file(uuid, uuid, text, bytea, text, int, bytea);
DROP FUNCTION vault_add_record(uuid, uuid, text, text, text, text, text, date, date, bytea, uuid[], uuid[],
    uuid[], uuid[]);
DROP FUNCTION vault_set_recipients(uuid, uuid[], uuid[]);
DROP FUNCTION vault_subjects(uuid);
DROP FUNCTION vault_add_subject(uuid, uuid, text, text, boolean, bytea);
"""


class Migration(migrations.Migration):
    dependencies = [("vault", "0003_walls")]
    operations = [
        migrations.RunSQL(DOSSIERS, NO_DOSSIERS),
        migrations.RunSQL(RECORDS, NO_RECORDS),
    ]
