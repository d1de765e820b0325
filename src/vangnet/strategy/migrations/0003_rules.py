"""A version keeps its words, comes into force by its route only, and what is in force is what is read."""

from django.db import migrations

QUESTIONS = """
-- Whoever works on safety for a partner may propose; privacy officers, administrators and desks may not.
CREATE FUNCTION strategy_may_propose() RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN public.session_is_strong()
       AND EXISTS (SELECT FROM unnest(ARRAY['adviseur', 'analist', 'om', 'riec', 'dvo-secretaris', 'burgemeester',
                                            'aanjaagteam']) AS role
                    WHERE public.session_has_role(role));
END
$$;

-- The version that an item has today; null when it has none, or ended.
CREATE FUNCTION strategy_current(wanted_kind text, wanted text) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
    SELECT v.id FROM public.strategy_version v
     WHERE v.kind = wanted_kind AND v.item = wanted AND v.in_force_from IS NOT NULL
     ORDER BY v.in_force_from DESC, v.number DESC LIMIT 1
$$;

-- Whether one line of a route is done for a version.
CREATE FUNCTION strategy_is_met(wanted uuid, line strategy_route) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF NOT line.everyone THEN
        RETURN EXISTS (SELECT FROM public.strategy_verdict d
                        WHERE d.version_id = wanted AND d.stage = line.stage AND d.decider = line.decider
                          AND d.outcome <> 'niet-akkoord');
    END IF;
    RETURN EXISTS (SELECT FROM public.directory_body b WHERE b.kind_id = line.decider AND b.period @> public.today())
       AND NOT EXISTS (
            SELECT FROM public.directory_body b
             WHERE b.kind_id = line.decider AND b.period @> public.today()
               AND NOT EXISTS (SELECT FROM public.strategy_verdict d
                                WHERE d.version_id = wanted AND d.stage = line.stage AND d.body_id = b.slug
                                  AND d.outcome <> 'niet-akkoord'));
END
$$;

-- The first stage of its route that is not done; null when all are.
CREATE FUNCTION strategy_open_stage(wanted uuid) RETURNS integer
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
    SELECT min(r.stage)::integer FROM public.strategy_route r
      JOIN public.strategy_version v ON v.id = wanted AND v.kind = r.kind
     WHERE NOT EXISTS (SELECT FROM public.strategy_route other
                        WHERE other.kind = r.kind AND other.stage = r.stage
                          AND public.strategy_is_met(wanted, other))
$$;

-- Whether the session holds the portfolio of the theme that a version is about.
CREATE FUNCTION strategy_holds_portfolio(wanted uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN public.session_is_strong() AND EXISTS (
        SELECT FROM public.strategy_version v
          LEFT JOIN public.strategy_version former ON former.id = v.replaces_id
          JOIN public.directory_seat s
            ON s.portfolio_id = CASE WHEN v.kind = 'thema' THEN v.item
                                     ELSE coalesce(v.content, former.content) ->> 'theme' END
          JOIN public.directory_holder h ON h.seat_id = s.id
         WHERE v.id = wanted AND h.account_id = public.session_account()
           AND s.period @> public.today() AND h.period @> public.today());
END
$$;
REVOKE EXECUTE ON FUNCTION strategy_may_propose, strategy_current, strategy_is_met, strategy_open_stage,
    strategy_holds_portfolio FROM PUBLIC;
"""
NO_QUESTIONS = """
DROP FUNCTION strategy_holds_portfolio(uuid);
DROP FUNCTION strategy_open_stage(uuid);
DROP FUNCTION strategy_is_met(uuid, strategy_route);
DROP FUNCTION strategy_current(text, text);
DROP FUNCTION strategy_may_propose();
"""

