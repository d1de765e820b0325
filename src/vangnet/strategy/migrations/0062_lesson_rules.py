"""Who adds results and recommendations and says what was done with them; results move to a table of their own."""

from django.db import migrations

# Where it can be read was not kept: the document is, until the region pack says more.
MOVE = """
INSERT INTO strategy_result (id, strategy_id, words, evidence, position, recorded_at)
SELECT gen_random_uuid(), s.slug, left(told.words, 400),
       jsonb_build_array(replace(s.document, ';', ',') || '; plaats niet vastgelegd'), told.place, now()
  FROM strategy_strategy s
 CROSS JOIN LATERAL jsonb_array_elements_text(s.results_without_figure) WITH ORDINALITY AS told(words, place)
 WHERE told.words <> '';
SET CONSTRAINTS ALL IMMEDIATE;
"""
BACK = """
UPDATE strategy_strategy s
   SET results_without_figure = coalesce(
       (SELECT jsonb_agg(r.words ORDER BY r.position, r.recorded_at) FROM strategy_result r
         WHERE r.strategy_id = s.slug), '[]');
SET CONSTRAINTS ALL IMMEDIATE;
"""
GUARD = """
-- What was done with a recommendation follows what was done before, and names goals that there are or were.
CREATE FUNCTION strategy_guard_outcome() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    last record;
BEGIN
    PERFORM FROM public.strategy_recommendation r WHERE r.id = NEW.recommendation_id FOR UPDATE;
    SELECT coalesce(max(o.number), 0) AS number, max(o."on") AS day INTO last
      FROM public.strategy_outcome o WHERE o.recommendation_id = NEW.recommendation_id;
    IF NEW.number <> last.number + 1 THEN
        RAISE EXCEPTION 'a colleague decided on this recommendation meanwhile' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW."on" > public.today() THEN
        RAISE EXCEPTION 'what happened lies in the past' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW."on" < last.day THEN
        RAISE EXCEPTION 'an outcome follows the one before' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT FROM jsonb_array_elements_text(NEW.goals) AS told(code)
                WHERE NOT EXISTS (SELECT FROM public.strategy_version v
                                   WHERE v.kind = 'doel' AND v.item = told.code
                                     AND v.in_force_from IS NOT NULL)) THEN
        RAISE EXCEPTION 'a goal that took it up is not there' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER strategy_outcome_follows BEFORE INSERT ON strategy_outcome
    FOR EACH ROW EXECUTE FUNCTION strategy_guard_outcome();
REVOKE EXECUTE ON FUNCTION strategy_guard_outcome FROM PUBLIC;
"""
NO_GUARD = """
DROP TRIGGER strategy_outcome_follows ON strategy_outcome;
DROP FUNCTION strategy_guard_outcome();
"""
SERVICE = "(SELECT session_is_service())"
OWN = "recorded_by_id = (SELECT session_account()) AND organisation_id = (SELECT session_organisation())"
# Table: who adds to it, and whether the region pack may write it anew; everybody reads it.
WALLS = {
    "strategy_result": (f"{SERVICE} OR {OWN} AND strategy_may_propose()", True),
    "strategy_recommendation": (f"{SERVICE} OR {OWN} AND strategy_may_propose()", True),
    "strategy_outcome": (f"{SERVICE} OR {OWN} AND directory_keeps(body_id)", False),
}


def wall(table: str, added: str, *, is_of_the_pack: bool) -> str:
    """Return the policies of a table."""
    made = f"""
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY {table}_owner ON {table} TO vangnet_owner USING (true) WITH CHECK (true);
CREATE POLICY {table}_read ON {table} FOR SELECT TO vangnet_app USING (true);
CREATE POLICY {table}_insert ON {table} FOR INSERT TO vangnet_app WITH CHECK ({added});
"""
    if is_of_the_pack:
        mine = f"{SERVICE} AND organisation_id IS NULL"
        made += f"""
CREATE POLICY {table}_change ON {table} FOR UPDATE TO vangnet_app USING ({mine}) WITH CHECK ({mine});
CREATE POLICY {table}_delete ON {table} FOR DELETE TO vangnet_app USING ({mine});
"""
    return made


def no_wall(table: str, *, is_of_the_pack: bool) -> str:
    """Return what takes the policies of a table away."""
    pack = f"DROP POLICY {table}_delete ON {table};\nDROP POLICY {table}_change ON {table};"
    return f"""
{pack if is_of_the_pack else ""}
DROP POLICY {table}_insert ON {table};
DROP POLICY {table}_read ON {table};
DROP POLICY {table}_owner ON {table};
ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("strategy", "0061_lessons")]
    operations = [
        migrations.RunSQL(MOVE, BACK),
        migrations.RemoveField(model_name="strategy", name="results_without_figure"),
        migrations.RunSQL(GUARD, NO_GUARD),
        *[
            migrations.RunSQL(wall(table, added, is_of_the_pack=pack), no_wall(table, is_of_the_pack=pack))
            for table, (added, pack) in WALLS.items()
        ],
    ]
