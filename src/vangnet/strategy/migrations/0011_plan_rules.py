"""A plan changes by its team only, is adopted when complete and by somebody else, and asks nothing beyond a limit."""

from django.db import migrations

QUESTIONS = """
-- The bodies in which the session has a seat today, at work for the organisation of that seat.
CREATE FUNCTION strategy_my_teams() RETURNS SETOF text
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    me uuid := public.session_account();
BEGIN
    RETURN QUERY
        SELECT z.body_id::text FROM public.directory_holder h
          JOIN public.directory_seat z ON z.id = h.seat_id
          JOIN public.directory_body b ON b.slug = z.body_id
         WHERE h.account_id = me AND h.period @> public.today() AND z.period @> public.today()
           AND b.period @> public.today()
           AND EXISTS (SELECT FROM public.identity_membership m
                        WHERE m.user_id = me AND m.organisation_id = z.organisation_id
                          AND m.period @> public.today());
END
$$;

-- The teams for which the session may write: those whose kind decides about plans first, with a second factor.
CREATE FUNCTION strategy_plans_for() RETURNS SETOF text
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN QUERY
        SELECT t FROM public.strategy_my_teams() t
          JOIN public.directory_body b ON b.slug = t
         WHERE public.session_is_strong()
           AND EXISTS (SELECT FROM public.strategy_route r WHERE r.kind = 'plan' AND r.decider = b.kind_id);
END
$$;

-- Who decides about goals sets and ends limits.
CREATE FUNCTION strategy_sets_limits() RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN public.session_is_service() OR EXISTS (
        SELECT FROM public.directory_body b
          JOIN public.strategy_route r ON r.kind = 'doel' AND r.decider = b.kind_id
         WHERE b.period @> public.today() AND public.directory_speaks_for(b.slug));
END
$$;

-- The parts that a plan lacks: no text, or not what the part needs besides.
CREATE FUNCTION strategy_plan_missing(told jsonb) RETURNS SETOF text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
    SELECT p.code::text FROM public.strategy_planpart p
     WHERE length(btrim(coalesce(told -> 'texts' ->> p.code, ''))) < 20
        OR p.needs = 'rollen' AND (
            SELECT count(*) FROM jsonb_array_elements(told -> 'roles') x WHERE x ->> 'role' = 'A') <> 1
        OR p.needs = 'afstemming' AND NOT EXISTS (
            SELECT FROM jsonb_array_elements(told -> 'levels') x WHERE x ->> 'asked_on' IS NOT NULL)
        OR p.needs = 'geld' AND jsonb_array_length(coalesce(told -> 'budget', '[]')) = 0
     ORDER BY p."order"
$$;

-- The money that a plan asks: a line of nothing makes a budget complete, and asks nothing.
CREATE FUNCTION strategy_plan_money(told jsonb) RETURNS bigint
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public
AS $$
    SELECT coalesce(sum((x ->> 'applied')::bigint), 0)::bigint
      FROM jsonb_array_elements(coalesce(told -> 'budget', '[]')) x
$$;

-- Hours or money that a plan asks, for a subject for which there is none today.
CREATE FUNCTION strategy_check_limit(wanted uuid, told jsonb) RETURNS void
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF coalesce((told ->> 'capacity')::integer, 0) = 0 AND public.strategy_plan_money(told) = 0 THEN
        RETURN;
    END IF;
    IF EXISTS (SELECT FROM public.strategy_plan p
                 JOIN public.directory_topic t ON t.slug = p.topic_id
                 JOIN public.strategy_limit l ON l.topic_id IN (t.slug, t.under_id)
                WHERE p.id = wanted AND l.period @> public.today()) THEN
        RAISE EXCEPTION 'the network gives nothing extra for this subject' USING ERRCODE = 'check_violation';
    END IF;
END
$$;

-- The first stage of the route of plans that has no agreement since the plan was proposed.
CREATE FUNCTION strategy_plan_stage(wanted uuid) RETURNS integer
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
    SELECT min(r.stage)::integer FROM public.strategy_route r
     WHERE r.kind = 'plan' AND NOT EXISTS (
           SELECT FROM public.strategy_planstep s JOIN public.strategy_plan p ON p.id = s.plan_id
            WHERE s.plan_id = wanted AND s.number = p.number AND s.kind = 'akkoord' AND s.stage = r.stage
              AND s.recorded_at >= (SELECT max(o.recorded_at) FROM public.strategy_planstep o
                                    WHERE o.plan_id = wanted AND o.kind = 'voorstellen'))
$$;

-- Whether the session wrote every version of a plan itself: then nobody else looked yet.
CREATE FUNCTION strategy_plan_is_all_mine(wanted uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
    SELECT bool_and(v.author_id = public.session_account()) FROM public.strategy_planversion v WHERE v.plan_id = wanted
$$;

-- Whether the session may say what this body says of a plan: a member of its team, or who speaks for another body.
CREATE FUNCTION strategy_plan_speaks(wanted uuid, wanted_decider text, wanted_body text) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    team text := (SELECT p.team_id FROM public.strategy_plan p WHERE p.id = wanted);
    team_kind text := (SELECT b.kind_id FROM public.directory_body b WHERE b.slug = team);
BEGIN
    IF NOT public.session_is_strong() OR NOT EXISTS (
        SELECT FROM public.directory_body b
         WHERE b.slug = wanted_body AND b.kind_id = wanted_decider AND b.period @> public.today()) THEN
        RETURN false;
    END IF;
    IF wanted_decider = team_kind THEN
        RETURN wanted_body = team AND EXISTS (SELECT FROM public.strategy_my_teams() t WHERE t = team);
    END IF;
    RETURN public.directory_speaks_for(wanted_body);
END
$$;
REVOKE EXECUTE ON FUNCTION strategy_my_teams, strategy_plans_for, strategy_sets_limits, strategy_plan_missing,
    strategy_plan_money, strategy_check_limit, strategy_plan_stage, strategy_plan_is_all_mine, strategy_plan_speaks
    FROM PUBLIC;
"""
NO_QUESTIONS = """
DROP FUNCTION strategy_plan_speaks(uuid, text, text);
DROP FUNCTION strategy_plan_is_all_mine(uuid);
DROP FUNCTION strategy_plan_stage(uuid);
DROP FUNCTION strategy_check_limit(uuid, jsonb);
DROP FUNCTION strategy_plan_money(jsonb);
DROP FUNCTION strategy_plan_missing(jsonb);
DROP FUNCTION strategy_sets_limits();
DROP FUNCTION strategy_plans_for();
DROP FUNCTION strategy_my_teams();
"""

