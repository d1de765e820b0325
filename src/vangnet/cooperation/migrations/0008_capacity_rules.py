"""Who says what of capacity, of which theme and year that can be, and that no number is rewritten."""

from django.db import migrations

QUESTIONS = """
-- Who binds an organisation: who decides there as for themes, or sits for it where goals are decided.
-- The driving team binds nobody; the command line loads what was agreed.
CREATE FUNCTION cooperation_binds(wanted uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    s record := public.session_standing();
BEGIN
    IF public.session_is_service() THEN
        RETURN true;
    END IF;
    RETURN s.is_strong AND wanted = s.organisation
       AND (public.session_has_role('adviseur') OR public.session_has_role('burgemeester')
            OR public.session_has_role('om') OR public.session_has_role('riec')
            OR EXISTS (
                SELECT FROM public.directory_holder h
                  JOIN public.directory_seat z ON z.id = h.seat_id
                  JOIN public.directory_body b ON b.slug = z.body_id
                 WHERE h.account_id = s.account AND z.organisation_id = wanted
                   AND h.period @> public.today() AND z.period @> public.today() AND b.period @> public.today()
                   AND EXISTS (SELECT FROM public.strategy_route r
                                WHERE r.decider = b.kind_id AND r.kind IN ('thema', 'doel'))));
END
$$;

-- Hours that were used are told by who binds the organisation, and by who has a seat for it in any body.
CREATE FUNCTION cooperation_reports_for(wanted uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    s record := public.session_standing();
BEGIN
    RETURN public.cooperation_binds(wanted) OR s.is_strong AND wanted = s.organisation AND EXISTS (
        SELECT FROM public.directory_holder h
          JOIN public.directory_seat z ON z.id = h.seat_id
         WHERE h.account_id = s.account AND z.organisation_id = wanted
           AND h.period @> public.today() AND z.period @> public.today());
END
$$;

-- What a theme needs is told by the driving team, and for its plan by who writes that.
CREATE FUNCTION cooperation_asks_for(wanted uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN public.session_is_service()
        OR public.session_is_strong() AND public.session_has_role('aanjaagteam')
        OR EXISTS (SELECT FROM public.strategy_plan p
                    WHERE p.id = wanted AND p.team_id IN (SELECT public.strategy_plans_for()));
END
$$;

CREATE FUNCTION cooperation_may_state(wanted_kind text, organisation uuid, plan uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN CASE wanted_kind
        WHEN 'gevraagd' THEN organisation IS NULL AND public.cooperation_asks_for(plan)
        WHEN 'toegezegd' THEN public.cooperation_binds(organisation)
        WHEN 'gebruikt' THEN public.cooperation_reports_for(organisation)
        ELSE false END;
END
$$;

CREATE FUNCTION cooperation_settles() RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN public.session_is_service() OR public.session_is_strong() AND public.session_has_role('aanjaagteam');
END
$$;

CREATE FUNCTION cooperation_year_is_closed(wanted integer) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
    SELECT coalesce((SELECT s.kind = 'afsluiten' FROM public.cooperation_capacityyearstep s
                      WHERE s.year = wanted ORDER BY s.number DESC LIMIT 1), false)
$$;
REVOKE EXECUTE ON FUNCTION cooperation_binds, cooperation_reports_for, cooperation_asks_for, cooperation_may_state,
    cooperation_settles, cooperation_year_is_closed FROM PUBLIC;
"""
NO_QUESTIONS = """
DROP FUNCTION cooperation_year_is_closed(integer);
DROP FUNCTION cooperation_settles();
DROP FUNCTION cooperation_may_state(text, uuid, uuid);
DROP FUNCTION cooperation_asks_for(uuid);
DROP FUNCTION cooperation_reports_for(uuid);
DROP FUNCTION cooperation_binds(uuid);
"""

