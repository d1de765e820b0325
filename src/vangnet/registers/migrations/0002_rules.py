"""Who sees and adds which line of a register, what is counted for everybody, and that no step is skipped."""

from django.db import migrations

QUESTIONS = """
-- Whoever works for a partner today reads what is of the region; the command line loads it.
CREATE FUNCTION registers_reads() RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN public.session_organisation() IS NOT NULL OR public.session_is_service();
END
$$;

-- The municipality that the session works for; null for any other partner.
CREATE FUNCTION registers_own_place() RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN (SELECT o.place FROM public.identity_organisation o
              JOIN public.identity_organisationkind k ON k.organisation_id = o.id
             WHERE o.id = public.session_organisation() AND k.kind = 'gemeente' AND k.period @> public.today());
END
$$;

-- What the session may keep up: 'gemeente' its own municipality, 'partner' amounts and finds anywhere in the
-- region, 'netwerk' what is agreed for the region; empty for who only reads.
CREATE FUNCTION registers_task() RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF public.session_has_role('adviseur') AND public.registers_own_place() IS NOT NULL THEN
        RETURN 'gemeente';
    END IF;
    IF EXISTS (SELECT FROM public.identity_organisationkind k
                WHERE k.organisation_id = public.session_organisation() AND k.period @> public.today()
                  AND k.kind IN ('politie', 'om', 'riec', 'belastingdienst'))
       AND (public.session_has_role('analist') OR public.session_has_role('om') OR public.session_has_role('riec')) THEN
        RETURN 'partner';
    END IF;
    RETURN CASE WHEN public.session_has_role('aanjaagteam') THEN 'netwerk' ELSE '' END;
END
$$;

-- Every municipality, of now or of before: a line of a former one can be corrected.
CREATE FUNCTION registers_municipalities() RETURNS text[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN ARRAY(SELECT a.code::text FROM public.places_area a WHERE a.level = 'gemeente');
END
$$;

-- Pressure is reported by whoever works for a municipality, and seen by the mayor and the privacy officer.
CREATE FUNCTION registers_reports() RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN public.session_is_strong() AND public.registers_own_place() IS NOT NULL
       AND (public.session_has_role('adviseur') OR public.session_has_role('medewerker')
            OR public.session_has_role('burgemeester') OR public.session_has_role('fg'));
END
$$;

CREATE FUNCTION registers_watches() RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN public.session_is_strong() AND public.registers_own_place() IS NOT NULL
       AND (public.session_has_role('burgemeester') OR public.session_has_role('fg'));
END
$$;
REVOKE EXECUTE ON FUNCTION registers_reads, registers_own_place, registers_task, registers_municipalities, registers_reports,
    registers_watches FROM PUBLIC;
"""
NO_QUESTIONS = """
DROP FUNCTION registers_watches();
DROP FUNCTION registers_reports();
DROP FUNCTION registers_municipalities();
DROP FUNCTION registers_task();
DROP FUNCTION registers_own_place();
DROP FUNCTION registers_reads();
"""