READING = """
-- What is in force is copied to the tables that the pages read. Nobody else writes there.
CREATE FUNCTION strategy_show(entered strategy_version) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF entered.kind = 'thema' AND entered.content IS NULL THEN
        DELETE FROM public.strategy_theme WHERE slug = entered.item;
    ELSIF entered.kind = 'thema' THEN
        INSERT INTO public.strategy_theme (slug, strategy_id, name, kind, summary, position)
        SELECT entered.item, x.strategy, x.name, x.kind, x.summary, x.position
          FROM jsonb_to_record(entered.content) AS x(strategy text, name text, kind text, summary text, position smallint)
        ON CONFLICT (slug) DO UPDATE SET (strategy_id, name, kind, summary, position)
            = (EXCLUDED.strategy_id, EXCLUDED.name, EXCLUDED.kind, EXCLUDED.summary, EXCLUDED.position);
    ELSIF entered.kind = 'begrip' AND entered.content IS NULL THEN
        DELETE FROM public.strategy_definition WHERE slug = entered.item;
    ELSIF entered.kind = 'begrip' THEN
        INSERT INTO public.strategy_definition (slug, name, meaning, indicators, origin)
        SELECT entered.item, x.name, x.meaning, x.indicators, x.origin
          FROM jsonb_to_record(entered.content) AS x(name text, meaning text, indicators jsonb, origin text)
        ON CONFLICT (slug) DO UPDATE SET (name, meaning, indicators, origin)
            = (EXCLUDED.name, EXCLUDED.meaning, EXCLUDED.indicators, EXCLUDED.origin);
    ELSIF entered.content IS NULL THEN
        DELETE FROM public.strategy_goal WHERE code = entered.item;
    ELSE
        PERFORM public.strategy_show_goal(entered);
    END IF;
END
$$;

CREATE FUNCTION strategy_show_goal(entered strategy_version) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
    INSERT INTO public.strategy_goal (code, theme_id, parent_id, kind, is_listed, title, term, due_on, date_basis,
        condition, actors, network_role, pages, first_page, section, measures, position)
    SELECT entered.item, x.theme, x.parent, x.kind, x.is_listed, x.title, x.term, x.due_on, x.date_basis,
           x.condition, x.actors, x.network_role, x.pages, x.first_page, x.section, x.measures, x.position
      FROM jsonb_to_record(entered.content) AS x(theme text, parent text, kind text, is_listed boolean, title text,
           term text, due_on date, date_basis text, condition text, actors jsonb, network_role text, pages text,
           first_page smallint, section text, measures jsonb, position smallint)
    ON CONFLICT (code) DO UPDATE SET (theme_id, parent_id, kind, is_listed, title, term, due_on, date_basis,
        condition, actors, network_role, pages, first_page, section, measures, position)
      = (EXCLUDED.theme_id, EXCLUDED.parent_id, EXCLUDED.kind, EXCLUDED.is_listed, EXCLUDED.title, EXCLUDED.term,
         EXCLUDED.due_on, EXCLUDED.date_basis, EXCLUDED.condition, EXCLUDED.actors, EXCLUDED.network_role,
         EXCLUDED.pages, EXCLUDED.first_page, EXCLUDED.section, EXCLUDED.measures, EXCLUDED.position)
$$;

-- A tree has no loop, and nothing stays below what ended.
CREATE FUNCTION strategy_check_tree(entered strategy_version) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF entered.kind = 'doel' AND entered.content IS NULL AND EXISTS (
        SELECT FROM public.strategy_goal g WHERE g.parent_id = entered.item) THEN
        RAISE EXCEPTION 'goals hang below this goal' USING ERRCODE = 'check_violation';
    END IF;
    IF entered.kind = 'thema' AND entered.content IS NULL AND EXISTS (
        SELECT FROM public.strategy_goal g WHERE g.theme_id = entered.item) THEN
        RAISE EXCEPTION 'goals are part of this theme' USING ERRCODE = 'check_violation';
    END IF;
    IF entered.kind <> 'doel' OR entered.content IS NULL THEN
        RETURN;
    END IF;
    IF NOT EXISTS (SELECT FROM public.strategy_theme t WHERE t.slug = entered.content ->> 'theme') THEN
        RAISE EXCEPTION 'the theme of this goal is not there' USING ERRCODE = 'check_violation';
    END IF;
    IF entered.content ->> 'parent' IS NOT NULL AND NOT EXISTS (
        SELECT FROM public.strategy_goal g WHERE g.code = entered.content ->> 'parent') THEN
        RAISE EXCEPTION 'the goal above this goal is not there' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (
        WITH RECURSIVE above(code) AS (
            SELECT entered.content ->> 'parent'
            UNION
            SELECT g.parent_id FROM public.strategy_goal g JOIN above a ON g.code = a.code)
        SELECT FROM above a WHERE a.code = entered.item) THEN
        RAISE EXCEPTION 'this goal would hang below itself' USING ERRCODE = 'check_violation';
    END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION strategy_show, strategy_show_goal, strategy_check_tree FROM PUBLIC;
"""
NO_READING = """
DROP FUNCTION strategy_check_tree(strategy_version);
DROP FUNCTION strategy_show(strategy_version);
DROP FUNCTION strategy_show_goal(strategy_version);
"""