GUARDS = """
-- A partner tells of the days on which it takes part and exists. Of hours that are still to be given, no days count
-- that have passed: who left may give less then, and not more.
CREATE FUNCTION cooperation_check_partner(told cooperation_capacitystatement, days daterange, former numeric)
    RETURNS void
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF told.organisation_id IS NULL OR told.hours IS NULL OR told.hours <= former THEN
        RETURN;
    END IF;
    IF NOT EXISTS (SELECT FROM public.identity_organisationkind k
                    WHERE k.organisation_id = told.organisation_id AND k.period && days) THEN
        RAISE EXCEPTION 'the organisation is no more' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT FROM public.directory_themepartner p
                WHERE p.organisation_id = told.organisation_id AND p.topic_id = told.topic_id AND p.period && days) THEN
        RETURN;
    END IF;
    IF EXISTS (SELECT FROM public.directory_themepartner p
                WHERE p.organisation_id = told.organisation_id AND p.topic_id = told.topic_id
                  AND upper(p.period) <= lower(days)) THEN
        RAISE EXCEPTION 'the partner left this theme' USING ERRCODE = 'check_violation';
    END IF;
    RAISE EXCEPTION 'the partner is not in this theme' USING ERRCODE = 'check_violation';
END
$$;

-- A plan is of this theme, and one that the session may know of; for its subject the network gives something.
CREATE FUNCTION cooperation_check_subject(told cooperation_capacitystatement, days daterange, former numeric)
    RETURNS void
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    subject text := told.topic_id;
BEGIN
    IF NOT EXISTS (SELECT FROM public.directory_topic t WHERE t.slug = told.topic_id AND t.under_id IS NULL) THEN
        RAISE EXCEPTION 'a partner takes part in a theme' USING ERRCODE = 'check_violation';
    END IF;
    IF told.plan_id IS NOT NULL THEN
        SELECT p.topic_id INTO subject FROM public.strategy_plan p
          JOIN public.directory_topic t ON t.slug = p.topic_id
         WHERE p.id = told.plan_id AND told.topic_id IN (t.slug, t.under_id)
           AND (p.shown IS NOT NULL OR p.team_id IN (SELECT public.strategy_my_teams())
                OR public.session_is_service());
        IF subject IS NULL THEN
            RAISE EXCEPTION 'the plan is of another theme' USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    IF told.hours > coalesce(former, 0) AND EXISTS (
        SELECT FROM public.strategy_limit l
          JOIN public.directory_topic t ON t.slug = subject
         WHERE l.topic_id IN (t.slug, t.under_id) AND l.period @> days) THEN
        RAISE EXCEPTION 'the network gives nothing extra for this subject' USING ERRCODE = 'check_violation';
    END IF;
END
$$;

-- The next of its series keeps what the first is about. Hours of a month are told once: there, or in its quarter.
CREATE FUNCTION cooperation_check_series(told cooperation_capacitystatement) RETURNS numeric
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    former public.cooperation_capacitystatement;
BEGIN
    SELECT * INTO former FROM public.cooperation_capacitystatement c
     WHERE c.series = told.series ORDER BY c.number DESC LIMIT 1;
    IF told.number = 1 AND former.id IS NOT NULL THEN
        RAISE EXCEPTION 'this capacity was told already' USING ERRCODE = 'check_violation';
    END IF;
    IF told.number <> coalesce(former.number, 0) + 1 THEN
        RAISE EXCEPTION 'a colleague told another number meanwhile' USING ERRCODE = 'check_violation';
    END IF;
    IF former.id IS NOT NULL
       AND (former.kind, former.topic_id, former.organisation_id, former.plan_id, former.year, former.first_month,
            former.last_month)
           IS DISTINCT FROM (told.kind, told.topic_id, told.organisation_id, told.plan_id, told.year,
                             told.first_month, told.last_month) THEN
        RAISE EXCEPTION 'a series is about one thing' USING ERRCODE = 'check_violation';
    END IF;
    IF told.kind = 'gebruikt' AND told.hours IS NOT NULL AND EXISTS (
        SELECT FROM public.cooperation_capacitystatement c
         WHERE c.kind = told.kind AND c.topic_id = told.topic_id AND c.organisation_id = told.organisation_id
           AND c.plan_id IS NOT DISTINCT FROM told.plan_id AND c.year = told.year AND c.series <> told.series
           AND int4range(c.first_month, c.last_month, '[]') && int4range(told.first_month, told.last_month, '[]')
           AND (c.first_month, c.last_month) IS DISTINCT FROM (told.first_month, told.last_month)
           AND c.hours IS NOT NULL
           AND NOT EXISTS (SELECT FROM public.cooperation_capacitystatement l
                            WHERE l.series = c.series AND l.number > c.number)) THEN
        RAISE EXCEPTION 'the hours of these months are told already' USING ERRCODE = 'check_violation';
    END IF;
    RETURN former.hours;
END
$$;

CREATE FUNCTION cooperation_guard_capacity() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    first_day date;
    days daterange;
    former numeric;
BEGIN
    IF NOT public.cooperation_may_state(NEW.kind, NEW.organisation_id, NEW.plan_id) THEN
        RAISE EXCEPTION 'another tells this' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NEW.year < 2015 OR NEW.year > extract(year FROM public.today()) + 5
       OR NEW.first_month NOT BETWEEN 1 AND 12 OR NEW.last_month NOT BETWEEN NEW.first_month AND 12 THEN
        RAISE EXCEPTION 'capacity is of a year that can be' USING ERRCODE = 'check_violation';
    END IF;
    -- One at a time per year: a year is not closed past a number, and months are not told twice.
    PERFORM pg_advisory_xact_lock(724007, NEW.year);
    IF public.cooperation_year_is_closed(NEW.year) THEN
        RAISE EXCEPTION 'this year is closed' USING ERRCODE = 'check_violation';
    END IF;
    first_day := make_date(NEW.year, NEW.first_month, 1);
    days := daterange(first_day, (make_date(NEW.year, NEW.last_month, 1) + interval '1 month')::date);
    IF NEW.kind = 'gebruikt' AND first_day > public.today() THEN
        RAISE EXCEPTION 'hours are used first' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.kind <> 'gebruikt' AND days @> public.today() THEN
        days := daterange(public.today(), upper(days));
    END IF;
    former := public.cooperation_check_series(NEW);
    PERFORM public.cooperation_check_subject(NEW, days, former);
    PERFORM public.cooperation_check_partner(NEW, days, former);
    RETURN NEW;
END
$$;
CREATE TRIGGER cooperation_capacity_is_told BEFORE INSERT ON cooperation_capacitystatement
    FOR EACH ROW EXECUTE FUNCTION cooperation_guard_capacity();

-- A year closes when it is over, and opens again; each step follows the last.
CREATE FUNCTION cooperation_guard_capacity_year() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF NOT public.cooperation_settles() THEN
        RAISE EXCEPTION 'the driving team settles a year' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM pg_advisory_xact_lock(724007, NEW.year);
    IF NEW.year < 2015 OR NEW.year >= extract(year FROM public.today()) THEN
        RAISE EXCEPTION 'a year closes when it is over' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.number <> 1 + (SELECT count(*) FROM public.cooperation_capacityyearstep s WHERE s.year = NEW.year)
       OR (NEW.kind = 'afsluiten') = public.cooperation_year_is_closed(NEW.year) THEN
        RAISE EXCEPTION 'the year was closed or opened meanwhile' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER cooperation_capacity_year_closes BEFORE INSERT ON cooperation_capacityyearstep
    FOR EACH ROW EXECUTE FUNCTION cooperation_guard_capacity_year();
REVOKE EXECUTE ON FUNCTION cooperation_check_partner, cooperation_check_subject, cooperation_check_series,
    cooperation_guard_capacity, cooperation_guard_capacity_year FROM PUBLIC;
"""
NO_GUARDS = """
DROP TRIGGER cooperation_capacity_year_closes ON cooperation_capacityyearstep;
DROP TRIGGER cooperation_capacity_is_told ON cooperation_capacitystatement;
DROP FUNCTION cooperation_guard_capacity_year();
DROP FUNCTION cooperation_guard_capacity();
DROP FUNCTION cooperation_check_series(cooperation_capacitystatement);
DROP FUNCTION cooperation_check_subject(cooperation_capacitystatement, daterange, numeric);
DROP FUNCTION cooperation_check_partner(cooperation_capacitystatement, daterange, numeric);
"""

READS = "(SELECT directory_reads())"
ME = "(SELECT session_account())"
LOADS = "(SELECT session_is_service())"
# Table: what is seen, what may be added, and what may be changed; nothing is taken away by anybody.
WALLS = {
    "cooperation_capacitystatement": (
        READS, f"author_id = {ME} AND cooperation_may_state(kind, organisation_id, plan_id)", ""
    ),
    "cooperation_capacityyearstep": (READS, f"author_id = {ME} AND (SELECT cooperation_settles())", ""),
    "cooperation_fulltime": (READS, LOADS, LOADS),
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
    dependencies = [("cooperation", "0007_capacity"), ("strategy", "0011_plan_rules"), ("directory", "0004_people")]
    operations = [
        migrations.RunSQL(QUESTIONS, NO_QUESTIONS),
        migrations.RunSQL(GUARDS, NO_GUARDS),
        *[migrations.RunSQL(wall(table, *rules), no_wall(table, rules[2])) for table, rules in WALLS.items()],
    ]
