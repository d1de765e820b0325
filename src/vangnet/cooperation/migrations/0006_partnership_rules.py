"""Who begins, joins, evaluates and ends work with a branch, and that its words stay."""

from django.db import migrations

GUARDS = """
CREATE FUNCTION cooperation_leads(wanted uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN public.directory_enters_for(
        (SELECT p.organisation_id FROM public.cooperation_partnership p WHERE p.id = wanted));
END
$$;
REVOKE EXECUTE ON FUNCTION cooperation_leads FROM PUBLIC;

-- An evaluation or the end is of who leads it; the first moves the day of the next, the second ends it for everybody.
CREATE FUNCTION cooperation_guard_partnership_step() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    p public.cooperation_partnership;
BEGIN
    SELECT * INTO p FROM public.cooperation_partnership f WHERE f.id = NEW.partnership_id FOR UPDATE;
    IF p.id IS NULL OR NOT public.directory_enters_for(p.organisation_id) THEN
        RAISE EXCEPTION 'another leads this' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NEW.number <> p.revision + 1 THEN
        RAISE EXCEPTION 'a colleague changed it meanwhile' USING ERRCODE = 'check_violation';
    END IF;
    IF p.ended_on IS NOT NULL THEN
        RAISE EXCEPTION 'this partnership has ended' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.on > public.today() OR NEW.on < p.begins_on THEN
        RAISE EXCEPTION 'a step lies between the beginning and today' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.next_on <= NEW.on THEN
        RAISE EXCEPTION 'a next evaluation comes later' USING ERRCODE = 'check_violation';
    END IF;
    UPDATE public.cooperation_partnership
       SET revision = NEW.number,
           evaluate_on = CASE NEW.kind WHEN 'evaluatie' THEN NEW.next_on ELSE evaluate_on END,
           ended_on = CASE NEW.kind WHEN 'einde' THEN NEW.on ELSE NULL END
     WHERE id = p.id;
    IF NEW.kind = 'einde' THEN -- nobody goes on taking part; who joined on that day or later was there one day
        UPDATE public.cooperation_participant d
           SET period = daterange(lower(d.period), greatest(NEW.on, lower(d.period) + 1))
         WHERE d.partnership_id = p.id AND NOT coalesce(upper(d.period) <= NEW.on, false)
           AND NOT coalesce(upper(d.period) <= lower(d.period) + 1, false);
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER cooperation_partnership_step_is_the_next BEFORE INSERT ON cooperation_partnershipstep
    FOR EACH ROW EXECUTE FUNCTION cooperation_guard_partnership_step();

-- One joins while it runs. The lock keeps its end from passing by somebody who joins.
CREATE FUNCTION cooperation_guard_participant() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    p public.cooperation_partnership;
BEGIN
    IF TG_OP = 'UPDATE' AND ((NEW.id, NEW.partnership_id, NEW.organisation_id, lower(NEW.period))
           IS DISTINCT FROM (OLD.id, OLD.partnership_id, OLD.organisation_id, lower(OLD.period))
       OR NOT OLD.period @> NEW.period) THEN
        RAISE EXCEPTION 'the participant was changed' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'INSERT' THEN
        SELECT * INTO p FROM public.cooperation_partnership f WHERE f.id = NEW.partnership_id FOR SHARE;
        IF p.ended_on IS NOT NULL OR p.ends_on <= public.today() THEN
            RAISE EXCEPTION 'this partnership has ended' USING ERRCODE = 'check_violation';
        END IF;
        IF lower(NEW.period) IS NULL OR lower(NEW.period) < p.begins_on OR lower(NEW.period) >= p.ends_on THEN
            RAISE EXCEPTION 'one joins while it runs' USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER cooperation_participant_only_ends BEFORE INSERT OR UPDATE ON cooperation_participant
    FOR EACH ROW EXECUTE FUNCTION cooperation_guard_participant();

CREATE FUNCTION cooperation_guard_partnership() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF NEW.ended_on IS NOT NULL OR NEW.revision <> 0 OR NEW.evaluate_on <= NEW.begins_on THEN
        RAISE EXCEPTION 'a partnership is evaluated after it began' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER cooperation_partnership_begins BEFORE INSERT ON cooperation_partnership
    FOR EACH ROW EXECUTE FUNCTION cooperation_guard_partnership();
REVOKE EXECUTE ON FUNCTION cooperation_guard_partnership_step, cooperation_guard_participant,
    cooperation_guard_partnership FROM PUBLIC;
"""
NO_GUARDS = """
DROP TRIGGER cooperation_partnership_begins ON cooperation_partnership;
DROP TRIGGER cooperation_participant_only_ends ON cooperation_participant;
DROP TRIGGER cooperation_partnership_step_is_the_next ON cooperation_partnershipstep;
DROP FUNCTION cooperation_guard_partnership();
DROP FUNCTION cooperation_guard_participant();
DROP FUNCTION cooperation_guard_partnership_step();
DROP FUNCTION cooperation_leads(uuid);
"""

READS = "(SELECT directory_reads())"
ME = "(SELECT session_account())"
STRONG = "(SELECT session_is_strong())"
# Only who decides for an organisation says that it takes part; who leads ends that with the whole only.
ENTERS = "directory_enters_for(organisation_id)"
# Table: what is seen, what may be added, and what may be changed; nothing is taken away by anybody.
WALLS = {
    "cooperation_partnership": (
        READS, f"begun_by_id = {ME} AND {STRONG} AND directory_enters_for(organisation_id)", ""
    ),
    "cooperation_partnershipstep": (
        READS, f"author_id = {ME} AND {STRONG} AND cooperation_leads(partnership_id)", ""
    ),
    "cooperation_participant": (READS, ENTERS, ENTERS),
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
    dependencies = [("cooperation", "0005_partnerships"), ("directory", "0004_people")]
    operations = [
        migrations.RunSQL(GUARDS, NO_GUARDS),
        *[migrations.RunSQL(wall(table, *rules), no_wall(table, rules[2])) for table, rules in WALLS.items()],
    ]
