"""A code is given once, also when two organisations each draft something new; if it was, a revision takes another."""

from django.db import migrations

TAKEN = """
-- Every code that something has or had, drafts of others too: no more of these than that the code is gone.
CREATE FUNCTION strategy_taken(wanted_kind text) RETURNS SETOF text
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF public.strategy_may_propose() THEN
        RETURN QUERY SELECT DISTINCT v.item::text FROM public.strategy_version v WHERE v.kind = wanted_kind;
    END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION strategy_taken FROM PUBLIC;
"""
NOT_TAKEN = "DROP FUNCTION strategy_taken(text);"

GUARD = """
-- One change of an item at a time: the order of versions is the order of this lock.
CREATE OR REPLACE FUNCTION strategy_guard_version() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('strategy ' || NEW.kind || ' ' || NEW.item, 0));
    IF NEW.replaces_id IS DISTINCT FROM public.strategy_current(NEW.kind, NEW.item) THEN
        RAISE EXCEPTION 'this item changed meanwhile' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.revises_id IS NOT NULL THEN
        UPDATE public.strategy_version v SET state = 'achterhaald', settled_at = clock_timestamp()
         WHERE v.id = NEW.revises_id AND v.kind = NEW.kind AND {item}
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
"""
SAME = "v.item = NEW.item"
# Something new whose code became that of something else goes on under another code.
OR_ANOTHER = """(v.item = NEW.item OR v.replaces_id IS NULL AND NEW.replaces_id IS NULL
                AND public.strategy_current(v.kind, v.item) IS NOT NULL)"""


class Migration(migrations.Migration):
    dependencies = [("strategy", "0043_tree_and_topics")]
    operations = [
        migrations.RunSQL(TAKEN, NOT_TAKEN),
        migrations.RunSQL(GUARD.replace("{item}", OR_ANOTHER), GUARD.replace("{item}", SAME)),
    ]
