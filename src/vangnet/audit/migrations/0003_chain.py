"""More on every log row, the chain over the rows, and the lines about data subjects."""

import django.db.models.deletion
from django.db import migrations, models

# Of identity, which is above this module: its migration puts the real functions in place of these.
PLACEHOLDERS = """
CREATE FUNCTION session_standing(OUT account uuid, OUT organisation uuid, OUT is_strong boolean, OUT is_proven boolean)
    LANGUAGE sql STABLE
AS $$ SELECT session_account(), NULL::uuid, false, false $$;
COMMENT ON FUNCTION session_standing() IS 'All that rules ask about the session; identity fills it in';

CREATE FUNCTION session_organisation() RETURNS uuid
    LANGUAGE sql STABLE
    RETURN NULL::uuid;
COMMENT ON FUNCTION session_organisation() IS 'Organisation the session works for; identity fills it in';

CREATE FUNCTION session_has_role(text) RETURNS boolean
    LANGUAGE sql STABLE
    RETURN false;
COMMENT ON FUNCTION session_has_role(text) IS 'Role at the organisation of the session; identity fills it in';
"""

# audit_append, and audit_append_as for who knows already whose session it is, are for functions of the owner only;
# audit_write is their guarded door for everybody else.
WRITING = """
CREATE FUNCTION audit_append_as(
    account uuid, organisation uuid,
    verb text, subject text, by_account uuid, happened_at timestamptz, details jsonb,
    purpose uuid, outcome text, reason text, motivation uuid
) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    trace text := coalesce(current_setting('vangnet.trace', true), '');
    new_id bigint;
BEGIN
    IF verb COLLATE "C" !~ '^[a-z0-9_]+([.][a-z0-9_]+)*$' THEN
        RAISE EXCEPTION 'a verb is lower-case words with dots' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF NOT isfinite(happened_at) THEN
        RAISE EXCEPTION 'a moment has a date' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF trace COLLATE "C" !~ '^[0-9a-f]{32}-[0-9a-f]{16}$' THEN
        trace := '';
    END IF;
    INSERT INTO public.audit_event (
        recorded_at, actor, organisation, purpose, verb, subject, by, at, outcome, reason, motivation,
        trace_id, span_id, origin, details, xid
    ) VALUES (
        clock_timestamp(), account, organisation, purpose, verb, subject, by_account, happened_at,
        coalesce(outcome, ''), coalesce(reason, ''), motivation,
        split_part(trace, '-', 1), split_part(trace, '-', 2),
        left(coalesce(current_setting('vangnet.origin', true), ''), 100), details, pg_current_xact_id()
    ) RETURNING id INTO new_id;
    RETURN new_id;
END
$$;

CREATE FUNCTION audit_append(
    verb text, subject text, by_account uuid, happened_at timestamptz, details jsonb,
    purpose uuid, outcome text, reason text, motivation uuid
) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    s record := public.session_standing();
BEGIN
    RETURN public.audit_append_as(
        s.account, s.organisation, verb, subject, by_account, happened_at, details, purpose, outcome, reason,
        motivation
    );
END
$$;

CREATE FUNCTION audit_write(
    verb text, subject text, by_account uuid, happened_at timestamptz, details jsonb,
    purpose uuid, outcome text, reason text, motivation uuid
) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    -- These rows open something, so only the functions that decide about it may write them.
    IF verb IN ('audit.log.consulted', 'vault.record.opened', 'vault.text.opened') THEN
        RAISE EXCEPTION 'rows with verb % are written by the database itself', verb
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN public.audit_append(
        verb, subject, by_account, happened_at, details, purpose, outcome, reason, motivation
    );
END
$$;

CREATE OR REPLACE FUNCTION audit_record(
    verb text, subject text, by_account uuid, happened_at timestamptz, details jsonb
) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN public.audit_write(verb, subject, by_account, happened_at, details, NULL, '', '', NULL);
END
$$;

CREATE FUNCTION audit_processing_line(activity text, name text, data_subject text, status text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    trace text := coalesce(current_setting('vangnet.trace', true), '');
BEGIN
    IF trace COLLATE "C" !~ '^[0-9a-f]{32}-[0-9a-f]{16}$' THEN
        trace := replace(gen_random_uuid()::text, '-', '') || '-';
    END IF;
    INSERT INTO public.audit_processing (
        trace_id, span_id, parent_span_id, status, name, started_at, ended_at, activity, data_subject
    ) VALUES (
        split_part(trace, '-', 1), left(encode(sha256(uuid_send(gen_random_uuid())), 'hex'), 16),
        split_part(trace, '-', 2), status, name, now(), clock_timestamp(), activity, data_subject
    );
END
$$;

REVOKE EXECUTE ON FUNCTION audit_append_as, audit_append, audit_write, audit_record, audit_processing_line FROM PUBLIC;
"""

