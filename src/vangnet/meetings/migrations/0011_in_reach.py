"""A meeting lies on a day that every page can show."""

import datetime

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("meetings", "0010_passed_on")]
    operations = [
        migrations.AddConstraint(
            model_name="sitting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ends_at__lt=datetime.datetime(2101, 1, 2, tzinfo=datetime.UTC),
                    starts_at__gte=datetime.datetime(1899, 12, 31, tzinfo=datetime.UTC),
                ),
                name="sitting_is_in_reach",
            ),
        ),
    ]