COUNTS = """
-- The lines themselves are seen by who entered them and by the municipality; everybody else gets sums.
CREATE FUNCTION registers_gain_totals()
    RETURNS TABLE (year integer, place text, kind text, stage text, status text, source text, entries bigint, amount bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF NOT public.registers_reads() THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT extract(year FROM g.happened_on)::integer, g.place::text, g.kind::text, g.stage::text, g.status::text,
           g.source::text, count(*), sum(g.amount)::bigint
      FROM public.registers_gain g
     WHERE NOT g.is_void AND NOT EXISTS (SELECT FROM public.registers_gain c WHERE c.replaces_id = g.id)
     GROUP BY 1, 2, 3, 4, 5, 6;
END
$$;

CREATE FUNCTION registers_find_counts()
    RETURNS TABLE (year integer, place text, kind text, status text, source text, finds bigint, fire bigint, power bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF NOT public.registers_reads() THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT extract(year FROM f.happened_on)::integer, f.place::text, f.kind::text, f.status::text, f.source::text,
           count(*), count(*) FILTER (WHERE f.fire_hazard = 'ja'), count(*) FILTER (WHERE f.illegal_power = 'ja')
      FROM public.registers_find f
     WHERE NOT f.is_void AND NOT EXISTS (SELECT FROM public.registers_find c WHERE c.replaces_id = f.id)
     GROUP BY 1, 2, 3, 4, 5;
END
$$;

-- Kinds of facilitators are counted for the region only: with a place and a day they could point at somebody.
CREATE FUNCTION registers_facilitator_counts()
    RETURNS TABLE (year integer, kind text, facilitator text, finds bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF NOT public.registers_reads() THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT extract(year FROM f.happened_on)::integer, f.kind::text, named::text, count(*)
      FROM public.registers_find f CROSS JOIN LATERAL unnest(f.facilitators) AS named
     WHERE NOT f.is_void AND NOT EXISTS (SELECT FROM public.registers_find c WHERE c.replaces_id = f.id)
     GROUP BY 1, 2, 3;
END
$$;

-- Only groups of which the municipality chose that they count, and never below the district.
CREATE FUNCTION registers_youth_counts()
    RETURNS TABLE (district text, kind text, working bigint, ended bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF NOT public.registers_reads() THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT coalesce(p.whole_id, '')::text, r.kind::text, count(*) FILTER (WHERE s.step < 7),
           count(*) FILTER (WHERE s.step = 7)
      FROM public.registers_youthgroup g
     CROSS JOIN LATERAL (SELECT v.kind, v.counts_upward FROM public.registers_groupreview v
                          WHERE v.group_id = g.id ORDER BY v.entered_at DESC, v.id DESC LIMIT 1) r
     CROSS JOIN LATERAL (SELECT max(t.step) AS step FROM public.registers_groupstep t WHERE t.group_id = g.id) s
      LEFT JOIN public.places_areapart p
        ON p.part_id = g.place AND p.whole_level = 'district' AND p.period @> public.today()
     WHERE r.counts_upward
     GROUP BY 1, 2;
END
$$;
REVOKE EXECUTE ON FUNCTION registers_gain_totals, registers_find_counts, registers_facilitator_counts,
    registers_youth_counts FROM PUBLIC;
"""
NO_COUNTS = """
DROP FUNCTION registers_youth_counts();
DROP FUNCTION registers_facilitator_counts();
DROP FUNCTION registers_find_counts();
DROP FUNCTION registers_gain_totals();
"""

GUARDS = """
-- A correction is of the organisation and the municipality of the line that it replaces.
ALTER TABLE registers_gain ADD CONSTRAINT registers_gain_of_organisation UNIQUE (id, organisation_id, place);
ALTER TABLE registers_gain ADD CONSTRAINT registers_gain_replaces_own FOREIGN KEY (replaces_id, organisation_id, place)
    REFERENCES registers_gain (id, organisation_id, place);
ALTER TABLE registers_find ADD CONSTRAINT registers_find_of_organisation UNIQUE (id, organisation_id, place);
ALTER TABLE registers_find ADD CONSTRAINT registers_find_replaces_own FOREIGN KEY (replaces_id, organisation_id, place)
    REFERENCES registers_find (id, organisation_id, place);

CREATE FUNCTION registers_guard_step() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    reached record;
BEGIN
    SELECT coalesce(max(s.step), 0) AS step, max(s.taken_on) AS taken_on INTO reached
      FROM public.registers_groupstep s WHERE s.group_id = NEW.group_id;
    IF NEW.step <> reached.step + 1 THEN
        RAISE EXCEPTION 'this is not the next step' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.taken_on < reached.taken_on OR NEW.taken_on > public.today() THEN
        RAISE EXCEPTION 'a step is taken after the one before it' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER registers_step_is_the_next BEFORE INSERT ON registers_groupstep
    FOR EACH ROW EXECUTE FUNCTION registers_guard_step();

-- An array cannot refer to a table, so this does: a facilitator is a kind of the list, and no name.
CREATE FUNCTION registers_guard_find() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF EXISTS (SELECT FROM unnest(NEW.facilitators) AS named
                WHERE NOT EXISTS (SELECT FROM public.registers_choice c
                                   WHERE c.code = named AND c.list = 'facilitator')) THEN
        RAISE EXCEPTION 'a facilitator is a kind of the list' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER registers_find_names_kinds BEFORE INSERT ON registers_find
    FOR EACH ROW EXECUTE FUNCTION registers_guard_find();
REVOKE EXECUTE ON FUNCTION registers_guard_step, registers_guard_find FROM PUBLIC;
"""
NO_GUARDS = """
DROP TRIGGER registers_find_names_kinds ON registers_find;
DROP FUNCTION registers_guard_find();
DROP TRIGGER registers_step_is_the_next ON registers_groupstep;
DROP FUNCTION registers_guard_step();
ALTER TABLE registers_find DROP CONSTRAINT registers_find_replaces_own;
ALTER TABLE registers_find DROP CONSTRAINT registers_find_of_organisation;
ALTER TABLE registers_gain DROP CONSTRAINT registers_gain_replaces_own;
ALTER TABLE registers_gain DROP CONSTRAINT registers_gain_of_organisation;
"""