# A reading of the log of an organisation is opened by a row of the log itself, committed before it.
READING = """
CREATE FUNCTION audit_consult(purpose_code text, happened_at timestamptz, motivation uuid DEFAULT NULL)
    RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    organisation uuid := public.session_organisation();
    refusal text := CASE
        WHEN purpose_code IS NULL OR purpose_code NOT IN (
            'rechtmatigheidscontrole', 'interne_controle', 'integriteit_en_beveiliging',
            'gerechtelijke_procedure'
        ) THEN 'geen_rechtmatig_doel'
        WHEN organisation IS NULL THEN 'geen_organisatie'
        WHEN public.session_is_strong() IS NOT TRUE THEN 'geen_tweede_factor'
        WHEN public.session_has_role('fg') IS NOT TRUE THEN 'geen_fg'
    END;
BEGIN
    PERFORM public.audit_append(
        'audit.log.consulted', coalesce(organisation::text, ''), public.session_account(), happened_at,
        jsonb_build_object('gevraagd', left(purpose_code, 100)), NULL,
        CASE WHEN refusal IS NULL THEN 'toegestaan' ELSE 'geweigerd' END,
        coalesce(refusal, purpose_code), motivation
    );
    RETURN refusal IS NULL;
END
$$;
REVOKE EXECUTE ON FUNCTION audit_consult FROM PUBLIC;

CREATE FUNCTION audit_consulted_organisation() RETURNS uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    account uuid := public.session_account();
    working_for uuid := public.session_organisation();
BEGIN
    IF account IS NULL OR working_for IS NULL OR public.session_has_role('fg') IS NOT TRUE
       OR public.session_is_strong() IS NOT TRUE THEN
        RETURN NULL;
    END IF;
    RETURN (
        SELECT e.organisation
          FROM public.audit_event e
         WHERE e.verb = 'audit.log.consulted' AND e.actor = account
           AND e.recorded_at > clock_timestamp() - interval '15 minutes'
           AND e.recorded_at <= clock_timestamp()
           AND e.outcome = 'toegestaan' AND e.organisation = working_for
           AND e.xid IS DISTINCT FROM pg_current_xact_id_if_assigned()
         ORDER BY e.recorded_at DESC
         LIMIT 1
    );
END
$$;
REVOKE EXECUTE ON FUNCTION audit_consulted_organisation FROM PUBLIC;

CREATE INDEX audit_event_refused ON audit_event (organisation, recorded_at) WHERE outcome = 'geweigerd';
-- How often people of one's organisation were refused since a moment: the most that one account was, and since
-- when. For its privacy officer; who it was, the log itself says after a purpose is given.
CREATE FUNCTION audit_refusals(since_when timestamptz) RETURNS TABLE (most bigint, first timestamptz)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF public.session_has_role('fg') IS NOT TRUE THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT count(*), min(e.recorded_at)
      FROM public.audit_event e
     WHERE e.recorded_at > since_when AND e.outcome = 'geweigerd'
       AND e.organisation = public.session_organisation()
     GROUP BY e.actor ORDER BY count(*) DESC LIMIT 1;
END
$$;
REVOKE EXECUTE ON FUNCTION audit_refusals FROM PUBLIC;

ALTER TABLE audit_event ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_event FORCE ROW LEVEL SECURITY;
CREATE POLICY audit_event_owner ON audit_event TO vangnet_owner USING (true) WITH CHECK (true);
CREATE POLICY audit_event_read ON audit_event FOR SELECT TO vangnet_app
    USING (
        actor = (SELECT session_account()) OR organisation = (SELECT audit_consulted_organisation())
    );
ALTER TABLE audit_link ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_link FORCE ROW LEVEL SECURITY;
CREATE POLICY audit_link_owner ON audit_link TO vangnet_owner USING (true) WITH CHECK (true);
ALTER TABLE audit_processing ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_processing FORCE ROW LEVEL SECURITY;
CREATE POLICY audit_processing_owner ON audit_processing TO vangnet_owner USING (true) WITH CHECK (true);
"""

