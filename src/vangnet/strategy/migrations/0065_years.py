"""Of which year something was recorded, for goals that return each year."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("strategy", "0064_passage_rules")]
    operations = [
        migrations.AddField(
            model_name="progress",
            name="year",
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="over welk jaar"),
        ),
        migrations.AddConstraint(
            model_name="progress",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("year", None),
                    models.Q(("kind", "bewijs"), ("year__gte", 2000), ("year__lte", 2100)),
                    _connector="OR",
                ),
                name="progress_of_a_year_is_evidence",
            ),
        ),
    ]
