"""A body may advise on a change: it is said beside the route, ends nothing, opens nothing and delays nothing."""

from django.db import migrations, models

ACTS = [("advies", "Advies"), ("instemming", "Instemming"), ("besluit", "Besluit")]


def open_stage(decides: str) -> str:
    """Return what gives the first stage that is not done, of the lines that this keeps."""
    return f"""
CREATE OR REPLACE FUNCTION strategy_open_stage(wanted uuid) RETURNS integer
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
    SELECT min(r.stage)::integer FROM public.strategy_route r
      JOIN public.strategy_version v ON v.id = wanted AND v.kind = r.kind
     WHERE NOT EXISTS (SELECT FROM public.strategy_route other
                        WHERE other.kind = r.kind AND other.stage = r.stage
                          AND public.strategy_is_met(wanted, other)){decides}
$$;
"""


def sets_limits(decides: str) -> str:
    """Return what says who sets limits and leads the choice of themes: who decides about goals, by these lines."""
    return f"""
CREATE OR REPLACE FUNCTION strategy_sets_limits() RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN public.session_is_service() OR EXISTS (
        SELECT FROM public.directory_body b
          JOIN public.strategy_route r ON r.kind = 'doel' AND r.decider = b.kind_id{decides}
         WHERE b.period @> public.today() AND public.directory_speaks_for(b.slug));
END
$$;
"""


def guard(advises: str, turn: str, before: str) -> str:
    """Return the guard of verdicts: what is noted first, whose turn it is, and what came before."""
    return f"""
CREATE OR REPLACE FUNCTION strategy_guard_verdict() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    judged public.strategy_version;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('strategy tree', 0));
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
    IF public.strategy_wrote(judged.id) THEN
        RAISE EXCEPTION 'nobody decides on words of their own' USING ERRCODE = 'check_violation';
    END IF;{advises}
    IF {turn}NEW.stage IS DISTINCT FROM public.strategy_open_stage(judged.id) THEN
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
    IF NEW.decided_on < (SELECT max(d.decided_on) FROM public.strategy_verdict d
                          WHERE d.version_id = judged.id AND d.stage < NEW.stage{before}) THEN
        RAISE EXCEPTION 'it was decided before the step that came first' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
"""


def settle(first: str, before: str) -> str:
    """Return what brings a version into force, and what is asked first."""
    return f"""
CREATE OR REPLACE FUNCTION strategy_settle() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    judged public.strategy_version;
    former date;
BEGIN{first}
    SELECT * INTO judged FROM public.strategy_version v WHERE v.id = NEW.version_id;
    IF NEW.outcome = 'niet-akkoord' THEN
        UPDATE public.strategy_version SET state = 'afgewezen', settled_at = clock_timestamp() WHERE id = judged.id;
    ELSIF public.strategy_open_stage(judged.id) IS NULL THEN
        PERFORM public.strategy_check_tree(judged);
        former := (SELECT v.in_force_from FROM public.strategy_version v WHERE v.id = judged.replaces_id);
        UPDATE public.strategy_version
           SET state = 'van-kracht', settled_at = clock_timestamp(),
               in_force_from = greatest((SELECT max(d.decided_on) FROM public.strategy_verdict d
                                          WHERE d.version_id = judged.id{before}), former)
         WHERE id = judged.id;
    END IF;
    RETURN NULL;
END
$$;
"""


# The database says what is advice: nobody calls a refusal advice, or advice a decision.
ADVISES = """
    NEW.is_advice := EXISTS (SELECT FROM public.strategy_route r
                              WHERE r.kind = judged.kind AND r.stage = NEW.stage AND r.decider = NEW.decider
                                AND r.act = 'advies');"""
IS_ADVICE = """
    IF NEW.is_advice THEN
        RETURN NULL;
    END IF;"""
NO_ADVICE = " AND NOT d.is_advice"
RULES = (
    open_stage(" AND r.act <> 'advies'")
    + sets_limits(" AND r.act <> 'advies'")
    + guard(ADVISES, "NOT NEW.is_advice AND ", f"{NO_ADVICE}) AND NOT (NEW.is_advice")
    + settle(IS_ADVICE, NO_ADVICE)
)
AS_BEFORE = open_stage("") + sets_limits("") + guard("", "", "") + settle("", "")


class Migration(migrations.Migration):
    dependencies = [("strategy", "0058_outcomes")]
    operations = [
        migrations.AlterField(
            model_name="route",
            name="act",
            field=models.CharField(choices=ACTS, max_length=10, verbose_name="wat"),
        ),
        migrations.AddConstraint(
            model_name="route",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("act__in", ["instemming", "besluit"]),
                    models.Q(
                        ("act", "advies"),
                        models.Q(("decider", "portefeuillehouder"), _negated=True),
                        models.Q(("kind", "plan"), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="route_act_is_known",
            ),
        ),
        migrations.AddField(
            model_name="verdict",
            name="is_advice",
            field=models.BooleanField(default=False, verbose_name="advies"),
        ),
        migrations.RunSQL(RULES, AS_BEFORE),
    ]
