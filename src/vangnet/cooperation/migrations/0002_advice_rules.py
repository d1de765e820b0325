"""Who asks, answers and follows a question for advice, and that what was said is never rewritten."""

from django.db import migrations

QUESTIONS = """
-- The bodies in which the session holds a seat today, while at work for the organisation of that seat.
CREATE FUNCTION cooperation_own_teams() RETURNS SETOF text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
    SELECT b.slug::text FROM public.directory_holder h
      JOIN public.directory_seat z ON z.id = h.seat_id
      JOIN public.directory_body b ON b.slug = z.body_id
      JOIN public.identity_membership m ON m.user_id = h.account_id AND m.organisation_id = z.organisation_id
     WHERE h.account_id = public.session_account() AND h.period @> public.today()
       AND z.period @> public.today() AND b.period @> public.today() AND m.period @> public.today()
$$;

-- Whether somebody works in the network today; for this organisation, when one is named.
CREATE FUNCTION cooperation_is_there(person uuid, work uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
    SELECT EXISTS (
        SELECT FROM public.identity_user u JOIN public.identity_membership m ON m.user_id = u.id
         WHERE u.id = person AND u.kind = 'persoon' AND u.is_active AND m.period @> public.today()
           AND (work IS NULL OR m.organisation_id = work))
$$;

-- Whether the session is a colleague of an asker who no longer works for the organisation that asked.
CREATE FUNCTION cooperation_stands_in(asker uuid, work uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN coalesce(work = public.session_organisation() AND NOT public.cooperation_is_there(asker, work), false);
END
$$;

-- Whether the session is the one of whom it is asked: that expert, a member of that team, or the driving team.
-- What was asked of an expert who left the network is the driving team's.
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

-- Whether the session follows a question: the organisation that asked, who answers, the driving team, and whoever
-- said something in it for the organisation of now. What the network learns of it is a row of its own.
CREATE FUNCTION cooperation_follows(wanted uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN public.directory_reads() AND EXISTS (
        SELECT FROM public.cooperation_advicerequest q
         WHERE q.id = wanted
           AND (q.organisation_id = public.session_organisation()
                OR public.session_has_role('aanjaagteam')
                OR public.cooperation_addressed(q.expert_id, q.body_id)
                OR EXISTS (SELECT FROM public.cooperation_adviceturn t
                            WHERE t.request_id = q.id AND t.author_id = public.session_account()
                              AND t.organisation_id = public.session_organisation())));
END
$$;

CREATE FUNCTION cooperation_took_part() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
    SELECT t.request_id FROM public.cooperation_adviceturn t
     WHERE t.author_id = public.session_account() AND t.organisation_id = public.session_organisation()
$$;

-- What waits for whoever asks: for an answer by this person or a team of theirs, by the driving team, or as asker.
CREATE FUNCTION cooperation_waiting_advice() RETURNS TABLE (request uuid, side text, due_on date)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
    SELECT q.id, CASE WHEN q.body_id IS NULL AND q.expert_id IS DISTINCT FROM public.session_account()
                      THEN 'team' ELSE 'antwoord' END, q.due_on
      FROM public.cooperation_advicerequest q
     WHERE q.state = 'gesteld' AND q.asked_by_id <> public.session_account()
       AND public.cooperation_addressed(q.expert_id, q.body_id)
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
REVOKE EXECUTE ON FUNCTION cooperation_own_teams, cooperation_is_there, cooperation_stands_in, cooperation_addressed,
    cooperation_follows, cooperation_took_part, cooperation_waiting_advice FROM PUBLIC;
"""
NO_QUESTIONS = """
DROP FUNCTION cooperation_waiting_advice();
DROP FUNCTION cooperation_took_part();
DROP FUNCTION cooperation_follows(uuid);
DROP FUNCTION cooperation_addressed(uuid, text);
DROP FUNCTION cooperation_stands_in(uuid, uuid);
DROP FUNCTION cooperation_is_there(uuid, uuid);
DROP FUNCTION cooperation_own_teams();
"""

