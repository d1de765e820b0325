"""The doors of intake: the public form, many signals at once, and what of intake a session sees."""

from django.db import migrations

# Dossiers that lie in the vault become signals, weighed by the protocol of the day they came.
LISTING = """
CREATE FUNCTION casework_enlist(dossiers uuid[], sources text[], branches text[], phenomena text[], seen date[],
        came timestamptz, reporters uuid[], feedback boolean[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    protocol bigint := (SELECT p.id FROM public.casework_protocol p
                         WHERE p.since <= (came AT TIME ZONE 'Europe/Amsterdam')::date
                         ORDER BY p.since DESC, p.version DESC LIMIT 1);
BEGIN
    IF EXISTS (SELECT FROM unnest(seen) AS d (day) WHERE d.day > public.today()) THEN
        RAISE EXCEPTION 'nothing was seen on a day that has not come' USING ERRCODE = 'check_violation';
    END IF;
    INSERT INTO public.casework_signal (dossier_id, scope_id, organisation_id, purpose_id, number, source, branch_id,
        phenomenon_id, place, observed_on, received_at, reporter, wants_feedback, protocol_id, status, partners,
        outcome, route, hinted, ends_on, round)
    SELECT d.id, s.id, d.owner_id, d.purpose_id, d.number, u.source, u.branch, u.phenomenon, d.place, u.day, came,
           u.reporter, u.wants AND u.reporter IS NOT NULL, protocol, 'nieuw', 1, '', '', '',
           (SELECT min(r.delete_by) FROM public.vault_record r WHERE r.dossier_id = d.id), 1
      FROM unnest(dossiers, sources, branches, phenomena, seen, reporters, feedback)
           AS u (id, source, branch, phenomenon, day, reporter, wants)
      JOIN public.vault_dossier d ON d.id = u.id
      JOIN public.vault_scope s ON s.organisation_id = d.owner_id AND s.purpose_id = d.purpose_id;
END
$$;

-- The purpose that reporters are protected for, beside the one that signals are weighed for; null: there is none.
CREATE FUNCTION casework_protection(aim uuid) RETURNS uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN (SELECT d.id FROM public.agreements_purpose d
              JOIN public.agreements_purpose m ON m.agreement_id = d.agreement_id
             WHERE m.id = aim AND d.code = 'melders' AND public.agreements_purpose_is_live(d.id) LIMIT 1);
END
$$;

-- The number of a report that this session sent before under the same mark: sending twice gives one signal.
CREATE FUNCTION casework_own_number(wanted uuid) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(724003, hashtext(wanted::text));
    RETURN (SELECT d.number FROM public.vault_dossier d
             WHERE d.id = wanted AND d.opened_by_id = public.session_account()
               AND d.owner_id = public.session_organisation() AND d.purpose_id = public.session_purpose());
END
$$;

-- A file with a report, in the transaction that takes the report in; afterwards only who processes adds files.
CREATE FUNCTION casework_attach(new_id uuid, to_record uuid, at_store text, named bytea, kind text, bytes int,
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
REVOKE EXECUTE ON FUNCTION casework_enlist, casework_protection, casework_own_number, casework_attach FROM PUBLIC;
"""
NO_LISTING = """
DROP FUNCTION casework_attach(uuid, uuid, text, bytea, text, int, bytea);
DROP FUNCTION casework_own_number(uuid);
DROP FUNCTION casework_protection(uuid);
DROP FUNCTION casework_enlist(uuid[], text[], text[], text[], date[], timestamptz, uuid[], boolean[]);
"""