STEPS = """
-- One change of an item at a time: the order of versions is the order of this lock.
CREATE FUNCTION strategy_guard_version() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('strategy ' || NEW.kind || ' ' || NEW.item, 0));
    IF NEW.replaces_id IS DISTINCT FROM public.strategy_current(NEW.kind, NEW.item) THEN
        RAISE EXCEPTION 'this item changed meanwhile' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.revises_id IS NOT NULL THEN
        UPDATE public.strategy_version v SET state = 'achterhaald', settled_at = clock_timestamp()
         WHERE v.id = NEW.revises_id AND v.kind = NEW.kind AND v.item = NEW.item
           AND v.organisation_id = NEW.organisation_id AND v.state IN ('concept', 'ingediend');
        IF NOT FOUND THEN
            RAISE EXCEPTION 'this version is no longer open' USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    NEW.number := (SELECT coalesce(max(v.number), 0) + 1 FROM public.strategy_version v
                    WHERE v.kind = NEW.kind AND v.item = NEW.item);
    RETURN NEW;
END
$$;
CREATE TRIGGER strategy_version_is_the_next BEFORE INSERT ON strategy_version
    FOR EACH ROW EXECUTE FUNCTION strategy_guard_version();

CREATE FUNCTION strategy_show_version() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    PERFORM public.strategy_show(NEW);
    RETURN NULL;
END
$$;
CREATE TRIGGER strategy_version_is_shown AFTER INSERT OR UPDATE ON strategy_version
    FOR EACH ROW WHEN (NEW.state = 'van-kracht') EXECUTE FUNCTION strategy_show_version();

-- The version that one's own organisation is still working on, locked; its words are those it was made for.
CREATE FUNCTION strategy_own_version(wanted uuid) RETURNS strategy_version
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    found_version public.strategy_version;
BEGIN
    IF NOT public.strategy_may_propose() THEN
        RAISE EXCEPTION 'this session proposes nothing' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT * INTO found_version FROM public.strategy_version v
     WHERE v.id = wanted AND v.organisation_id = public.session_organisation() FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no such version' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN found_version;
END
$$;

CREATE FUNCTION strategy_submit(wanted uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    own public.strategy_version := public.strategy_own_version(wanted);
BEGIN
    IF own.state <> 'concept' THEN
        RAISE EXCEPTION 'this version is no longer open' USING ERRCODE = 'check_violation';
    END IF;
    IF own.replaces_id IS DISTINCT FROM public.strategy_current(own.kind, own.item) THEN
        RAISE EXCEPTION 'this item changed meanwhile' USING ERRCODE = 'check_violation';
    END IF;
    IF public.strategy_open_stage(wanted) IS NULL THEN
        RAISE EXCEPTION 'nobody decides on this kind of change' USING ERRCODE = 'check_violation';
    END IF;
    PERFORM public.strategy_check_tree(own);
    UPDATE public.strategy_version SET state = 'ingediend', submitted_at = clock_timestamp() WHERE id = wanted;
END
$$;

CREATE FUNCTION strategy_withdraw(wanted uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    own public.strategy_version := public.strategy_own_version(wanted);
BEGIN
    IF own.state NOT IN ('concept', 'ingediend') THEN
        RAISE EXCEPTION 'this version is no longer open' USING ERRCODE = 'check_violation';
    END IF;
    UPDATE public.strategy_version SET state = 'ingetrokken', settled_at = clock_timestamp() WHERE id = wanted;
END
$$;
REVOKE EXECUTE ON FUNCTION strategy_guard_version, strategy_show_version, strategy_own_version, strategy_submit,
    strategy_withdraw FROM PUBLIC;
"""
NO_STEPS = """
DROP TRIGGER strategy_version_is_shown ON strategy_version;
DROP TRIGGER strategy_version_is_the_next ON strategy_version;
DROP FUNCTION strategy_withdraw(uuid);
DROP FUNCTION strategy_submit(uuid);
DROP FUNCTION strategy_own_version(uuid);
DROP FUNCTION strategy_show_version();
DROP FUNCTION strategy_guard_version();
"""