VERSIONS = """
-- What of a plan is fixed by its adoption; the other lists are the work itself.
CREATE FUNCTION strategy_same_words(one jsonb, other jsonb) RETURNS boolean
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public
AS $$
    SELECT bool_and(coalesce(one -> name, '""') = coalesce(other -> name, '""'))
      FROM unnest(ARRAY['title', 'goals', 'since', 'until', 'capacity', 'level', 'level_reason', 'texts',
                        'roles']) AS name
$$;

-- The next version follows the last one that its writer saw; what was adopted keeps its words. A limit that came later
-- stops no work: it is asked again only when hours or money rise. Others follow the work of a plan that runs, in the
-- words that they were shown.
CREATE FUNCTION strategy_guard_planversion() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    found_plan public.strategy_plan;
    former jsonb;
    runs boolean;
BEGIN
    SELECT * INTO found_plan FROM public.strategy_plan p WHERE p.id = NEW.plan_id FOR UPDATE;
    IF NOT EXISTS (SELECT FROM public.strategy_plans_for() t WHERE t = found_plan.team_id) THEN
        RAISE EXCEPTION 'this session is not of the team' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF found_plan.state = 'afgesloten' THEN
        RAISE EXCEPTION 'this plan is closed' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.number <> found_plan.number + 1 THEN
        RAISE EXCEPTION 'this plan changed meanwhile' USING ERRCODE = 'check_violation';
    END IF;
    former := (SELECT v.content FROM public.strategy_planversion v
                WHERE v.plan_id = found_plan.id AND v.number = found_plan.number);
    IF found_plan.state = 'vastgesteld' AND NOT public.strategy_same_words(former, NEW.content) THEN
        RAISE EXCEPTION 'an adopted plan keeps its words' USING ERRCODE = 'check_violation';
    END IF;
    runs := found_plan.state IN ('vastgesteld', 'pilot');
    IF runs AND ((NEW.content ->> 'capacity')::integer > (former ->> 'capacity')::integer
                 OR public.strategy_plan_money(NEW.content) > public.strategy_plan_money(former)) THEN
        PERFORM public.strategy_check_limit(found_plan.id, NEW.content);
    END IF;
    UPDATE public.strategy_plan
       SET number = NEW.number,
           shown = CASE WHEN runs AND public.strategy_same_words(NEW.content, (
                       SELECT v.content FROM public.strategy_planversion v
                        WHERE v.plan_id = found_plan.id AND v.number = found_plan.shown))
                   THEN NEW.number ELSE shown END,
           state = CASE WHEN state <> 'voorgesteld' THEN state WHEN pilot_since IS NULL THEN 'concept' ELSE 'pilot' END
     WHERE id = found_plan.id;
    RETURN NEW;
END
$$;
CREATE TRIGGER strategy_planversion_is_the_next BEFORE INSERT ON strategy_planversion
    FOR EACH ROW EXECUTE FUNCTION strategy_guard_planversion();
REVOKE EXECUTE ON FUNCTION strategy_same_words, strategy_guard_planversion FROM PUBLIC;

-- Of a limit only its end changes, and never into the past.
CREATE FUNCTION strategy_guard_limit() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF (OLD.id, OLD.topic_id, OLD.kind, OLD.reason, OLD.source, lower(OLD.period))
       IS DISTINCT FROM (NEW.id, NEW.topic_id, NEW.kind, NEW.reason, NEW.source, lower(NEW.period)) THEN
        RAISE EXCEPTION 'of a limit only the end changes' USING ERRCODE = 'check_violation';
    END IF;
    IF upper(OLD.period) <= public.today() OR upper(NEW.period) < public.today() THEN
        RAISE EXCEPTION 'of a limit only the end changes' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER strategy_limit_only_ends BEFORE UPDATE ON strategy_limit
    FOR EACH ROW WHEN (NOT session_is_service()) EXECUTE FUNCTION strategy_guard_limit();
REVOKE EXECUTE ON FUNCTION strategy_guard_limit FROM PUBLIC;
"""
NO_VERSIONS = """
DROP TRIGGER strategy_limit_only_ends ON strategy_limit;
DROP FUNCTION strategy_guard_limit();
DROP TRIGGER strategy_planversion_is_the_next ON strategy_planversion;
DROP FUNCTION strategy_guard_planversion();
DROP FUNCTION strategy_same_words(jsonb, jsonb);
"""