PUBLIC = """
-- Where the public form is on and works: with a purpose in force, a partner that leads it, and a protocol.
CREATE FUNCTION casework_public_forms(wanted text) RETURNS TABLE (slug text, name text, organisation uuid, place text,
        purpose uuid, zone text, protects boolean)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN QUERY
    SELECT DISTINCT ON (o.name, o.slug) o.slug::text, o.name::text, o.id, o.place::text, d.id, a.zone::text,
           public.casework_protection(d.id) IS NOT NULL
      FROM public.casework_publicform f
      JOIN public.identity_organisation o ON o.id = f.organisation_id
      JOIN public.agreements_agreement a ON a.lead_id = o.id
      JOIN public.agreements_purpose d ON d.agreement_id = a.id AND d.code = 'signalen'
     WHERE (wanted IS NULL OR o.slug = wanted)
       AND public.agreements_purpose_is_live(d.id) AND public.agreements_is_partner(a.id, o.id)
       AND EXISTS (SELECT FROM public.casework_protocol p WHERE p.since <= public.today())
     ORDER BY o.name, o.slug, a.code;
END
$$;

-- Who switches the form of the organisation of the session; it has to lead an agreement under which signals come in.
CREATE FUNCTION casework_may_switch() RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    s record := public.session_standing();
BEGIN
    RETURN s.is_strong AND (public.session_has_role('adviseur') OR public.session_has_role('beheerder'))
       AND EXISTS (SELECT FROM public.agreements_agreement a
                     JOIN public.agreements_purpose d ON d.agreement_id = a.id AND d.code = 'signalen'
                    WHERE a.lead_id = s.organisation AND public.agreements_purpose_is_live(d.id));
END
$$;

-- One more report of today, of somebody or for somebody; false when there were enough. What is kept is a hash
-- under a key of the day: without the key, which nobody can read and which goes when the day is over, it says
-- nothing about where somebody was.
CREATE FUNCTION casework_count_visit(whose text, most int) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    secret bytea;
    counted int;
BEGIN
    PERFORM public.casework_forget_visitors();
    INSERT INTO public.casework_visitorkey (day, key)
    VALUES (public.today(), uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())) ON CONFLICT DO NOTHING;
    SELECT k.key INTO secret FROM public.casework_visitorkey k WHERE k.day = public.today();
    INSERT INTO public.casework_visitorcount AS c (mark, day, count)
    VALUES (sha256(secret || convert_to(whose, 'UTF8')), public.today(), 1)
    ON CONFLICT (mark) DO UPDATE SET count = c.count + 1 RETURNING c.count INTO counted;
    RETURN counted <= most;
END
$$;

CREATE FUNCTION casework_forget_visitors() RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    DELETE FROM public.casework_visitorcount c WHERE c.day < public.today();
    DELETE FROM public.casework_visitorkey k WHERE k.day < public.today();
END
$$;

-- The account that stands for nobody in particular, made when it is first needed. It never signs in.
CREATE FUNCTION casework_form_account() RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    INSERT INTO public.identity_user (id, email, name, kind, is_active, password)
    VALUES (gen_random_uuid(), 'meldformulier@vangnet.invalid', 'Openbaar meldformulier', 'dienst', true, '!')
    ON CONFLICT DO NOTHING;
    RETURN (SELECT u.id FROM public.identity_user u WHERE u.email = 'meldformulier@vangnet.invalid');
END
$$;

-- The one way in for who is not signed in. No row: enough reports for today, of this visitor or for this municipality.
CREATE FUNCTION casework_take_public_report(wanted text, visitor text, new_id uuid, record uuid, came_from text,
        of_branch text, of_phenomenon text, seen date, at_key text, wrapped bytea, content bytea, reporter uuid,
        reporter_record uuid, reporter_key text, reporter_wrapped bytea, reporter_content bytea, feedback boolean)
    RETURNS TABLE (number text, is_new boolean)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    form record;
    account uuid;
    new_number text;
BEGIN
    -- Nobody is in the log, and no address.
    PERFORM set_config('vangnet.origin', '', true), set_config('vangnet.trace', '', true);
    SELECT f.* INTO form FROM public.casework_public_forms(wanted) f;
    IF NOT FOUND OR wanted IS NULL THEN
        PERFORM public.vault_refuse('no public form here');
    END IF;
    IF came_from NOT IN ('anoniem', 'inwoner', 'ondernemer') OR came_from = 'anoniem' AND reporter IS NOT NULL
       OR reporter IS NOT NULL AND NOT form.protects THEN
        RAISE EXCEPTION 'no name with an anonymous report' USING ERRCODE = 'check_violation';
    END IF;
    account := public.casework_form_account();
    PERFORM pg_advisory_xact_lock(724003, hashtext(new_id::text));
    SELECT d.number INTO new_number FROM public.vault_dossier d
     WHERE d.id = new_id AND d.opened_by_id = account AND d.purpose_id = form.purpose;
    IF FOUND THEN
        RETURN QUERY SELECT new_number, false; -- sent twice
        RETURN;
    END IF;
    IF visitor <> '' AND NOT public.casework_count_visit('bezoeker ' || visitor, 10)
       OR NOT public.casework_count_visit('organisatie ' || form.organisation, 200) THEN
        RETURN;
    END IF;
    new_number := public.vault_keep_report_as(account, form.organisation, new_id, record, form.purpose, 'signaal',
        form.place, 'melding', at_key, wrapped, content);
    IF reporter IS NOT NULL THEN
        PERFORM public.vault_keep_report_as(account, form.organisation, reporter, reporter_record,
            public.casework_protection(form.purpose), 'personalia', form.place, 'melding', reporter_key,
            reporter_wrapped, reporter_content);
    END IF;
    PERFORM public.casework_enlist(ARRAY[new_id], ARRAY[came_from], ARRAY[of_branch], ARRAY[of_phenomenon],
        ARRAY[seen], clock_timestamp(), ARRAY[reporter], ARRAY[feedback]);
    PERFORM public.audit_append_as(account, form.organisation, 'casework.signal.received', new_id::text, account,
        clock_timestamp(), jsonb_build_object('number', new_number, 'source', came_from, 'public', true),
        form.purpose, '', '', NULL);
    RETURN QUERY SELECT new_number, true;
END
$$;
REVOKE EXECUTE ON FUNCTION casework_public_forms, casework_may_switch, casework_count_visit, casework_forget_visitors,
    casework_form_account, casework_take_public_report FROM PUBLIC;
"""
NO_PUBLIC = """
DROP FUNCTION casework_take_public_report(text, text, uuid, uuid, text, text, text, date, text, bytea, bytea, uuid, uuid,
    text, bytea, bytea, boolean);
DROP FUNCTION casework_form_account();
DROP FUNCTION casework_count_visit(text, int);
DROP FUNCTION casework_forget_visitors();
DROP FUNCTION casework_may_switch();
DROP FUNCTION casework_public_forms(text);
"""

