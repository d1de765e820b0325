"""One change of the tree at a time, and a theme that comes into force is a theme of the network too."""

from django.db import migrations

# The order of locks is everywhere: the tree, the item, the row.
ONE_AT_A_TIME = """
    -- Two decisions that are right by themselves can make a loop together: the second waits for the first.
    PERFORM pg_advisory_xact_lock(hashtextextended('strategy tree', 0));"""


def check_tree(first: str) -> str:
    """Return what keeps the tree a tree, with what it does first."""
    return f"""
CREATE OR REPLACE FUNCTION strategy_check_tree(entered strategy_version) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN{first}
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
"""


def own_version(first: str) -> str:
    """Return what locks a version that one's own organisation is still working on, with what it does first."""
    return f"""
CREATE OR REPLACE FUNCTION strategy_own_version(wanted uuid) RETURNS strategy_version
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    found_version public.strategy_version;
BEGIN{first}
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
"""


TOPIC = """
        -- Seats, partners, meetings and plans choose from the topics of the network. What is general is no subject.
        -- A theme that ends stays there: what was agreed about it names it.
        IF entered.content ->> 'kind' <> 'algemeen' THEN
            INSERT INTO public.directory_topic (slug, name, "order")
            SELECT entered.item, entered.content ->> 'name', coalesce(max(t."order"), 0) + 1
              FROM public.directory_topic t
            ON CONFLICT (slug) DO UPDATE SET (name, under_id) = (EXCLUDED.name, NULL);
        END IF;"""


def show(topic: str) -> str:
    """Return what copies a version that came into force, with what it does for a theme besides."""
    return f"""
CREATE OR REPLACE FUNCTION strategy_show(entered strategy_version) RETURNS void
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
            = (EXCLUDED.strategy_id, EXCLUDED.name, EXCLUDED.kind, EXCLUDED.summary, EXCLUDED.position);{topic}
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
"""


# Themes that were chosen before today; what the region pack says of the others stays as it is.
CHOSEN = """
INSERT INTO directory_topic (slug, name, "order")
SELECT t.slug, t.name, (SELECT coalesce(max(d."order"), 0) FROM directory_topic d) + row_number() OVER (ORDER BY t.position)
  FROM strategy_theme t WHERE t.kind <> 'algemeen'
ON CONFLICT (slug) DO NOTHING;
"""


class Migration(migrations.Migration):
    dependencies = [("strategy", "0042_portfolios"), ("directory", "0006_departures")]
    operations = [
        migrations.RunSQL(check_tree(ONE_AT_A_TIME), check_tree("")),
        migrations.RunSQL(own_version(ONE_AT_A_TIME), own_version("")),
        migrations.RunSQL(show(TOPIC), show("")),
        migrations.RunSQL(CHOSEN, migrations.RunSQL.noop),
    ]
