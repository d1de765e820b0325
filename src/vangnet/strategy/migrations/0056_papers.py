"""A score can be withdrawn, and a round with few papers closes with a reason."""

from django.db import migrations, models

VALUES = [
    (0, "0: staat er niet in"),
    (1, "1: genoemd"),
    (2, "2: onderdeel"),
    (3, "3: prioriteit"),
    (4, "4: topprioriteit"),
]

RULES = """
-- Whether some candidate has scores from fewer than half of the papers that a criterion is about. A paper is expected
-- of every organisation of that kind today.
CREATE FUNCTION strategy_papers_are_few(wanted uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
    WITH last AS (
        SELECT DISTINCT ON (s.candidate_id, s.criterion_id, s.organisation_id)
               s.candidate_id, s.criterion_id, s.value
          FROM public.strategy_score s JOIN public.strategy_candidate c ON c.id = s.candidate_id
         WHERE c.round_id = wanted
         ORDER BY s.candidate_id, s.criterion_id, s.organisation_id, s.scored_at DESC, s.id DESC)
    SELECT EXISTS (
        SELECT FROM public.strategy_criterion r JOIN public.strategy_candidate c ON c.round_id = r.round_id
         WHERE r.round_id = wanted
           AND 2 * (SELECT count(*) FROM last
                     WHERE last.candidate_id = c.id AND last.criterion_id = r.id AND last.value IS NOT NULL)
             < greatest(1, (SELECT count(*) FROM public.identity_organisationkind k
                             WHERE k.kind = r.papers AND k.period @> public.today())))
$$;

CREATE FUNCTION strategy_guard_close() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF NEW.closed_why = '' AND public.strategy_papers_are_few(NEW.id) THEN
        RAISE EXCEPTION 'a round with few papers closes with a reason' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER strategy_round_closes_with_papers BEFORE UPDATE ON strategy_choosinground
    FOR EACH ROW WHEN (OLD.closed_at IS NULL AND NEW.closed_at IS NOT NULL)
    EXECUTE FUNCTION strategy_guard_close();
REVOKE EXECUTE ON FUNCTION strategy_papers_are_few, strategy_guard_close FROM PUBLIC;
"""
NO_RULES = """
DROP TRIGGER strategy_round_closes_with_papers ON strategy_choosinground;
DROP FUNCTION strategy_guard_close();
DROP FUNCTION strategy_papers_are_few(uuid);
"""


class Migration(migrations.Migration):
    dependencies = [("strategy", "0052_limits_are_public"), ("identity", "0008_system_access")]
    operations = [
        migrations.AddField(
            model_name="choosinground",
            name="closed_why",
            field=models.TextField(
                blank=True, default="", max_length=1000, verbose_name="waarom gesloten met weinig stukken"
            ),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="score",
            name="value",
            field=models.PositiveSmallIntegerField(choices=VALUES, null=True, verbose_name="score"),
        ),
        migrations.AddConstraint(
            model_name="choosinground",
            constraint=models.CheckConstraint(
                condition=models.Q(("closed_why", ""), ("closed_at__isnull", False), _connector="OR"),
                name="choosing_round_says_why_when_it_closes",
            ),
        ),
        migrations.RunSQL(RULES, NO_RULES),
    ]