CHAIN = """
CREATE FUNCTION audit_line(number bigint, event audit_event) RETURNS text
    LANGUAGE sql STABLE
    -- The same text as jsonb_build_array gives, in less time: the only field with keys to sort is jsonb itself.
    RETURN json_build_array(
        number, (event).id,
        to_char((event).recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        (event).actor, (event).organisation, (event).purpose, (event).verb, (event).subject, (event).by,
        to_char((event).at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        (event).outcome, (event).reason, (event).motivation,
        (event).trace_id, (event).span_id, (event).origin, (event).details
    )::text;
COMMENT ON FUNCTION audit_line IS 'The one text of an event that the chain is made over';
REVOKE EXECUTE ON FUNCTION audit_line FROM PUBLIC;

CREATE FUNCTION audit_add_link(event audit_event) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    number bigint;
    previous bytea;
BEGIN
    PERFORM pg_advisory_xact_lock(724001);
    SELECT l.number, l.hash INTO number, previous FROM public.audit_link l ORDER BY l.number DESC LIMIT 1;
    number := coalesce(number, 0) + 1;
    previous := coalesce(previous, sha256('vangnet'));
    INSERT INTO public.audit_link (number, event_id, previous, hash)
    VALUES (
        number, (event).id, previous,
        sha256(previous || convert_to(public.audit_line(number, event), 'UTF8'))
    );
END
$$;
REVOKE EXECUTE ON FUNCTION audit_add_link FROM PUBLIC;

CREATE FUNCTION audit_chain() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    PERFORM public.audit_add_link(NEW);
    RETURN NULL;
END
$$;
REVOKE EXECUTE ON FUNCTION audit_chain, audit_refuse FROM PUBLIC;

-- What was written before there was a chain is its beginning.
DO $$
DECLARE
    event public.audit_event;
BEGIN
    FOR event IN SELECT * FROM public.audit_event ORDER BY id LOOP
        PERFORM public.audit_add_link(event);
    END LOOP;
END
$$;

-- Deferred: the lock on the end of the chain is the last thing that a transaction takes.
CREATE CONSTRAINT TRIGGER audit_event_is_chained
    AFTER INSERT ON audit_event DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION audit_chain();
CREATE TRIGGER audit_link_is_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_link
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_processing_is_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_processing
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
"""

