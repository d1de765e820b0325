"""A restriction stands beside a goal and does not hold it up; a condition does."""

from django.db import migrations, models


def show_goal(restriction: bool) -> str:
    """Return what copies a goal that came into force, with or without its restriction."""
    column, value, of = ("restriction, ", "coalesce(x.restriction, ''), ", "EXCLUDED.restriction, ")
    known = "restriction text, "
    if not restriction:
        column = value = of = known = ""
    return f"""
CREATE OR REPLACE FUNCTION strategy_show_goal(entered strategy_version) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
    INSERT INTO public.strategy_goal (code, theme_id, parent_id, kind, is_listed, title, term, due_on, date_basis,
        condition, {column}actors, network_role, pages, first_page, section, measures, level, partners, documents,
        indicator, area, base_year, target, target_year, target_origin, position)
    SELECT entered.item, x.theme, x.parent, x.kind, x.is_listed, x.title, x.term, x.due_on, x.date_basis,
           x.condition, {value}x.actors, x.network_role, x.pages, x.first_page, x.section, x.measures,
           coalesce(x.level, ''), coalesce(x.partners, '[]'), coalesce(x.documents, '[]'), coalesce(x.indicator, ''),
           coalesce(x.area, ''), x.base_year, x.target, x.target_year, coalesce(x.target_origin, ''), x.position
      FROM jsonb_to_record(entered.content) AS x(theme text, parent text, kind text, is_listed boolean, title text,
           term text, due_on date, date_basis text, condition text, {known}actors jsonb, network_role text,
           pages text, first_page smallint, section text, measures jsonb, level text, partners jsonb,
           documents jsonb, indicator text, area text, base_year smallint, target smallint, target_year smallint,
           target_origin text, position smallint)
    ON CONFLICT (code) DO UPDATE SET (theme_id, parent_id, kind, is_listed, title, term, due_on, date_basis,
        condition, {column}actors, network_role, pages, first_page, section, measures, level, partners, documents,
        indicator, area, base_year, target, target_year, target_origin, position)
      = (EXCLUDED.theme_id, EXCLUDED.parent_id, EXCLUDED.kind, EXCLUDED.is_listed, EXCLUDED.title, EXCLUDED.term,
         EXCLUDED.due_on, EXCLUDED.date_basis, EXCLUDED.condition, {of}EXCLUDED.actors, EXCLUDED.network_role,
         EXCLUDED.pages, EXCLUDED.first_page, EXCLUDED.section, EXCLUDED.measures, EXCLUDED.level,
         EXCLUDED.partners, EXCLUDED.documents, EXCLUDED.indicator, EXCLUDED.area, EXCLUDED.base_year,
         EXCLUDED.target, EXCLUDED.target_year, EXCLUDED.target_origin, EXCLUDED.position)
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("strategy", "0045_condition")]
    operations = [
        migrations.AddField(
            model_name="goal",
            name="restriction",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=200, verbose_name="beperking"
            ),
        ),
        migrations.RunSQL(show_goal(True), show_goal(False)),
    ]