VERDICTS = """
-- A verdict is about the words of today, in its turn, by somebody who speaks for that body and did not write them.
CREATE FUNCTION strategy_guard_verdict() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    judged public.strategy_version;
BEGIN
    SELECT * INTO judged FROM public.strategy_version v WHERE v.id = NEW.version_id;
    PERFORM pg_advisory_xact_lock(hashtextextended('strategy ' || judged.kind || ' ' || judged.item, 0));
    SELECT * INTO judged FROM public.strategy_version v WHERE v.id = NEW.version_id FOR UPDATE;
    IF judged.state = 'achterhaald' THEN
        RAISE EXCEPTION 'there is a later version' USING ERRCODE = 'check_violation';
    END IF;
    IF judged.state <> 'ingediend' THEN
        RAISE EXCEPTION 'this version is no longer open' USING ERRCODE = 'check_violation';
    END IF;
    IF judged.replaces_id IS DISTINCT FROM public.strategy_current(judged.kind, judged.item) THEN
        RAISE EXCEPTION 'this item changed meanwhile' USING ERRCODE = 'check_violation';
    END IF;
    IF judged.author_id = public.session_account() THEN
        RAISE EXCEPTION 'nobody decides on words of their own' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.stage IS DISTINCT FROM public.strategy_open_stage(judged.id) THEN
        RAISE EXCEPTION 'this step is not open' USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (SELECT FROM public.strategy_route r
                    WHERE r.kind = judged.kind AND r.stage = NEW.stage AND r.decider = NEW.decider) THEN
        RAISE EXCEPTION 'this step is not open' USING ERRCODE = 'check_violation';
    END IF;
    IF NOT public.strategy_speaks(judged.id, NEW.decider, NEW.body_id) THEN
        RAISE EXCEPTION 'this session does not speak for that body' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NEW.decided_on > public.today() OR NEW.decided_on < (judged.submitted_at AT TIME ZONE 'Europe/Amsterdam')::date THEN
        RAISE EXCEPTION 'it was decided before it was asked' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER strategy_verdict_is_in_turn BEFORE INSERT ON strategy_verdict
    FOR EACH ROW EXECUTE FUNCTION strategy_guard_verdict();

CREATE FUNCTION strategy_speaks(wanted uuid, decider text, body text) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF decider = 'portefeuillehouder' THEN
        RETURN public.strategy_holds_portfolio(wanted)
           AND EXISTS (SELECT FROM public.directory_seat s JOIN public.directory_holder h ON h.seat_id = s.id
                        WHERE s.body_id = body AND h.account_id = public.session_account()
                          AND s.period @> public.today() AND h.period @> public.today());
    END IF;
    RETURN public.directory_speaks_for(body)
       AND EXISTS (SELECT FROM public.directory_body b
                    WHERE b.slug = body AND b.kind_id = decider AND b.period @> public.today());
END
$$;

-- One refusal ends it; the last agreement that was missing brings it into force, on the day of that decision.
CREATE FUNCTION strategy_settle() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    judged public.strategy_version;
    former date;
BEGIN
    SELECT * INTO judged FROM public.strategy_version v WHERE v.id = NEW.version_id;
    IF NEW.outcome = 'niet-akkoord' THEN
        UPDATE public.strategy_version SET state = 'afgewezen', settled_at = clock_timestamp() WHERE id = judged.id;
    ELSIF public.strategy_open_stage(judged.id) IS NULL THEN
        PERFORM public.strategy_check_tree(judged);
        former := (SELECT v.in_force_from FROM public.strategy_version v WHERE v.id = judged.replaces_id);
        UPDATE public.strategy_version
           SET state = 'van-kracht', settled_at = clock_timestamp(), in_force_from = greatest(NEW.decided_on, former)
         WHERE id = judged.id;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER strategy_verdict_settles AFTER INSERT ON strategy_verdict
    FOR EACH ROW EXECUTE FUNCTION strategy_settle();
REVOKE EXECUTE ON FUNCTION strategy_guard_verdict, strategy_speaks, strategy_settle FROM PUBLIC;
"""
NO_VERDICTS = """
DROP TRIGGER strategy_verdict_settles ON strategy_verdict;
DROP TRIGGER strategy_verdict_is_in_turn ON strategy_verdict;
DROP FUNCTION strategy_settle();
DROP FUNCTION strategy_guard_verdict();
DROP FUNCTION strategy_speaks(uuid, text, text);
"""

