"""A tree that holds, what happened with a goal, and verdicts that come from papers of the past."""

from django.db import migrations

TREE = """
CREATE OR REPLACE FUNCTION strategy_show_goal(entered strategy_version) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
    INSERT INTO public.strategy_goal (code, theme_id, parent_id, kind, is_listed, title, term, due_on, date_basis,
        condition, actors, network_role, pages, first_page, section, measures, level, partners, documents, indicator,
        area, base_year, target, target_year, target_origin, position)
    SELECT entered.item, x.theme, x.parent, x.kind, x.is_listed, x.title, x.term, x.due_on, x.date_basis,
           x.condition, x.actors, x.network_role, x.pages, x.first_page, x.section, x.measures,
           coalesce(x.level, ''), coalesce(x.partners, '[]'), coalesce(x.documents, '[]'), coalesce(x.indicator, ''),
           coalesce(x.area, ''), x.base_year, x.target, x.target_year, coalesce(x.target_origin, ''), x.position
      FROM jsonb_to_record(entered.content) AS x(theme text, parent text, kind text, is_listed boolean, title text,
           term text, due_on date, date_basis text, condition text, actors jsonb, network_role text, pages text,
           first_page smallint, section text, measures jsonb, level text, partners jsonb, documents jsonb,
           indicator text, area text, base_year smallint, target smallint, target_year smallint, target_origin text,
           position smallint)
    ON CONFLICT (code) DO UPDATE SET (theme_id, parent_id, kind, is_listed, title, term, due_on, date_basis,
        condition, actors, network_role, pages, first_page, section, measures, level, partners, documents, indicator,
        area, base_year, target, target_year, target_origin, position)
      = (EXCLUDED.theme_id, EXCLUDED.parent_id, EXCLUDED.kind, EXCLUDED.is_listed, EXCLUDED.title, EXCLUDED.term,
         EXCLUDED.due_on, EXCLUDED.date_basis, EXCLUDED.condition, EXCLUDED.actors, EXCLUDED.network_role,
         EXCLUDED.pages, EXCLUDED.first_page, EXCLUDED.section, EXCLUDED.measures, EXCLUDED.level, EXCLUDED.partners,
         EXCLUDED.documents, EXCLUDED.indicator, EXCLUDED.area, EXCLUDED.base_year, EXCLUDED.target,
         EXCLUDED.target_year, EXCLUDED.target_origin, EXCLUDED.position)
$$;

-- 1 is the highest; null when a goal has no level.
CREATE FUNCTION strategy_rank(level text) RETURNS integer
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog
AS $$
    SELECT array_position(ARRAY['visie', 'strategisch', 'tactisch', 'operationeel'], level)
$$;

-- However a goal comes in, by decision or from a region pack: it has a theme, no loop, and hangs below no lower level.
CREATE FUNCTION strategy_guard_tree() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    PERFORM public.strategy_check_tree(NEW);
    IF EXISTS (
        SELECT FROM public.strategy_goal g
         WHERE g.code = NEW.content ->> 'parent'
           AND public.strategy_rank(g.level) > public.strategy_rank(NEW.content ->> 'level'))
       OR EXISTS (
        SELECT FROM public.strategy_goal g
         WHERE g.parent_id = NEW.item
           AND public.strategy_rank(g.level) < public.strategy_rank(NEW.content ->> 'level')) THEN
        RAISE EXCEPTION 'this goal would hang below a goal of a lower level' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER strategy_version_fits_the_tree BEFORE INSERT OR UPDATE ON strategy_version
    FOR EACH ROW WHEN (NEW.kind = 'doel' AND NEW.content IS NOT NULL AND NEW.state IN ('ingediend', 'van-kracht'))
    EXECUTE FUNCTION strategy_guard_tree();
REVOKE EXECUTE ON FUNCTION strategy_guard_tree FROM PUBLIC;
"""
NO_TREE = """
DROP TRIGGER strategy_version_fits_the_tree ON strategy_version;
DROP FUNCTION strategy_guard_tree();
DROP FUNCTION strategy_rank(text);
CREATE OR REPLACE FUNCTION strategy_show_goal(entered strategy_version) RETURNS void
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
"""

