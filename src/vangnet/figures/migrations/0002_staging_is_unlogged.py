"""Figures that are not saved yet need no crash safety: an unlogged table is quicker and empty after a crash."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("figures", "0001_initial")]
    operations = [
        migrations.RunSQL(
            "ALTER TABLE figures_stagedfigure SET UNLOGGED", "ALTER TABLE figures_stagedfigure SET LOGGED"
        )
    ]
