"""Whether the condition of a goal was met, and a name for a promise whose condition was not."""

from django.db import migrations, models

KINDS = [
    ("bewijs", "Stap of bewijs"),
    ("afgerond", "Afgerond"),
    ("overgedragen", "Overgedragen"),
    ("voorwaarde", "Voorwaarde"),
    ("andere-stand", "Andere stand van zaken"),
]
STANDS = [
    ("gereed", "Gereed"),
    ("norm-gehaald", "Norm gehaald"),
    ("loopt", "Loopt"),
    ("loopt-achter", "Loopt achter"),
    ("verstreken", "Termijn verstreken"),
    ("niet-te-zeggen", "Niet te zeggen"),
    ("overgedragen", "Overgedragen"),
    ("gestopt", "Gestopt"),
    ("voorwaarde-niet", "Voorwaarde niet vervuld"),
    ("norm-niet-gehaald", "Norm niet gehaald"),
    ("niet-gelukt", "Niet gelukt"),
]


class Migration(migrations.Migration):
    dependencies = [("strategy", "0044_codes")]
    operations = [
        migrations.AddField(
            model_name="progress",
            name="met",
            field=models.BooleanField(blank=True, null=True, verbose_name="aan de voorwaarde voldaan"),
        ),
        migrations.AlterField(
            model_name="progress",
            name="kind",
            field=models.CharField(choices=KINDS, max_length=15, verbose_name="soort"),
        ),
        migrations.AlterField(
            model_name="progress",
            name="stand",
            field=models.CharField(blank=True, choices=STANDS, max_length=20, verbose_name="stand"),
        ),
        migrations.AddConstraint(
            model_name="progress",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "voorwaarde"), ("met__isnull", False)),
                    models.Q(models.Q(("kind", "voorwaarde"), _negated=True), ("met", None)),
                    _connector="OR",
                ),
                name="progress_condition_says_whether_it_is_met",
            ),
        ),
    ]
