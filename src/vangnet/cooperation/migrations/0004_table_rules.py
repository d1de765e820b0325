"""Who puts an item on a table, who supports a position, and that a supported text is never swapped for another."""

from django.db import migrations

QUESTIONS = """
-- Who keeps an item is who speaks for the body that brought it, and the driving team.
CREATE FUNCTION cooperation_keeps_item(wanted uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN public.directory_keeps((SELECT i.body_id FROM public.cooperation_tableitem i WHERE i.id = wanted));
END
$$;
REVOKE EXECUTE ON FUNCTION cooperation_keeps_item FROM PUBLIC;
"""
NO_QUESTIONS = "DROP FUNCTION cooperation_keeps_item(uuid);"

GUARDS = """
CREATE FUNCTION cooperation_guard_item() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF (NEW.state, NEW.number, NEW.revision, NEW.outcome) IS DISTINCT FROM ('voorbereiding', 0, 0, '')
       OR num_nonnulls(NEW.planned_on, NEW.treated_on, NEW.closed_on) > 0 THEN
        RAISE EXCEPTION 'an item begins in preparation' USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (SELECT FROM public.directory_body b WHERE b.slug = NEW.body_id AND b.period @> public.today()) THEN
        RAISE EXCEPTION 'the body is not there then' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.matter_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM public.meetings_stop p WHERE p.matter_id = NEW.matter_id AND p.body_id = NEW.body_id) THEN
        RAISE EXCEPTION 'the matter was never at that body' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER cooperation_item_begins BEFORE INSERT ON cooperation_tableitem
    FOR EACH ROW EXECUTE FUNCTION cooperation_guard_item();

-- A next version of a position, as long as the table has not treated it; who supported an earlier one is asked again.
CREATE FUNCTION cooperation_guard_position() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    i public.cooperation_tableitem;
BEGIN
    SELECT * INTO i FROM public.cooperation_tableitem t WHERE t.id = NEW.item_id FOR UPDATE;
    IF NOT public.directory_keeps(i.body_id) THEN
        RAISE EXCEPTION 'another keeps this item' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NEW.number <> i.number + 1 THEN
        RAISE EXCEPTION 'a colleague changed it meanwhile' USING ERRCODE = 'check_violation';
    END IF;
    IF i.state NOT IN ('voorbereiding', 'geagendeerd') THEN
        RAISE EXCEPTION 'the table has treated it' USING ERRCODE = 'check_violation';
    END IF;
    UPDATE public.cooperation_tableitem SET number = NEW.number WHERE id = i.id;
    RETURN NEW;
END
$$;
CREATE TRIGGER cooperation_position_is_the_next BEFORE INSERT ON cooperation_position
    FOR EACH ROW EXECUTE FUNCTION cooperation_guard_position();

-- A body speaks of the words that hold now, by somebody who speaks for it and did not write them.
CREATE FUNCTION cooperation_guard_support() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    p public.cooperation_position;
    i public.cooperation_tableitem;
BEGIN
    SELECT * INTO p FROM public.cooperation_position f WHERE f.id = NEW.position_id;
    SELECT * INTO i FROM public.cooperation_tableitem t WHERE t.id = p.item_id FOR UPDATE;
    IF NOT public.directory_speaks_for(NEW.body_id) THEN
        RAISE EXCEPTION 'this session does not speak for it' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF p.number <> i.number THEN
        RAISE EXCEPTION 'there is a later position' USING ERRCODE = 'check_violation';
    END IF;
    IF i.state NOT IN ('voorbereiding', 'geagendeerd') THEN
        RAISE EXCEPTION 'the table has treated it' USING ERRCODE = 'check_violation';
    END IF;
    IF p.written_by_id = NEW.author_id THEN
        RAISE EXCEPTION 'nobody supports words of their own' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER cooperation_support_is_of_now BEFORE INSERT ON cooperation_support
    FOR EACH ROW EXECUTE FUNCTION cooperation_guard_support();

CREATE FUNCTION cooperation_guard_step() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    i public.cooperation_tableitem;
BEGIN
    SELECT * INTO i FROM public.cooperation_tableitem t WHERE t.id = NEW.item_id FOR UPDATE;
    IF NOT public.directory_keeps(i.body_id) THEN
        RAISE EXCEPTION 'another keeps this item' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NEW.number <> i.revision + 1 THEN
        RAISE EXCEPTION 'a colleague changed it meanwhile' USING ERRCODE = 'check_violation';
    END IF;
    IF NOT (CASE NEW.kind
        WHEN 'agenderen' THEN i.state IN ('voorbereiding', 'geagendeerd', 'behandeld')
        WHEN 'behandelen' THEN i.state = 'geagendeerd'
        WHEN 'uitkomst' THEN i.state = 'behandeld'
        ELSE i.state IN ('voorbereiding', 'geagendeerd', 'behandeld') END) THEN
        RAISE EXCEPTION 'this step does not fit the item' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.kind = 'agenderen' AND i.number = 0 THEN
        RAISE EXCEPTION 'there is no position yet' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.kind <> 'agenderen' AND NEW.on > public.today() THEN
        RAISE EXCEPTION 'this day has not come' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.on < (i.raised_at AT TIME ZONE 'Europe/Amsterdam')::date THEN
        RAISE EXCEPTION 'a step follows the item' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.kind = 'agenderen' AND NEW.on < (NEW.recorded_at AT TIME ZONE 'Europe/Amsterdam')::date THEN
        RAISE EXCEPTION 'an agenda lies ahead' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.kind = 'behandelen' AND EXISTS (
        SELECT FROM public.cooperation_position f
         WHERE f.item_id = i.id AND (f.written_at AT TIME ZONE 'Europe/Amsterdam')::date > NEW.on) THEN
        RAISE EXCEPTION 'a table treats words that are there' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.kind = 'uitkomst' AND NEW.on < i.treated_on THEN
        RAISE EXCEPTION 'an outcome follows the table' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER cooperation_step_is_the_next BEFORE INSERT ON cooperation_tablestep
    FOR EACH ROW EXECUTE FUNCTION cooperation_guard_step();

CREATE FUNCTION cooperation_take_step() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    UPDATE public.cooperation_tableitem i
       SET revision = NEW.number,
           state = CASE NEW.kind WHEN 'agenderen' THEN 'geagendeerd' WHEN 'behandelen' THEN 'behandeld'
                                 WHEN 'uitkomst' THEN 'afgerond' ELSE 'ingetrokken' END,
           planned_on = CASE NEW.kind WHEN 'agenderen' THEN NEW.on ELSE i.planned_on END,
           treated_on = CASE NEW.kind WHEN 'behandelen' THEN NEW.on WHEN 'agenderen' THEN NULL ELSE i.treated_on END,
           closed_on = CASE WHEN NEW.kind IN ('uitkomst', 'intrekken') THEN NEW.on ELSE NULL END,
           outcome = NEW.outcome
     WHERE i.id = NEW.item_id;
    RETURN NULL;
END
$$;
CREATE TRIGGER cooperation_step_is_taken AFTER INSERT ON cooperation_tablestep
    FOR EACH ROW EXECUTE FUNCTION cooperation_take_step();
REVOKE EXECUTE ON FUNCTION cooperation_guard_item, cooperation_guard_position, cooperation_guard_support,
    cooperation_guard_step, cooperation_take_step FROM PUBLIC;
"""
NO_GUARDS = """
DROP TRIGGER cooperation_step_is_taken ON cooperation_tablestep;
DROP TRIGGER cooperation_step_is_the_next ON cooperation_tablestep;
DROP TRIGGER cooperation_support_is_of_now ON cooperation_support;
DROP TRIGGER cooperation_position_is_the_next ON cooperation_position;
DROP TRIGGER cooperation_item_begins ON cooperation_tableitem;
DROP FUNCTION cooperation_take_step();
DROP FUNCTION cooperation_guard_step();
DROP FUNCTION cooperation_guard_support();
DROP FUNCTION cooperation_guard_position();
DROP FUNCTION cooperation_guard_item();
"""

