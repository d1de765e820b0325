"""Results without a figure with their evidence, recommendations, and what was done with each."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('directory', '0007_end_seat'),
        ('identity', '0008_system_access'),
        ('strategy', '0059_advice'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Recommendation',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('words', models.CharField(max_length=400, verbose_name='aanbeveling')),
                ('source', models.CharField(max_length=400, verbose_name='waar het staat')),
                ('position', models.PositiveSmallIntegerField(default=1000, verbose_name='volgorde')),
                ('recorded_at', models.DateTimeField(verbose_name='vastgelegd op')),
                ('organisation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.organisation')),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('strategy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recommendations', to='strategy.strategy')),
            ],
            options={
                'verbose_name': 'aanbeveling',
                'verbose_name_plural': 'aanbevelingen',
            },
        ),
        migrations.CreateModel(
            name='Outcome',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField(verbose_name='nummer')),
                ('kind', models.CharField(choices=[('overgenomen', 'Overgenomen'), ('aangepast', 'Aangepast overgenomen'), ('afgewezen', 'Afgewezen'), ('open', 'Open')], max_length=12, verbose_name='uitkomst')),
                ('why', models.TextField(max_length=1000, verbose_name='waarom')),
                ('on', models.DateField(verbose_name='besloten op')),
                ('goals', models.JSONField(default=list, verbose_name='opgenomen in doelen')),
                ('recorded_at', models.DateTimeField(verbose_name='vastgelegd op')),
                ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directory.body', verbose_name='besloten door')),
                ('organisation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.organisation')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('recommendation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='outcomes', to='strategy.recommendation')),
            ],
            options={
                'verbose_name': 'uitkomst van een aanbeveling',
                'verbose_name_plural': 'uitkomsten van aanbevelingen',
            },
        ),
        migrations.CreateModel(
            name='Result',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('words', models.CharField(max_length=400, verbose_name='resultaat')),
                ('evidence', models.JSONField(default=list, verbose_name='bewijs')),
                ('position', models.PositiveSmallIntegerField(default=1000, verbose_name='volgorde')),
                ('recorded_at', models.DateTimeField(verbose_name='vastgelegd op')),
                ('organisation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.organisation')),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('strategy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='results', to='strategy.strategy')),
            ],
            options={
                'verbose_name': 'resultaat zonder cijfer',
                'verbose_name_plural': 'resultaten zonder cijfer',
            },
        ),
        migrations.AddConstraint(
            model_name='recommendation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('words', ''), _negated=True), ('source__contains', ';')), name='recommendation_says_where_it_stands'),
        ),
        migrations.AddConstraint(
            model_name='outcome',
            constraint=models.UniqueConstraint(models.F('recommendation'), models.F('number'), name='outcome_has_a_number_of_its_own'),
        ),
        migrations.AddConstraint(
            model_name='outcome',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['overgenomen', 'aangepast', 'afgewezen', 'open'])), name='outcome_kind_is_known'),
        ),
        migrations.AddConstraint(
            model_name='outcome',
            constraint=models.CheckConstraint(condition=models.Q(('why', ''), _negated=True), name='outcome_says_why'),
        ),
        migrations.AddConstraint(
            model_name='outcome',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['overgenomen', 'aangepast']), ('goals', []), _connector='OR'), name='outcome_goals_took_it_up'),
        ),
        migrations.AddConstraint(
            model_name='result',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('words', ''), _negated=True), models.Q(('evidence', []), _negated=True)), name='result_has_evidence'),
        ),
    ]
