"""Who wrote a proposal sees what became of it, and says so."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

MINE = "account_id = (SELECT session_account())"
WROTE = "EXISTS (SELECT FROM strategy_version v WHERE v.id = version_id AND v.author_id = account_id)"
WALL = f"""
ALTER TABLE strategy_outcomeseen ENABLE ROW LEVEL SECURITY;
ALTER TABLE strategy_outcomeseen FORCE ROW LEVEL SECURITY;
CREATE POLICY strategy_outcomeseen_owner ON strategy_outcomeseen TO vangnet_owner USING (true) WITH CHECK (true);
CREATE POLICY strategy_outcomeseen_read ON strategy_outcomeseen FOR SELECT TO vangnet_app USING ({MINE});
CREATE POLICY strategy_outcomeseen_insert ON strategy_outcomeseen FOR INSERT TO vangnet_app
    WITH CHECK ({MINE} AND {WROTE});
"""
NO_WALL = """
DROP POLICY strategy_outcomeseen_insert ON strategy_outcomeseen;
DROP POLICY strategy_outcomeseen_read ON strategy_outcomeseen;
DROP POLICY strategy_outcomeseen_owner ON strategy_outcomeseen;
ALTER TABLE strategy_outcomeseen NO FORCE ROW LEVEL SECURITY;
ALTER TABLE strategy_outcomeseen DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("strategy", "0057_money_of_plans"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="OutcomeSeen",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("seen_at", models.DateTimeField(verbose_name="gezien op")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="strategy.version"
                    ),
                ),
            ],
            options={"verbose_name": "uitkomst gezien", "verbose_name_plural": "uitkomsten gezien"},
        ),
        migrations.AddConstraint(
            model_name="outcomeseen",
            constraint=models.UniqueConstraint(
                models.F("version"), models.F("account"), name="outcome_is_seen_once"
            ),
        ),
        migrations.RunSQL(WALL, NO_WALL),
    ]