STEPS = """
CREATE FUNCTION strategy_guard_planstep() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    found_plan public.strategy_plan;
    told jsonb;
BEGIN
    SELECT * INTO found_plan FROM public.strategy_plan p WHERE p.id = NEW.plan_id FOR UPDATE;
    IF NEW.kind NOT IN ('akkoord', 'niet-akkoord')
       AND NOT EXISTS (SELECT FROM public.strategy_plans_for() t WHERE t = found_plan.team_id) THEN
        RAISE EXCEPTION 'this session is not of the team' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NEW.number <> found_plan.number THEN
        RAISE EXCEPTION 'this plan changed meanwhile' USING ERRCODE = 'check_violation';
    END IF;
    IF NOT (found_plan.state || '>' || NEW.kind = ANY (ARRAY[
        'concept>voorstellen', 'pilot>voorstellen', 'voorgesteld>akkoord', 'voorgesteld>niet-akkoord',
        'concept>pilot', 'vastgesteld>herzien', 'concept>afsluiten', 'pilot>afsluiten', 'vastgesteld>afsluiten'])) THEN
        RAISE EXCEPTION 'this step does not fit the state of the plan' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.decided_on > public.today() THEN
        RAISE EXCEPTION 'this day has not come' USING ERRCODE = 'check_violation';
    END IF;
    told := (SELECT v.content FROM public.strategy_planversion v
              WHERE v.plan_id = found_plan.id AND v.number = found_plan.number);
    IF NEW.kind IN ('voorstellen', 'pilot', 'akkoord') THEN
        PERFORM public.strategy_check_limit(found_plan.id, told);
    END IF;
    IF NEW.kind IN ('akkoord', 'niet-akkoord') THEN
        PERFORM public.strategy_check_planjudgement(NEW, found_plan);
    END IF;
    IF NEW.kind = 'akkoord' AND EXISTS (SELECT FROM public.strategy_plan_missing(told)) THEN
        RAISE EXCEPTION 'this plan is not complete' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.kind = 'pilot' THEN
        PERFORM public.strategy_check_pilot(NEW, told);
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION strategy_check_planjudgement(step strategy_planstep, judged strategy_plan) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    proposal public.strategy_planstep;
BEGIN
    SELECT * INTO proposal FROM public.strategy_planstep s
     WHERE s.plan_id = judged.id AND s.kind = 'voorstellen' ORDER BY s.recorded_at DESC LIMIT 1;
    IF NOT public.strategy_plan_speaks(judged.id, step.decider, step.body_id) THEN
        RAISE EXCEPTION 'this session does not speak for that body' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF proposal.author_id = public.session_account() OR public.strategy_plan_is_all_mine(judged.id) THEN
        RAISE EXCEPTION 'nobody decides on a plan of their own' USING ERRCODE = 'check_violation';
    END IF;
    IF step.stage IS DISTINCT FROM public.strategy_plan_stage(judged.id) OR NOT EXISTS (
        SELECT FROM public.strategy_route r
         WHERE r.kind = 'plan' AND r.stage = step.stage AND r.decider = step.decider) THEN
        RAISE EXCEPTION 'this step is not open' USING ERRCODE = 'check_violation';
    END IF;
    IF step.decided_on < proposal.decided_on THEN
        RAISE EXCEPTION 'it was decided before it was asked' USING ERRCODE = 'check_violation';
    END IF;
END
$$;

-- A pilot starts with its gaps named, each with a day that has still to come; and not by its only writer.
CREATE FUNCTION strategy_check_pilot(step strategy_planstep, told jsonb) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF public.strategy_plan_is_all_mine(step.plan_id) THEN
        RAISE EXCEPTION 'nobody decides on a plan of their own' USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (SELECT FROM public.strategy_plan_missing(told)) THEN
        RAISE EXCEPTION 'a complete plan is no pilot' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT FROM public.strategy_plan_missing(told) code
                WHERE coalesce((step.gaps ->> code)::date <= public.today(), true)) THEN
        RAISE EXCEPTION 'every gap needs a day' USING ERRCODE = 'check_violation';
    END IF;
END
$$;

CREATE FUNCTION strategy_take_planstep() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    UPDATE public.strategy_plan p
       SET state = CASE NEW.kind
               WHEN 'voorstellen' THEN 'voorgesteld'
               WHEN 'akkoord' THEN CASE WHEN public.strategy_plan_stage(p.id) IS NULL THEN 'vastgesteld' ELSE p.state END
               WHEN 'niet-akkoord' THEN CASE WHEN p.pilot_since IS NULL THEN 'concept' ELSE 'pilot' END
               WHEN 'pilot' THEN 'pilot'
               WHEN 'herzien' THEN 'concept'
               ELSE 'afgesloten' END,
           adopted = CASE WHEN NEW.kind = 'akkoord' AND public.strategy_plan_stage(p.id) IS NULL
                          THEN p.number ELSE p.adopted END,
           pilot_since = CASE WHEN NEW.kind = 'pilot' THEN NEW.decided_on
                              WHEN NEW.kind = 'akkoord' AND public.strategy_plan_stage(p.id) IS NULL THEN NULL
                              ELSE p.pilot_since END,
           shown = CASE WHEN NEW.kind IN ('voorstellen', 'pilot') THEN p.number ELSE p.shown END
     WHERE p.id = NEW.plan_id;
    RETURN NULL;
END
$$;
CREATE TRIGGER strategy_planstep_fits BEFORE INSERT ON strategy_planstep
    FOR EACH ROW EXECUTE FUNCTION strategy_guard_planstep();
CREATE TRIGGER strategy_planstep_is_taken AFTER INSERT ON strategy_planstep
    FOR EACH ROW EXECUTE FUNCTION strategy_take_planstep();
REVOKE EXECUTE ON FUNCTION strategy_guard_planstep, strategy_check_planjudgement, strategy_check_pilot,
    strategy_take_planstep FROM PUBLIC;
"""
NO_STEPS = """
DROP TRIGGER strategy_planstep_is_taken ON strategy_planstep;
DROP TRIGGER strategy_planstep_fits ON strategy_planstep;
DROP FUNCTION strategy_take_planstep();
DROP FUNCTION strategy_check_pilot(strategy_planstep, jsonb);
DROP FUNCTION strategy_check_planjudgement(strategy_planstep, strategy_plan);
DROP FUNCTION strategy_guard_planstep();
"""