READS = "(SELECT directory_reads())"
LOADS = "(SELECT session_is_service())"
ME = "(SELECT session_account())"
STRONG = "(SELECT session_is_strong())"
# Table: what is seen, what may be added, and what may be changed; nothing is taken away by anybody.
WALLS = {
    "cooperation_administrativetable": (READS, LOADS, LOADS),
    "cooperation_tableitem": (READS, f"raised_by_id = {ME} AND {STRONG} AND directory_keeps(body_id)", ""),
    "cooperation_position": (
        READS, f"written_by_id = {ME} AND {STRONG} AND cooperation_keeps_item(item_id)", ""
    ),
    "cooperation_support": (READS, f"author_id = {ME} AND {STRONG} AND directory_speaks_for(body_id)", ""),
    "cooperation_tablestep": (
        READS, f"author_id = {ME} AND {STRONG} AND cooperation_keeps_item(item_id)", ""
    ),
}  # fmt: skip


def wall(table: str, seen: str, added: str, changed: str) -> str:
    """Return the policies of a table."""
    made = f"""
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY {table}_owner ON {table} TO vangnet_owner USING (true) WITH CHECK (true);
CREATE POLICY {table}_read ON {table} FOR SELECT TO vangnet_app USING ({seen});
CREATE POLICY {table}_insert ON {table} FOR INSERT TO vangnet_app WITH CHECK ({added});
"""
    if changed:
        made += f"""
CREATE POLICY {table}_change ON {table} FOR UPDATE TO vangnet_app USING ({changed}) WITH CHECK ({changed});
"""
    return made


def no_wall(table: str, changed: str) -> str:
    """Return what takes the policies of a table away."""
    return f"""
{f"DROP POLICY {table}_change ON {table};" if changed else ""}
DROP POLICY {table}_insert ON {table};
DROP POLICY {table}_read ON {table};
DROP POLICY {table}_owner ON {table};
ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("cooperation", "0003_tables")]
    operations = [
        migrations.RunSQL(QUESTIONS, NO_QUESTIONS),
        migrations.RunSQL(GUARDS, NO_GUARDS),
        *[migrations.RunSQL(wall(table, *rules), no_wall(table, rules[2])) for table, rules in WALLS.items()],
    ]