GUARDS = """
-- Of whom one asks works in the network now, or is a team with somebody in it; nobody is asked by themselves.
CREATE FUNCTION cooperation_check_addressee(expert uuid, team text, asker uuid) RETURNS void
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF expert = asker THEN
        RAISE EXCEPTION 'nobody advises themselves' USING ERRCODE = 'check_violation';
    END IF;
    IF expert IS NOT NULL AND NOT public.cooperation_is_there(expert, NULL)
       OR team IS NOT NULL AND NOT EXISTS (
        SELECT FROM public.directory_body b
          JOIN public.directory_seat z ON z.body_id = b.slug AND z.period @> public.today()
          JOIN public.directory_holder h ON h.seat_id = z.id AND h.period @> public.today()
         WHERE b.slug = team AND b.period @> public.today()) THEN
        RAISE EXCEPTION 'who is asked is not there' USING ERRCODE = 'check_violation';
    END IF;
END
$$;

CREATE FUNCTION cooperation_guard_request() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF (NEW.state, NEW.revision) IS DISTINCT FROM ('gesteld', 0)
       OR num_nonnulls(NEW.returned_on, NEW.answered_by_id, NEW.answered_on, NEW.score, NEW.knowledge_on) > 0 THEN
        RAISE EXCEPTION 'a question begins without an answer' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.due_on < (NEW.asked_at AT TIME ZONE 'Europe/Amsterdam')::date THEN
        RAISE EXCEPTION 'a term lies ahead' USING ERRCODE = 'check_violation';
    END IF;
    PERFORM public.cooperation_check_addressee(NEW.expert_id, NEW.body_id, NEW.asked_by_id);
    RETURN NEW;
END
$$;
CREATE TRIGGER cooperation_request_begins BEFORE INSERT ON cooperation_advicerequest
    FOR EACH ROW EXECUTE FUNCTION cooperation_guard_request();

-- Who may say this of a question now. The state is looked at after the person: a stranger learns nothing of it.
CREATE FUNCTION cooperation_check_turn(q cooperation_advicerequest, kind text) RETURNS void
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    me uuid := public.session_account();
    asks boolean := q.asked_by_id = me AND q.organisation_id = public.session_organisation();
    answers boolean := public.cooperation_addressed(q.expert_id, q.body_id) AND q.asked_by_id <> me;
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

CREATE FUNCTION cooperation_guard_turn() RETURNS trigger
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
        IF (NEW.expert_id, NEW.body_id) IS NOT DISTINCT FROM (q.expert_id, q.body_id) THEN
            RAISE EXCEPTION 'it is there already' USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    NEW.organisation_id := public.session_organisation();
    RETURN NEW;
END
$$;
CREATE TRIGGER cooperation_turn_is_the_next BEFORE INSERT ON cooperation_adviceturn
    FOR EACH ROW EXECUTE FUNCTION cooperation_guard_turn();

-- What a turn makes of its question. The days on which the asker was to answer are no part of the term.
CREATE FUNCTION cooperation_take_turn() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    day date := (NEW.said_at AT TIME ZONE 'Europe/Amsterdam')::date;
BEGIN
    UPDATE public.cooperation_advicerequest q
       SET revision = NEW.number,
           state = CASE NEW.kind WHEN 'terugvraag' THEN 'teruggevraagd' WHEN 'aanvulling' THEN 'gesteld'
                                 WHEN 'antwoord' THEN 'beantwoord' WHEN 'oordeel' THEN 'afgerond'
                                 WHEN 'intrekken' THEN 'ingetrokken' ELSE q.state END,
           expert_id = CASE NEW.kind WHEN 'doorgeven' THEN NEW.expert_id ELSE q.expert_id END,
           body_id = CASE NEW.kind WHEN 'doorgeven' THEN NEW.body_id ELSE q.body_id END,
           due_on = CASE NEW.kind WHEN 'aanvulling' THEN q.due_on + greatest(day - q.returned_on, 0) ELSE q.due_on END,
           returned_on = CASE NEW.kind WHEN 'terugvraag' THEN day WHEN 'aanvulling' THEN NULL ELSE q.returned_on END,
           answered_by_id = CASE NEW.kind WHEN 'antwoord' THEN NEW.author_id ELSE q.answered_by_id END,
           answered_on = CASE NEW.kind WHEN 'antwoord' THEN day ELSE q.answered_on END,
           score = coalesce(NEW.score, q.score),
           knowledge_on = CASE NEW.kind WHEN 'kennis' THEN day ELSE q.knowledge_on END
     WHERE q.id = NEW.request_id;
    IF NEW.kind = 'kennis' THEN
        INSERT INTO public.cooperation_adviceknowledge (request_id, title, summary, topic_id, organisation_id, "on")
        SELECT q.id, NEW.title, NEW.words, q.topic_id, t.organisation_id, day
          FROM public.cooperation_advicerequest q
          JOIN public.cooperation_adviceturn t ON t.request_id = q.id AND t.kind = 'antwoord'
         WHERE q.id = NEW.request_id;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER cooperation_turn_is_taken AFTER INSERT ON cooperation_adviceturn
    FOR EACH ROW EXECUTE FUNCTION cooperation_take_turn();
REVOKE EXECUTE ON FUNCTION cooperation_check_addressee, cooperation_guard_request, cooperation_check_turn,
    cooperation_guard_turn, cooperation_take_turn FROM PUBLIC;
"""
NO_GUARDS = """
DROP TRIGGER cooperation_turn_is_taken ON cooperation_adviceturn;
DROP TRIGGER cooperation_turn_is_the_next ON cooperation_adviceturn;
DROP TRIGGER cooperation_request_begins ON cooperation_advicerequest;
DROP FUNCTION cooperation_take_turn();
DROP FUNCTION cooperation_guard_turn();
DROP FUNCTION cooperation_check_turn(cooperation_advicerequest, text);
DROP FUNCTION cooperation_guard_request();
DROP FUNCTION cooperation_check_addressee(uuid, text, uuid);
"""