LOADS = "(SELECT session_is_service())"
MINE = "(SELECT session_account())"
TEAMS = "ARRAY(SELECT strategy_my_teams())"
WRITES = "ARRAY(SELECT strategy_plans_for())"
SEEN = "(SELECT directory_reads())"  # who works for a partner
OF_PLAN = "plan_id IN (SELECT p.id FROM strategy_plan p)"  # under the policy of plans
OF_TEAM = f"plan_id IN (SELECT p.id FROM strategy_plan p WHERE p.team_id = ANY ({TEAMS}) OR {LOADS})"
SHOWN = "number <= (SELECT p.shown FROM strategy_plan p WHERE p.id = plan_id)"
OWN_PLAN = f"plan_id IN (SELECT p.id FROM strategy_plan p WHERE p.team_id = ANY ({WRITES}))"
OPEN_PLAN = OWN_PLAN.replace("WHERE", "WHERE p.state <> 'afgesloten' AND")
NEW = "state = 'concept' AND number = 0 AND adopted IS NULL AND pilot_since IS NULL AND shown IS NULL"
WALLS = {
    "strategy_plan": {
        "SELECT": f"{SEEN} AND (shown IS NOT NULL OR team_id = ANY ({TEAMS}) OR {LOADS})",
        "INSERT": f"team_id = ANY ({WRITES}) AND {NEW}",
    },
    "strategy_planversion": {
        "SELECT": f"{OF_TEAM} OR {SHOWN}",
        "INSERT": f"author_id = {MINE} AND {OWN_PLAN}",
    },
    "strategy_planstep": {
        "SELECT": OF_PLAN,
        "INSERT": f"author_id = {MINE} AND (SELECT session_is_strong()) AND {OF_PLAN}",
    },
    "strategy_planreport": {"SELECT": OF_PLAN, "INSERT": f"author_id = {MINE} AND {OPEN_PLAN}"},
    "strategy_planpart": {"SELECT": SEEN, "INSERT": LOADS, "UPDATE": LOADS, "DELETE": LOADS},
    "strategy_limit": {
        "SELECT": SEEN,
        "INSERT": "(SELECT strategy_sets_limits())",
        "UPDATE": "(SELECT strategy_sets_limits())",
    },
}
CLAUSE = {
    "SELECT": "USING ({0})",
    "INSERT": "WITH CHECK ({0})",
    "UPDATE": "USING ({0}) WITH CHECK ({0})",
    "DELETE": "USING ({0})",
}
NAME = {"SELECT": "read", "INSERT": "insert", "UPDATE": "change", "DELETE": "delete"}


