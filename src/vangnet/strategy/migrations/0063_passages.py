"""Passages of the multi-year plan of the police, beside the goals of the strategy."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('identity', '0008_system_access'),
        ('strategy', '0062_lesson_rules'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Passage',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('plan', models.CharField(max_length=150, verbose_name='plan')),
                ('words', models.CharField(max_length=400, verbose_name='wat er staat')),
                ('page', models.CharField(max_length=40, verbose_name='bladzijde')),
                ('first_year', models.PositiveSmallIntegerField(verbose_name='van')),
                ('last_year', models.PositiveSmallIntegerField(verbose_name='tot en met')),
                ('goal', models.SlugField(blank=True, max_length=60, verbose_name='doel')),
                ('way', models.CharField(blank=True, choices=[('volgt-uit', 'Volgt uit het doel'), ('leidt-tot', 'Leidde tot het doel')], max_length=10, verbose_name='verband')),
                ('is_invented', models.BooleanField(default=False, verbose_name='verzonnen')),
                ('recorded_at', models.DateTimeField(verbose_name='vastgelegd op')),
                ('ended_why', models.CharField(blank=True, max_length=300, verbose_name='waarom uitgehaald')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='uitgehaald op')),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.organisation', verbose_name='politie')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'passage',
                'verbose_name_plural': 'passages',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('plan', ''), _negated=True), models.Q(('words', ''), _negated=True), models.Q(('page', ''), _negated=True)), name='passage_says_what_stands_where'), models.CheckConstraint(condition=models.Q(('first_year__gte', 2000), ('last_year__gte', models.F('first_year')), ('last_year__lte', 2100)), name='passage_is_of_years_in_order'), models.CheckConstraint(condition=models.Q(models.Q(('goal', ''), ('way', '')), models.Q(models.Q(('goal', ''), _negated=True), ('way__in', ['volgt-uit', 'leidt-tot'])), _connector='OR'), name='passage_says_how_it_goes_with_its_goal'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('ended_by', None), ('ended_why', '')), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False), models.Q(('ended_why', ''), _negated=True)), _connector='OR'), name='passage_is_taken_out_with_a_reason'), models.UniqueConstraint(models.F('organisation'), models.F('plan'), models.F('page'), models.F('words'), models.F('goal'), condition=models.Q(('ended_at', None)), name='passage_is_recorded_once')],
            },
        ),
    ]