# Many signals from another system, all or none of one call. What came in before is known by its mark.
IMPORTING = """
CREATE FUNCTION casework_import_signals(came timestamptz, at_key text, dossiers uuid[], records uuid[], places text[],
        wrapped bytea[], contents bytea[], sources text[], branches text[], phenomena text[], seen date[],
        marks bytea[], reporters uuid[], protected uuid[], protected_records uuid[], protected_places text[],
        protected_wrapped bytea[], protected_contents bytea[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    aim uuid := public.session_purpose();
    member uuid := public.session_organisation();
    own_scope bigint;
    protection uuid;
    protocol bigint := (SELECT p.id FROM public.casework_protocol p
                         WHERE p.since <= (came AT TIME ZONE 'Europe/Amsterdam')::date
                         ORDER BY p.since DESC, p.version DESC LIMIT 1);
    kept record;
BEGIN
    PERFORM public.vault_check_moment(came);
    IF public.scope_writes() IS NOT TRUE THEN
        PERFORM public.vault_refuse('no authorisation to take in signals');
    END IF;
    IF EXISTS (SELECT FROM unnest(seen) AS d (day) WHERE d.day > public.today()) THEN
        RAISE EXCEPTION 'nothing was seen on a day that has not come' USING ERRCODE = 'check_violation';
    END IF;
    SELECT * INTO kept FROM public.vault_keep_reports(aim, 'signaal', 'register', at_key, dossiers, records, places,
        wrapped, contents);
    IF cardinality(protected) > 0 THEN
        protection := public.casework_protection(aim);
        IF protection IS NULL THEN
            RAISE EXCEPTION 'this agreement has no purpose to protect reporters' USING ERRCODE = 'check_violation';
        END IF;
        PERFORM public.vault_keep_reports(protection, 'personalia', 'register', at_key, protected,
            protected_records, protected_places, protected_wrapped, protected_contents);
    END IF;
    own_scope := public.scope(); -- once: asked in the statement below it would be asked for every row
    -- What casework_enlist says of each, of what was written just now and by what it gave; a test compares the two.
    INSERT INTO public.casework_signal (dossier_id, scope_id, organisation_id, purpose_id, number, source, branch_id,
        phenomenon_id, place, observed_on, received_at, reporter, wants_feedback, protocol_id, status, partners,
        outcome, route, hinted, ends_on, round)
    SELECT u.id, own_scope, member, aim, u.number, u.source, u.branch, u.phenomenon, u.place, u.day, came,
           u.reporter, false, protocol, 'nieuw', 1, '', '', '', kept.term, 1
      FROM unnest(dossiers, kept.numbers, places, sources, branches, phenomena, seen, reporters)
           AS u (id, number, place, source, branch, phenomenon, day, reporter);
    INSERT INTO public.casework_externalnumber (scope_id, mark, signal_id)
    SELECT own_scope, u.mark, u.id FROM unnest(dossiers, marks) AS u (id, mark) WHERE u.mark IS NOT NULL;
END
$$;
REVOKE EXECUTE ON FUNCTION casework_import_signals FROM PUBLIC;
"""
NO_IMPORTING = """
DROP FUNCTION casework_import_signals(timestamptz, text, uuid[], uuid[], text[], bytea[], bytea[], text[], text[],
    text[], date[], bytea[], uuid[], uuid[], uuid[], text[], bytea[], bytea[]);
"""

