"""What links of goals gave when they were last asked: read by all, written by the job only."""

from django.db import migrations, models

WALL = """
ALTER TABLE strategy_linkcheck ENABLE ROW LEVEL SECURITY;
ALTER TABLE strategy_linkcheck FORCE ROW LEVEL SECURITY;
CREATE POLICY strategy_linkcheck_owner ON strategy_linkcheck TO vangnet_owner USING (true) WITH CHECK (true);
CREATE POLICY strategy_linkcheck_read ON strategy_linkcheck FOR SELECT TO vangnet_app USING (true);
CREATE POLICY strategy_linkcheck_insert ON strategy_linkcheck FOR INSERT TO vangnet_app
    WITH CHECK ((SELECT session_is_service()));
CREATE POLICY strategy_linkcheck_change ON strategy_linkcheck FOR UPDATE TO vangnet_app
    USING ((SELECT session_is_service())) WITH CHECK ((SELECT session_is_service()));
CREATE POLICY strategy_linkcheck_delete ON strategy_linkcheck FOR DELETE TO vangnet_app
    USING ((SELECT session_is_service()));
"""
NO_WALL = """
DROP POLICY strategy_linkcheck_delete ON strategy_linkcheck;
DROP POLICY strategy_linkcheck_change ON strategy_linkcheck;
DROP POLICY strategy_linkcheck_insert ON strategy_linkcheck;
DROP POLICY strategy_linkcheck_read ON strategy_linkcheck;
DROP POLICY strategy_linkcheck_owner ON strategy_linkcheck;
ALTER TABLE strategy_linkcheck NO FORCE ROW LEVEL SECURITY;
ALTER TABLE strategy_linkcheck DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("strategy", "0021_tree")]
    operations = [
        migrations.CreateModel(
            name="LinkCheck",
            fields=[
                (
                    "url",
                    models.CharField(max_length=500, primary_key=True, serialize=False, verbose_name="adres"),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("werkt", "werkt"),
                            ("verhuisd", "verwijst door naar een ander adres"),
                            ("weg", "bestaat niet meer"),
                            ("geen-antwoord", "gaf geen antwoord"),
                            ("onjuist", "adres klopt niet"),
                        ],
                        max_length=13,
                        verbose_name="uitkomst",
                    ),
                ),
                ("checked_at", models.DateTimeField(verbose_name="gecontroleerd op")),
            ],
            options={
                "verbose_name": "gecontroleerde verwijzing",
                "verbose_name_plural": "gecontroleerde verwijzingen",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("url__startswith", "https://")), name="link_is_https"
                    )
                ],
            },
        ),
        migrations.RunSQL(WALL, NO_WALL),
    ]
