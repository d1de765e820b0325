"""Nobody decides on what they wrote at any time, nor before the step that came first."""

from django.db import migrations

WROTE = """
-- Whether the session wrote this version or one that it was made from: a full stop of a colleague changes nothing.
CREATE FUNCTION strategy_wrote(wanted uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
    WITH RECURSIVE written(id, revises_id, author_id) AS (
        SELECT v.id, v.revises_id, v.author_id FROM public.strategy_version v WHERE v.id = wanted
        UNION
        SELECT v.id, v.revises_id, v.author_id FROM public.strategy_version v JOIN written w ON v.id = w.revises_id)
    SELECT EXISTS (SELECT FROM written w WHERE w.author_id = public.session_account())
$$;
REVOKE EXECUTE ON FUNCTION strategy_wrote FROM PUBLIC;
"""
NO_WROTE = "DROP FUNCTION strategy_wrote(uuid);"


IN_ORDER = """
    IF NEW.decided_on < (SELECT max(d.decided_on) FROM public.strategy_verdict d
                          WHERE d.version_id = judged.id AND d.stage < NEW.stage) THEN
        RAISE EXCEPTION 'it was decided before the step that came first' USING ERRCODE = 'check_violation';
    END IF;"""


TREE_FIRST = """
    PERFORM pg_advisory_xact_lock(hashtextextended('strategy tree', 0));"""


def guard(first: str, wrote: str, in_order: str) -> str:
    """Return the guard of verdicts, with what it does first, what words are one's own and the order of steps."""
    return f"""
CREATE OR REPLACE FUNCTION strategy_guard_verdict() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    judged public.strategy_version;
BEGIN{first}
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
    IF {wrote} THEN
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
    END IF;{in_order}
    RETURN NEW;
END
$$;
"""


def settle(decided: str) -> str:
    """Return what brings a version into force, with the day on which it was decided."""
    return f"""
CREATE OR REPLACE FUNCTION strategy_settle() RETURNS trigger
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
           SET state = 'van-kracht', settled_at = clock_timestamp(), in_force_from = greatest({decided}, former)
         WHERE id = judged.id;
    END IF;
    RETURN NULL;
END
$$;
"""


# However late an assent was written down: nothing is in force before the last of them was given.
LAST = "(SELECT max(d.decided_on) FROM public.strategy_verdict d WHERE d.version_id = judged.id)"


class Migration(migrations.Migration):
    dependencies = [("strategy", "0040_links")]
    operations = [
        migrations.RunSQL(WROTE, NO_WROTE),
        migrations.RunSQL(
            guard(TREE_FIRST, "public.strategy_wrote(judged.id)", IN_ORDER),
            guard("", "judged.author_id = public.session_account()", ""),
        ),
        migrations.RunSQL(settle(LAST), settle("NEW.decided_on")),
    ]
