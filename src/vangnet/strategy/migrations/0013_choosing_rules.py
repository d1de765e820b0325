"""Criteria and weights are fixed before anybody scores; scores stay, and are of one's own paper."""

from django.db import migrations

RULES = """
-- The driving team, and who decides about goals, prepare and close a round.
CREATE FUNCTION strategy_leads_choosing() RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN public.session_is_strong()
       AND (public.session_has_role('aanjaagteam') OR public.strategy_sets_limits());
END
$$;

-- What is judged, and by what, changes only before the lock.
CREATE FUNCTION strategy_guard_preparation() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    prepared public.strategy_choosinground;
BEGIN
    SELECT * INTO prepared FROM public.strategy_choosinground r
     WHERE r.id = CASE WHEN TG_OP = 'DELETE' THEN OLD.round_id ELSE NEW.round_id END FOR UPDATE;
    IF prepared.locked_at IS NOT NULL THEN
        RAISE EXCEPTION 'criteria and weights are locked' USING ERRCODE = 'check_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE TRIGGER strategy_criterion_before_the_lock BEFORE INSERT OR UPDATE OR DELETE ON strategy_criterion
    FOR EACH ROW EXECUTE FUNCTION strategy_guard_preparation();
CREATE TRIGGER strategy_candidate_before_the_lock BEFORE INSERT OR UPDATE OR DELETE ON strategy_candidate
    FOR EACH ROW EXECUTE FUNCTION strategy_guard_preparation();

-- A round goes forward only: open, locked, closed; what it is about does not change after the lock.
CREATE FUNCTION strategy_guard_round() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF (OLD.id, OLD.name, OLD.about, OLD.count, OLD.opened_at, OLD.opened_by_id)
       IS DISTINCT FROM (NEW.id, NEW.name, NEW.about, NEW.count, NEW.opened_at, NEW.opened_by_id) THEN
        RAISE EXCEPTION 'criteria and weights are locked' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.locked_at IS NOT NULL AND NEW.locked_at IS DISTINCT FROM OLD.locked_at OR OLD.closed_at IS NOT NULL THEN
        RAISE EXCEPTION 'a round goes forward only' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.locked_at IS NULL AND NEW.locked_at IS NOT NULL AND (
        NOT EXISTS (SELECT FROM public.strategy_criterion c WHERE c.round_id = NEW.id)
        OR (SELECT count(*) FROM public.strategy_candidate c WHERE c.round_id = NEW.id) <= NEW.count) THEN
        RAISE EXCEPTION 'a round needs criteria and a choice' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER strategy_round_goes_forward BEFORE UPDATE ON strategy_choosinground
    FOR EACH ROW EXECUTE FUNCTION strategy_guard_round();

-- A score comes after the lock and before the close, in its own round, of a paper that the criterion is about, by
-- who leads the round or works there.
CREATE FUNCTION strategy_guard_score() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    judged public.strategy_criterion;
    running public.strategy_choosinground;
BEGIN
    SELECT * INTO judged FROM public.strategy_criterion c WHERE c.id = NEW.criterion_id;
    SELECT * INTO running FROM public.strategy_choosinground r WHERE r.id = judged.round_id FOR SHARE;
    IF NOT public.strategy_leads_choosing()
       AND NOT (public.strategy_may_propose() AND NEW.organisation_id = public.session_organisation()) THEN
        RAISE EXCEPTION 'this session does not score that paper' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF running.locked_at IS NULL THEN
        RAISE EXCEPTION 'nobody scores before the lock' USING ERRCODE = 'check_violation';
    END IF;
    IF running.closed_at IS NOT NULL THEN
        RAISE EXCEPTION 'this round is closed' USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (SELECT FROM public.strategy_candidate c
                    WHERE c.id = NEW.candidate_id AND c.round_id = judged.round_id) THEN
        RAISE EXCEPTION 'this candidate is of another round' USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (SELECT FROM public.identity_organisationkind k
                    WHERE k.organisation_id = NEW.organisation_id AND k.kind = judged.papers) THEN
        RAISE EXCEPTION 'this criterion is about other papers' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER strategy_score_in_its_round BEFORE INSERT ON strategy_score
    FOR EACH ROW EXECUTE FUNCTION strategy_guard_score();
REVOKE EXECUTE ON FUNCTION strategy_leads_choosing, strategy_guard_preparation, strategy_guard_round,
    strategy_guard_score FROM PUBLIC;
"""
NO_RULES = """
DROP TRIGGER strategy_score_in_its_round ON strategy_score;
DROP FUNCTION strategy_guard_score();
DROP TRIGGER strategy_round_goes_forward ON strategy_choosinground;
DROP FUNCTION strategy_guard_round();
DROP TRIGGER strategy_candidate_before_the_lock ON strategy_candidate;
DROP TRIGGER strategy_criterion_before_the_lock ON strategy_criterion;
DROP FUNCTION strategy_guard_preparation();
DROP FUNCTION strategy_leads_choosing();
"""

MINE = "(SELECT session_account())"
LEADS = "(SELECT strategy_leads_choosing())"
SEEN = "(SELECT directory_reads())"  # who works for a partner
SCORES = "(SELECT strategy_may_propose() OR strategy_leads_choosing())"
WALLS = {
    "strategy_choosinground": {
        "SELECT": SEEN,
        "INSERT": f"opened_by_id = {MINE} AND locked_at IS NULL AND {LEADS}",
        "UPDATE": LEADS,
    },
    "strategy_criterion": {"SELECT": SEEN, "INSERT": LEADS, "DELETE": LEADS},
    "strategy_candidate": {"SELECT": SEEN, "INSERT": LEADS, "DELETE": LEADS},
    "strategy_score": {"SELECT": SEEN, "INSERT": f"author_id = {MINE} AND {SCORES}"},
}
CLAUSE = {
    "SELECT": "USING ({0})",
    "INSERT": "WITH CHECK ({0})",
    "UPDATE": "USING ({0}) WITH CHECK ({0})",
    "DELETE": "USING ({0})",
}
NAME = {"SELECT": "read", "INSERT": "insert", "UPDATE": "change", "DELETE": "delete"}


def wall(table: str, rules: dict[str, str]) -> str:
    """Return the policies of a table."""
    lines = [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY;",
        f"CREATE POLICY {table}_owner ON {table} TO vangnet_owner USING (true) WITH CHECK (true);",
    ]
    for command, rule in rules.items():
        clause = CLAUSE[command].format(rule)
        lines.append(f"CREATE POLICY {table}_{NAME[command]} ON {table} FOR {command} TO vangnet_app {clause};")
    return "\n".join(lines)


def no_wall(table: str, rules: dict[str, str]) -> str:
    """Return what takes the policies of a table away."""
    lines = [f"DROP POLICY {table}_{NAME[command]} ON {table};" for command in rules]
    lines += [
        f"DROP POLICY {table}_owner ON {table};",
        f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;",
        f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;",
    ]
    return "\n".join(lines)


class Migration(migrations.Migration):
    dependencies = [("strategy", "0012_choosing"), ("directory", "0002_rules")]
    operations = [
        migrations.RunSQL(RULES, NO_RULES),
        *[migrations.RunSQL(wall(table, rules), no_wall(table, rules)) for table, rules in WALLS.items()],
    ]