READS = "(SELECT directory_reads())"
ME = "(SELECT session_account())"
STRONG = "(SELECT session_is_strong())"
# Table: what is seen, and what may be added, empty for nothing by this role; nothing is changed or taken away by anybody.
WALLS = {
    "cooperation_advicerequest": (
        f"{READS} AND (organisation_id = (SELECT session_organisation())"
        " OR (SELECT session_has_role('aanjaagteam')) OR id IN (SELECT cooperation_took_part())"
        f" OR expert_id = {ME} OR body_id IN (SELECT cooperation_own_teams()))",
        f"asked_by_id = {ME} AND organisation_id = (SELECT session_organisation()) AND {READS} AND {STRONG}",
    ),
    "cooperation_adviceturn": ("cooperation_follows(request_id)", f"author_id = {ME} AND {STRONG}"),
    "cooperation_adviceknowledge": (READS, ""),
}


def wall(table: str, seen: str, added: str) -> str:
    """Return the policies of a table."""
    made = f"""
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY {table}_owner ON {table} TO vangnet_owner USING (true) WITH CHECK (true);
CREATE POLICY {table}_read ON {table} FOR SELECT TO vangnet_app USING ({seen});
"""
    if added:
        made += f"""
CREATE POLICY {table}_insert ON {table} FOR INSERT TO vangnet_app WITH CHECK ({added});
"""
    return made


def no_wall(table: str, added: str) -> str:
    """Return what takes the policies of a table away."""
    return f"""
{f"DROP POLICY {table}_insert ON {table};" if added else ""}
DROP POLICY {table}_read ON {table};
DROP POLICY {table}_owner ON {table};
ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cooperation", "0001_initial"), ("directory", "0002_rules"), ("meetings", "0002_rules"),
    ]  # fmt: skip
    operations = [
        migrations.RunSQL(QUESTIONS, NO_QUESTIONS),
        migrations.RunSQL(GUARDS, NO_GUARDS),
        *[migrations.RunSQL(wall(table, *rules), no_wall(table, rules[1])) for table, rules in WALLS.items()],
    ]