LOADS = "(SELECT session_is_service())"
MINE = "(SELECT session_account())"
OWN = "organisation_id = (SELECT session_organisation())"
DRAFT = (
    f"author_id = {MINE} AND {OWN} AND (SELECT strategy_may_propose()) AND state = 'concept'"
    " AND submitted_at IS NULL AND settled_at IS NULL AND in_force_from IS NULL"
)
WALLS = {
    "strategy_version": (f"submitted_at IS NOT NULL OR in_force_from IS NOT NULL OR {OWN} OR {LOADS}", DRAFT),
    "strategy_verdict": ("true", f"recorded_by_id = {MINE} AND (SELECT session_is_strong())"),
}


def wall(table: str, seen: str, added: str) -> str:
    """Return the policies of a table; the command line brings what a region pack says."""
    more = f"{LOADS} OR " if table == "strategy_version" else ""
    return f"""
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY {table}_owner ON {table} TO vangnet_owner USING (true) WITH CHECK (true);
CREATE POLICY {table}_read ON {table} FOR SELECT TO vangnet_app USING ({seen});
CREATE POLICY {table}_insert ON {table} FOR INSERT TO vangnet_app WITH CHECK ({more}{added});
"""


def no_wall(table: str) -> str:
    """Return what takes the policies of a table away."""
    return f"""
DROP POLICY {table}_insert ON {table};
DROP POLICY {table}_read ON {table};
DROP POLICY {table}_owner ON {table};
ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("strategy", "0002_versions"), ("agreements", "0004_intake"), ("directory", "0002_rules")]
    operations = [
        migrations.RunSQL(QUESTIONS, NO_QUESTIONS),
        migrations.RunSQL(READING, NO_READING),
        migrations.RunSQL(STEPS, NO_STEPS),
        migrations.RunSQL(VERDICTS, NO_VERDICTS),
        *[migrations.RunSQL(wall(table, *rules), no_wall(table)) for table, rules in WALLS.items()],
    ]