PROGRESS = """
-- Who keeps the theme of a goal: its portfolio holder, or the team that keeps the strategy going.
CREATE FUNCTION strategy_keeps_goal(wanted text) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN public.session_is_strong() AND (
        public.session_has_role('aanjaagteam') OR EXISTS (
        SELECT FROM public.strategy_goal g
          JOIN public.directory_seat s ON s.portfolio_id = g.theme_id
          JOIN public.directory_holder h ON h.seat_id = s.id
         WHERE g.code = wanted AND h.account_id = public.session_account()
           AND s.period @> public.today() AND h.period @> public.today()));
END
$$;

-- Whoever proposes changes reports what happened; another word for where it stands is for who keeps the theme.
CREATE FUNCTION strategy_may_report(wanted text, what text) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM public.strategy_goal g WHERE g.code = wanted) THEN
        RETURN false;
    END IF;
    RETURN public.strategy_keeps_goal(wanted)
        OR what <> 'andere-stand' AND public.strategy_may_propose();
END
$$;

CREATE FUNCTION strategy_guard_progress() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF NEW."on" > public.today() THEN
        RAISE EXCEPTION 'what happened lies in the past' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.until < NEW."on" THEN
        RAISE EXCEPTION 'it would end before it began' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER strategy_progress_has_happened BEFORE INSERT ON strategy_progress
    FOR EACH ROW EXECUTE FUNCTION strategy_guard_progress();
REVOKE EXECUTE ON FUNCTION strategy_keeps_goal, strategy_may_report, strategy_guard_progress FROM PUBLIC;

ALTER TABLE strategy_progress ENABLE ROW LEVEL SECURITY;
ALTER TABLE strategy_progress FORCE ROW LEVEL SECURITY;
CREATE POLICY strategy_progress_owner ON strategy_progress TO vangnet_owner USING (true) WITH CHECK (true);
CREATE POLICY strategy_progress_read ON strategy_progress FOR SELECT TO vangnet_app USING (true);
CREATE POLICY strategy_progress_insert ON strategy_progress FOR INSERT TO vangnet_app WITH CHECK (
    (SELECT session_is_service())
    OR recorded_by_id = (SELECT session_account()) AND organisation_id = (SELECT session_organisation())
       AND strategy_may_report(goal, kind));
"""
NO_PROGRESS = """
DROP POLICY strategy_progress_insert ON strategy_progress;
DROP POLICY strategy_progress_read ON strategy_progress;
DROP POLICY strategy_progress_owner ON strategy_progress;
ALTER TABLE strategy_progress NO FORCE ROW LEVEL SECURITY;
ALTER TABLE strategy_progress DISABLE ROW LEVEL SECURITY;
DROP TRIGGER strategy_progress_has_happened ON strategy_progress;
DROP FUNCTION strategy_guard_progress();
DROP FUNCTION strategy_may_report(text, text);
DROP FUNCTION strategy_keeps_goal(text);
"""

# A decision of before this site was in use comes from its papers: nobody can wait for its turn any more.
PAST = """
DROP TRIGGER strategy_verdict_is_in_turn ON strategy_verdict;
CREATE TRIGGER strategy_verdict_is_in_turn BEFORE INSERT ON strategy_verdict
    FOR EACH ROW WHEN (NOT NEW.is_taken_over) EXECUTE FUNCTION strategy_guard_verdict();
DROP TRIGGER strategy_verdict_settles ON strategy_verdict;
CREATE TRIGGER strategy_verdict_settles AFTER INSERT ON strategy_verdict
    FOR EACH ROW WHEN (NOT NEW.is_taken_over) EXECUTE FUNCTION strategy_settle();

CREATE FUNCTION strategy_guard_past() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF NOT public.session_is_service() THEN
        RAISE EXCEPTION 'only the command line takes over papers' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NOT EXISTS (SELECT FROM public.strategy_version v
                    WHERE v.id = NEW.version_id AND v.settled_at IS NOT NULL
                      AND NEW.decided_on <= v.settled_at::date) THEN
        RAISE EXCEPTION 'this is not of a decision of the past' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER strategy_verdict_is_of_the_past BEFORE INSERT ON strategy_verdict
    FOR EACH ROW WHEN (NEW.is_taken_over) EXECUTE FUNCTION strategy_guard_past();
REVOKE EXECUTE ON FUNCTION strategy_guard_past FROM PUBLIC;
CREATE POLICY strategy_verdict_take_over ON strategy_verdict FOR INSERT TO vangnet_app
    WITH CHECK (is_taken_over AND (SELECT session_is_service()));
"""
NO_PAST = """
DROP POLICY strategy_verdict_take_over ON strategy_verdict;
DROP TRIGGER strategy_verdict_is_of_the_past ON strategy_verdict;
DROP FUNCTION strategy_guard_past();
DROP TRIGGER strategy_verdict_settles ON strategy_verdict;
CREATE TRIGGER strategy_verdict_settles AFTER INSERT ON strategy_verdict
    FOR EACH ROW EXECUTE FUNCTION strategy_settle();
DROP TRIGGER strategy_verdict_is_in_turn ON strategy_verdict;
CREATE TRIGGER strategy_verdict_is_in_turn BEFORE INSERT ON strategy_verdict
    FOR EACH ROW EXECUTE FUNCTION strategy_guard_verdict();
"""


class Migration(migrations.Migration):
    dependencies = [("strategy", "0020_progress"), ("directory", "0004_people")]
    operations = [
        migrations.RunSQL(TREE, NO_TREE),
        migrations.RunSQL(PROGRESS, NO_PROGRESS),
        migrations.RunSQL(PAST, NO_PAST),
    ]