def wall(table: str, rules: dict[str, str]) -> str:
    """Return the policies of a table."""
    lines = [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY;",
        f"CREATE POLICY {table}_owner ON {table} TO vangnet_owner USING (true) WITH CHECK (true);",
    ]
    for command, rule in rules.items():
        clause = CLAUSE[command].format(rule)
        lines.append(f"CREATE POLICY {table}_{NAME[command]} ON {table} FOR {command} TO vangnet_app {clause};")
    return "\n".join(lines)


def no_wall(table: str, rules: dict[str, str]) -> str:
    """Return what takes the policies of a table away."""
    lines = [f"DROP POLICY {table}_{NAME[command]} ON {table};" for command in rules]
    lines += [
        f"DROP POLICY {table}_owner ON {table};",
        f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;",
        f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;",
    ]
    return "\n".join(lines)


class Migration(migrations.Migration):
    dependencies = [("strategy", "0010_plans"), ("agreements", "0004_intake"), ("directory", "0002_rules")]
    operations = [
        migrations.RunSQL(QUESTIONS, NO_QUESTIONS),
        migrations.RunSQL(VERSIONS, NO_VERSIONS),
        migrations.RunSQL(STEPS, NO_STEPS),
        *[migrations.RunSQL(wall(table, rules), no_wall(table, rules)) for table, rules in WALLS.items()],
    ]
