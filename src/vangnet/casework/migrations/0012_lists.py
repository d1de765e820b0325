"""Indexes that lists, the agenda and the routes of a million signals are read from."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agreements", "0004_intake"),
        ("casework", "0011_case_rules"),
        ("identity", "0006_employee"),
        ("vault", "0030_hand_over"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="signal",
            options={
                "ordering": ["-received_at", "-pk"],
                "verbose_name": "signaal",
                "verbose_name_plural": "signalen",
            },
        ),
        migrations.RemoveIndex(
            model_name="signal",
            name="signal_in_order",
        ),
        migrations.RemoveIndex(
            model_name="signal",
            name="signal_by_status",
        ),
        migrations.RemoveIndex(
            model_name="signal",
            name="signal_by_place",
        ),
        migrations.AlterField(
            model_name="signal",
            name="branch",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="casework.branch",
                verbose_name="branche",
            ),
        ),
        migrations.AlterField(
            model_name="signal",
            name="number",
            field=models.CharField(max_length=30, verbose_name="nummer"),
        ),
        migrations.AlterField(
            model_name="signal",
            name="organisation",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="identity.organisation",
                verbose_name="eigenaar",
            ),
        ),
        migrations.AlterField(
            model_name="signal",
            name="phenomenon",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="casework.phenomenon",
                verbose_name="verschijningsvorm",
            ),
        ),
        migrations.AlterField(
            model_name="signal",
            name="protocol",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="casework.protocol",
            ),
        ),
        migrations.AlterField(
            model_name="signal",
            name="purpose",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="agreements.purpose",
            ),
        ),
        migrations.AlterField(
            model_name="signal",
            name="scope",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="vault.scope",
            ),
        ),
        migrations.AddIndex(
            model_name="signal",
            index=models.Index(
                fields=["scope", "-received_at", "-dossier"],
                include=("ends_on", "number", "status", "place", "phenomenon", "branch", "source"),
                name="signal_in_order",
            ),
        ),
        migrations.AddIndex(
            model_name="signal",
            index=models.Index(
                condition=models.Q(("status__in", ["nieuw", "in-weging"])),
                fields=["scope", "received_at", "dossier"],
                include=("ends_on",),
                name="signal_waiting",
            ),
        ),
        migrations.AddIndex(
            model_name="signal",
            index=models.Index(
                condition=models.Q(("route", ""), _negated=True),
                fields=["scope", "decided_at"],
                include=("ends_on", "route", "hinted"),
                name="signal_by_route",
            ),
        ),
        migrations.AddConstraint(
            model_name="signal",
            constraint=models.UniqueConstraint(fields=("number",), name="signal_number_is_given_once"),
        ),
    ]