TABLES = ("publicform", "visitorkey", "visitorcount", "draft", "externalnumber", "likeness")
WALLS = (
    "".join(
        f"""
ALTER TABLE casework_{table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE casework_{table} FORCE ROW LEVEL SECURITY;
CREATE POLICY casework_{table}_owner ON casework_{table} TO vangnet_owner USING (true) WITH CHECK (true);
"""
        for table in TABLES
    )
    + """
-- Not in the journal of the server either, so that no copy of the disk brings a day back.
ALTER TABLE casework_visitorkey SET UNLOGGED;
ALTER TABLE casework_visitorcount SET UNLOGGED;
CREATE POLICY casework_publicform_read ON casework_publicform FOR SELECT TO vangnet_app
    USING ((SELECT session_account()) IS NOT NULL);
CREATE POLICY casework_publicform_insert ON casework_publicform FOR INSERT TO vangnet_app
    WITH CHECK (organisation_id = (SELECT session_organisation()) AND by_id = (SELECT session_account())
                AND (SELECT casework_may_switch()));
CREATE POLICY casework_publicform_delete ON casework_publicform FOR DELETE TO vangnet_app
    USING (organisation_id = (SELECT session_organisation()) AND (SELECT casework_may_switch()));
CREATE POLICY casework_draft_own ON casework_draft TO vangnet_app
    USING (account_id = (SELECT session_account()) AND (SELECT session_is_strong())
           AND saved_at > now() - interval '7 days')
    WITH CHECK (account_id = (SELECT session_account()) AND (SELECT session_is_strong()));
CREATE POLICY casework_externalnumber_read ON casework_externalnumber FOR SELECT TO vangnet_app
    USING (scope_id = (SELECT scope()));
CREATE POLICY casework_likeness_read ON casework_likeness FOR SELECT TO vangnet_app
    USING (EXISTS (SELECT FROM casework_signal s WHERE s.dossier_id = casework_likeness.signal_id)
           AND EXISTS (SELECT FROM casework_signal s WHERE s.dossier_id = casework_likeness.other_id));
CREATE POLICY casework_likeness_insert ON casework_likeness FOR INSERT TO vangnet_app
    WITH CHECK (by_id = (SELECT session_account()) AND (SELECT scope_writes())
                AND EXISTS (SELECT FROM casework_signal s WHERE s.dossier_id = casework_likeness.signal_id)
                AND EXISTS (SELECT FROM casework_signal s WHERE s.dossier_id = casework_likeness.other_id));
CREATE POLICY casework_likeness_change ON casework_likeness FOR UPDATE TO vangnet_app
    USING ((SELECT scope_writes())
           AND EXISTS (SELECT FROM casework_signal s WHERE s.dossier_id = casework_likeness.signal_id)
           AND EXISTS (SELECT FROM casework_signal s WHERE s.dossier_id = casework_likeness.other_id))
    WITH CHECK (by_id = (SELECT session_account()) AND (SELECT scope_writes())
                AND EXISTS (SELECT FROM casework_signal s WHERE s.dossier_id = casework_likeness.signal_id)
                AND EXISTS (SELECT FROM casework_signal s WHERE s.dossier_id = casework_likeness.other_id));

-- What is over its time goes; the policy hid it already.
CREATE FUNCTION casework_forget() RETURNS int
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    gone int;
BEGIN
    IF public.session_is_service() IS NOT TRUE THEN
        PERFORM public.vault_refuse('only a job forgets');
    END IF;
    PERFORM public.casework_forget_visitors();
    DELETE FROM public.casework_draft d WHERE d.saved_at <= now() - interval '7 days';
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;
REVOKE EXECUTE ON FUNCTION casework_forget FROM PUBLIC;
"""
)
NO_WALLS = (
    """
DROP FUNCTION casework_forget();
DROP POLICY casework_likeness_change ON casework_likeness;
DROP POLICY casework_likeness_insert ON casework_likeness;
DROP POLICY casework_likeness_read ON casework_likeness;
DROP POLICY casework_externalnumber_read ON casework_externalnumber;
DROP POLICY casework_draft_own ON casework_draft;
DROP POLICY casework_publicform_delete ON casework_publicform;
DROP POLICY casework_publicform_insert ON casework_publicform;
DROP POLICY casework_publicform_read ON casework_publicform;
ALTER TABLE casework_visitorcount SET LOGGED;
ALTER TABLE casework_visitorkey SET LOGGED;
"""
    + "".join(
        f"""
DROP POLICY casework_{table}_owner ON casework_{table};
ALTER TABLE casework_{table} NO FORCE ROW LEVEL SECURITY;
ALTER TABLE casework_{table} DISABLE ROW LEVEL SECURITY;
"""
        for table in TABLES
    )
)


class Migration(migrations.Migration):
    dependencies = [("casework", "0003_intake")]
    operations = [
        migrations.RunSQL(LISTING, NO_LISTING),
        migrations.RunSQL(PUBLIC, NO_PUBLIC),
        migrations.RunSQL(IMPORTING, NO_IMPORTING),
        migrations.RunSQL(WALLS, NO_WALLS),
    ]