BACKWARD = """
DROP TRIGGER audit_processing_is_append_only ON audit_processing;
DROP TRIGGER audit_link_is_append_only ON audit_link;
DROP TRIGGER audit_event_is_chained ON audit_event;
DROP FUNCTION audit_chain();
DROP FUNCTION audit_add_link(audit_event);
DROP FUNCTION audit_line(bigint, audit_event);
DROP POLICY audit_processing_owner ON audit_processing;
DROP POLICY audit_link_owner ON audit_link;
DROP POLICY audit_event_read ON audit_event;
DROP POLICY audit_event_owner ON audit_event;
ALTER TABLE audit_event NO FORCE ROW LEVEL SECURITY;
ALTER TABLE audit_event DISABLE ROW LEVEL SECURITY;
DROP FUNCTION audit_refusals(timestamptz);
DROP INDEX audit_event_refused;
DROP FUNCTION audit_consulted_organisation();
DROP FUNCTION audit_consult(text, timestamptz, uuid);
DROP FUNCTION audit_processing_line(text, text, text, text);
CREATE OR REPLACE FUNCTION audit_record(
    verb text, subject text, by_account uuid, happened_at timestamptz, details jsonb
) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    new_id bigint;
BEGIN
    INSERT INTO public.audit_event (recorded_at, actor, verb, subject, by, at, details)
    VALUES (clock_timestamp(), public.session_account(), verb, subject, by_account, happened_at, details)
    RETURNING id INTO new_id;
    RETURN new_id;
END
$$;
DROP FUNCTION audit_write(text, text, uuid, timestamptz, jsonb, uuid, text, text, uuid);
DROP FUNCTION audit_append(text, text, uuid, timestamptz, jsonb, uuid, text, text, uuid);
DROP FUNCTION audit_append_as(uuid, uuid, text, text, uuid, timestamptz, jsonb, uuid, text, text, uuid);
DROP FUNCTION session_has_role(text);
DROP FUNCTION session_organisation();
DROP FUNCTION session_standing();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0002_record'),
    ]

    operations = [
        migrations.CreateModel(
            name='Link',
            fields=[
                ('number', models.BigIntegerField(primary_key=True, serialize=False, verbose_name='nummer')),
                ('previous', models.BinaryField(verbose_name='vorige controlegetal')),
                ('hash', models.BinaryField(verbose_name='controlegetal')),
            ],
            options={
                'verbose_name': 'schakel',
                'verbose_name_plural': 'schakels',
            },
        ),
        migrations.CreateModel(
            name='Processing',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('trace_id', models.CharField(max_length=32, verbose_name='keten van verzoeken')),
                ('span_id', models.CharField(max_length=16, verbose_name='verwerking')),
                ('parent_span_id', models.CharField(blank=True, max_length=16, verbose_name='verzoek')),
                ('status', models.CharField(choices=[('Unset', 'Unset'), ('Ok', 'Ok'), ('Error', 'Error')], max_length=5, verbose_name='status')),
                ('name', models.CharField(max_length=100, verbose_name='naam')),
                ('started_at', models.DateTimeField(verbose_name='begonnen op')),
                ('ended_at', models.DateTimeField(verbose_name='geëindigd op')),
                ('activity', models.CharField(max_length=300, verbose_name='verwerkingsactiviteit')),
                ('data_subject', models.CharField(max_length=200, verbose_name='betrokkene (pseudoniem)')),
            ],
            options={
                'verbose_name': 'verwerkingsregel',
                'verbose_name_plural': 'verwerkingsregels',
            },
        ),
        migrations.AddField(
            model_name='event',
            name='motivation',
            field=models.UUIDField(null=True, verbose_name='motivering'),
        ),
        migrations.AddField(
            model_name='event',
            name='organisation',
            field=models.UUIDField(null=True, verbose_name='namens'),
        ),
        migrations.AddField(
            model_name='event',
            name='origin',
            field=models.CharField(blank=True, db_default='', max_length=100, verbose_name='herkomst'),
        ),
        migrations.AddField(
            model_name='event',
            name='outcome',
            field=models.CharField(blank=True, choices=[('toegestaan', 'Toegestaan'), ('geweigerd', 'Geweigerd')], db_default='', max_length=10, verbose_name='uitkomst'),
        ),
        migrations.AddField(
            model_name='event',
            name='purpose',
            field=models.UUIDField(null=True, verbose_name='doel'),
        ),
        migrations.AddField(
            model_name='event',
            name='reason',
            field=models.CharField(blank=True, db_default='', max_length=60, verbose_name='reden'),
        ),
        migrations.AddField(
            model_name='event',
            name='span_id',
            field=models.CharField(blank=True, db_default='', max_length=16, verbose_name='verzoek'),
        ),
        migrations.AddField(
            model_name='event',
            name='trace_id',
            field=models.CharField(blank=True, db_default='', max_length=32, verbose_name='keten van verzoeken'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(fields=['actor', '-id'], name='audit_event_actor'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(fields=['organisation', '-id'], name='audit_event_organisation'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(condition=models.Q(('verb', 'audit.log.consulted')), fields=['actor', '-recorded_at'], name='audit_event_consulted'),
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.CheckConstraint(condition=models.Q(('outcome__in', ['', 'toegestaan', 'geweigerd'])), name='audit_event_outcome'),
        ),
        migrations.AddField(
            model_name='link',
            name='event',
            field=models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='link', to='audit.event', verbose_name='logregel'),
        ),
        migrations.AddIndex(
            model_name='processing',
            index=models.Index(fields=['trace_id'], name='audit_processing_trace'),
        ),
        migrations.AddConstraint(
            model_name='processing',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['Unset', 'Ok', 'Error'])), name='audit_processing_status'),
        ),
        migrations.AddConstraint(
            model_name='processing',
            constraint=models.CheckConstraint(condition=models.Q(('data_subject__regex', '^\\d{8,9}$'), _negated=True), name='audit_processing_is_no_bsn'),
        ),
        migrations.RunSQL(
            "ALTER TABLE audit_event ADD COLUMN xid xid8",
            "ALTER TABLE audit_event DROP COLUMN xid",
        ),
        migrations.RunSQL(PLACEHOLDERS + WRITING + READING + CHAIN, BACKWARD),
    ]
