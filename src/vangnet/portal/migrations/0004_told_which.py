"""Which things somebody was told of, besides how many."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("portal", "0003_mail_rules")]
    operations = [
        migrations.AddField(
            model_name="told",
            name="keys",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=16),
                default=list,
                size=None,
                verbose_name="welke",
            ),
        ),
    ]
