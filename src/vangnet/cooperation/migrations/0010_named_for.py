"""For which organisation an expert was asked: who moves to another one answers no more, and nothing waits for nobody."""

import django.contrib.postgres.fields
from django.db import migrations, models

NAMED = """
-- Where somebody works today.
CREATE FUNCTION cooperation_works_of(person uuid) RETURNS uuid[]
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
    SELECT coalesce(array_agg(DISTINCT m.organisation_id), '{}') FROM public.identity_membership m
     WHERE m.user_id = person AND m.period @> public.today()
$$;

-- The database writes for whom an expert worked when named: nobody else says so.
CREATE FUNCTION cooperation_name_expert() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF TG_OP = 'INSERT' OR EXISTS (
        SELECT FROM public.cooperation_adviceturn t
         WHERE t.request_id = NEW.id AND t.number = NEW.revision AND t.kind = 'doorgeven') THEN
        NEW.expert_for := public.cooperation_works_of(NEW.expert_id);
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER cooperation_expert_is_named BEFORE INSERT OR UPDATE OF expert_id ON cooperation_advicerequest
    FOR EACH ROW EXECUTE FUNCTION cooperation_name_expert();
UPDATE cooperation_advicerequest q SET expert_for = ARRAY(
    SELECT DISTINCT m.organisation_id FROM identity_membership m
     WHERE m.user_id = q.expert_id AND m.period @> (coalesce(
        (SELECT max(t.said_at) FROM cooperation_adviceturn t WHERE t.request_id = q.id AND t.kind = 'doorgeven'),
        q.asked_at) AT TIME ZONE 'Europe/Amsterdam')::date)
 WHERE q.expert_id IS NOT NULL;

-- Whether somebody is there to answer: the expert where they were asked, or anybody in the team.
CREATE FUNCTION cooperation_is_manned(expert uuid, team text, works uuid[]) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
    SELECT CASE
        WHEN expert IS NOT NULL THEN EXISTS (
            SELECT FROM unnest(works) AS w (work) WHERE public.cooperation_is_there(expert, w.work))
        WHEN team IS NOT NULL THEN EXISTS (
            SELECT FROM public.directory_holder h
              JOIN public.directory_seat z ON z.id = h.seat_id AND z.period @> public.today()
              JOIN public.directory_body b ON b.slug = z.body_id AND b.period @> public.today()
             WHERE b.slug = team AND h.period @> public.today()
               AND public.cooperation_is_there(h.account_id, z.organisation_id))
        ELSE true END
$$;

-- Whether the session is the one of whom it is asked: that expert where they were asked, a member of that team, or
-- the driving team. What was asked of an expert who moved on, or of a team that emptied, is the driving team's.
CREATE FUNCTION cooperation_addressed(expert uuid, team text, works uuid[]) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN public.directory_reads() AND coalesce(CASE
        WHEN NOT public.cooperation_is_manned(expert, team, works) THEN public.session_has_role('aanjaagteam')
        WHEN expert IS NOT NULL THEN
            expert = public.session_account() AND public.session_organisation() = ANY (works)
        WHEN team IS NOT NULL THEN team IN (SELECT public.cooperation_own_teams())
        ELSE public.session_has_role('aanjaagteam') END, false);
END
$$;

-- What waits for nobody; the driving team finds another.
CREATE FUNCTION cooperation_unmanned_advice() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
    SELECT q.id FROM public.cooperation_advicerequest q
     WHERE q.state = 'gesteld' AND public.directory_reads() AND public.session_has_role('aanjaagteam')
       AND NOT public.cooperation_is_manned(q.expert_id, q.body_id, q.expert_for)
$$;
REVOKE EXECUTE ON FUNCTION cooperation_works_of, cooperation_name_expert, cooperation_is_manned,
    cooperation_unmanned_advice, cooperation_addressed(uuid, text, uuid[]) FROM PUBLIC;

DROP POLICY cooperation_advicerequest_read ON cooperation_advicerequest;
CREATE POLICY cooperation_advicerequest_read ON cooperation_advicerequest FOR SELECT TO vangnet_app
    USING ((SELECT directory_reads()) AND (organisation_id = (SELECT session_organisation())
        OR (SELECT session_has_role('aanjaagteam')) OR id IN (SELECT cooperation_took_part())
        OR expert_id = (SELECT session_account()) AND (SELECT session_organisation()) = ANY (expert_for)
        OR body_id IN (SELECT cooperation_own_teams())));
"""
NOT_NAMED = """
DROP POLICY cooperation_advicerequest_read ON cooperation_advicerequest;
CREATE POLICY cooperation_advicerequest_read ON cooperation_advicerequest FOR SELECT TO vangnet_app
    USING ((SELECT directory_reads()) AND (organisation_id = (SELECT session_organisation())
        OR (SELECT session_has_role('aanjaagteam')) OR id IN (SELECT cooperation_took_part())
        OR expert_id = (SELECT session_account()) OR body_id IN (SELECT cooperation_own_teams())));
DROP TRIGGER cooperation_expert_is_named ON cooperation_advicerequest;
DROP FUNCTION cooperation_unmanned_advice();
DROP FUNCTION cooperation_addressed(uuid, text, uuid[]);
DROP FUNCTION cooperation_is_manned(uuid, text, uuid[]);
DROP FUNCTION cooperation_name_expert();
DROP FUNCTION cooperation_works_of(uuid);
"""
# As before, but for who is addressed and in which part it waits.
QUESTIONS = """
CREATE OR REPLACE FUNCTION cooperation_follows(wanted uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN public.directory_reads() AND EXISTS (
        SELECT FROM public.cooperation_advicerequest q
         WHERE q.id = wanted
           AND (q.organisation_id = public.session_organisation()
                OR public.session_has_role('aanjaagteam')
                OR public.{addressed}
                OR EXISTS (SELECT FROM public.cooperation_adviceturn t
                            WHERE t.request_id = q.id AND t.author_id = public.session_account()
                              AND t.organisation_id = public.session_organisation())));
END
$$;

CREATE OR REPLACE FUNCTION cooperation_check_turn(q cooperation_advicerequest, kind text) RETURNS void
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    me uuid := public.session_account();
    asks boolean := q.asked_by_id = me AND q.organisation_id = public.session_organisation();
    answers boolean := public.{addressed} AND q.asked_by_id <> me;
BEGIN
    IF NOT coalesce(CASE
        WHEN kind IN ('antwoord', 'terugvraag') THEN answers
        WHEN kind = 'doorgeven' THEN answers OR public.session_has_role('aanjaagteam')
        WHEN kind = 'kennis' THEN q.organisation_id = public.session_organisation()
        WHEN kind IN ('aanvulling', 'intrekken') THEN
            asks OR public.cooperation_stands_in(q.asked_by_id, q.organisation_id)
        ELSE asks END, false) THEN
        RAISE EXCEPTION 'this is for another to say' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NOT (q.revision = 0) = (kind = 'vraag') OR NOT (CASE
        WHEN kind IN ('vraag', 'antwoord', 'terugvraag', 'doorgeven') THEN q.state = 'gesteld'
        WHEN kind = 'aanvulling' THEN q.state = 'teruggevraagd'
        WHEN kind = 'oordeel' THEN q.state = 'beantwoord'
        WHEN kind = 'kennis' THEN q.state IN ('beantwoord', 'afgerond') AND q.knowledge_on IS NULL
        ELSE q.state IN ('gesteld', 'teruggevraagd') END) THEN
        RAISE EXCEPTION 'this step does not fit the question' USING ERRCODE = 'check_violation';
    END IF;
END
$$;

CREATE OR REPLACE FUNCTION cooperation_guard_turn() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    q public.cooperation_advicerequest;
BEGIN
    SELECT * INTO q FROM public.cooperation_advicerequest r WHERE r.id = NEW.request_id FOR UPDATE;
    IF q.id IS NULL OR NOT public.session_is_strong() OR NOT public.cooperation_follows(q.id) THEN
        RAISE EXCEPTION 'this is for another to say' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NEW.number <> q.revision + 1 THEN
        RAISE EXCEPTION 'a colleague changed it meanwhile' USING ERRCODE = 'check_violation';
    END IF;
    PERFORM public.cooperation_check_turn(q, NEW.kind);
    IF NEW.kind = 'doorgeven' THEN
        PERFORM public.cooperation_check_addressee(NEW.expert_id, NEW.body_id, q.asked_by_id);
        IF (NEW.expert_id, NEW.body_id) IS NOT DISTINCT FROM (q.expert_id, q.body_id){still} THEN
            RAISE EXCEPTION 'it is there already' USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    NEW.organisation_id := public.session_organisation();
    RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION cooperation_waiting_advice() RETURNS TABLE (request uuid, side text, due_on date)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
    SELECT q.id, {side}, q.due_on
      FROM public.cooperation_advicerequest q
     WHERE q.state = 'gesteld' AND q.asked_by_id <> public.session_account()
       AND public.{addressed}
    UNION ALL
    SELECT q.id, 'vrager', q.due_on
      FROM public.cooperation_advicerequest q
     WHERE q.state IN ('teruggevraagd', 'beantwoord') AND q.asked_by_id = public.session_account()
       AND q.organisation_id = public.session_organisation()
    UNION ALL
    SELECT q.id, 'vrager', q.due_on
      FROM public.cooperation_advicerequest q
     WHERE q.state = 'teruggevraagd' AND public.cooperation_stands_in(q.asked_by_id, q.organisation_id)
$$;
"""
BEFORE = QUESTIONS.format(
    addressed="cooperation_addressed(q.expert_id, q.body_id)",
    side="CASE WHEN q.body_id IS NULL AND q.expert_id IS DISTINCT FROM public.session_account() "
    "THEN 'team' ELSE 'antwoord' END",
    still="",
)
AFTER = QUESTIONS.format(
    addressed="cooperation_addressed(q.expert_id, q.body_id, q.expert_for)",
    side="CASE WHEN q.expert_id = public.session_account() AND public.session_organisation() = ANY (q.expert_for) "
    "OR q.body_id IN (SELECT public.cooperation_own_teams()) THEN 'antwoord' ELSE 'team' END",
    still=" AND public.cooperation_is_manned(q.expert_id, q.body_id, q.expert_for)",
)
NO_PAIR = "DROP FUNCTION cooperation_addressed(uuid, text);"
PAIR = """
CREATE FUNCTION cooperation_addressed(expert uuid, team text) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN public.directory_reads() AND coalesce(CASE
        WHEN public.cooperation_is_there(expert, NULL) THEN expert = public.session_account()
        WHEN team IS NOT NULL THEN team IN (SELECT public.cooperation_own_teams())
        ELSE public.session_has_role('aanjaagteam') END, false);
END
$$;
REVOKE EXECUTE ON FUNCTION cooperation_addressed(uuid, text) FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [("cooperation", "0008_capacity_rules")]
    operations = [
        migrations.AddField(
            model_name="advicerequest",
            name="expert_for",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.UUIDField(), default=list, editable=False, size=None, verbose_name="namens"
            ),
        ),
        migrations.RunSQL(NAMED, NOT_NAMED),
        migrations.RunSQL(AFTER, BEFORE),
        migrations.RunSQL(NO_PAIR, PAIR),
    ]