READS = "(SELECT registers_reads())"
LOADS = "(SELECT session_is_service())"
OWN = "organisation_id = (SELECT session_organisation())"
MINE = f"{OWN} AND entered_by_id = (SELECT session_account())"
SIDE = f"{OWN} OR place = (SELECT registers_own_place())"
TASK = "(SELECT registers_task())"
STRONG = "(SELECT session_is_strong())"
KEEPS = f"{STRONG} AND {TASK} = 'gemeente' AND place = (SELECT registers_own_place())"
ENTERS = (
    f"({KEEPS} OR {STRONG} AND {TASK} = 'partner'"
    " AND place = ANY ((SELECT registers_municipalities())::text[]))"
)
OF_A_GROUP = "EXISTS (SELECT FROM registers_youthgroup g WHERE g.id = {table}.group_id{more})"
OWN_GROUP = " AND g.place = (SELECT registers_own_place())"
# Table: what is seen, and what may be added.
WALLS = {
    "registers_gain": (SIDE, f"{MINE} AND {ENTERS}"),
    "registers_find": (SIDE, f"{MINE} AND {ENTERS}"),
    "registers_gainagreement": (READS, f"{MINE} AND {STRONG} AND {TASK} = 'netwerk'"),
    "registers_adoption": (READS, f"{MINE} AND {KEEPS}"),
    "registers_resilience": (READS, f"{MINE} AND {KEEPS}"),
    "registers_youthgroup": (OWN, f"{MINE} AND {KEEPS}"),
    **{
        table: (
            OF_A_GROUP.format(table=table, more=""),
            f"entered_by_id = (SELECT session_account()) AND {STRONG} AND {TASK} = 'gemeente' AND "
            + OF_A_GROUP.format(table=table, more=OWN_GROUP),
        )
        for table in ("registers_groupstep", "registers_groupreview")
    },
    "registers_intimidation": (
        f"{OWN} AND {STRONG}"
        " AND (entered_by_id = (SELECT session_account()) OR (SELECT registers_watches()))",
        f"{MINE} AND place = (SELECT registers_own_place()) AND (SELECT registers_reports())",
    ),
    "registers_choice": (READS, "false"),
}


def wall(table: str, seen: str, added: str) -> str:
    """Return the policies of a table; the command line adds what a region pack brings."""
    return f"""
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY {table}_owner ON {table} TO vangnet_owner USING (true) WITH CHECK (true);
CREATE POLICY {table}_read ON {table} FOR SELECT TO vangnet_app USING ({seen});
CREATE POLICY {table}_insert ON {table} FOR INSERT TO vangnet_app WITH CHECK ({LOADS} OR {added});
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


LISTS = f"""
CREATE POLICY registers_choice_change ON registers_choice FOR UPDATE TO vangnet_app
    USING ({LOADS}) WITH CHECK ({LOADS});
"""
NO_LISTS = "DROP POLICY registers_choice_change ON registers_choice;"


class Migration(migrations.Migration):
    dependencies = [("registers", "0001_initial"), ("agreements", "0004_intake"), ("places", "0001_initial")]
    operations = [
        migrations.RunSQL(QUESTIONS, NO_QUESTIONS),
        migrations.RunSQL(COUNTS, NO_COUNTS),
        migrations.RunSQL(GUARDS, NO_GUARDS),
        *[migrations.RunSQL(wall(table, *rules), no_wall(table)) for table, rules in WALLS.items()],
        migrations.RunSQL(LISTS, NO_LISTS),
    ]
