"""A measure says of whom it is and what a court said later; tasks and contributions are corrected with a reason."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('casework', '0070_routes_of_an_outcome'),
        ('identity', '0008_system_access'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='contribution',
            name='contribution_takes_hours',
        ),
        migrations.RemoveConstraint(
            model_name='measure',
            name='measure_ends_after_it_began',
        ),
        migrations.AddField(
            model_name='contribution',
            name='reasons',
            field=models.UUIDField(null=True, verbose_name='gegeven met de reden van de verbetering'),
        ),
        migrations.AddField(
            model_name='contribution',
            name='replaces',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='casework.contribution', verbose_name='verbetert'),
        ),
        migrations.AddField(
            model_name='measure',
            name='later_at',
            field=models.DateTimeField(null=True, verbose_name='latere afloop vastgelegd op'),
        ),
        migrations.AddField(
            model_name='measure',
            name='later_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='latere afloop vastgelegd door'),
        ),
        migrations.AddField(
            model_name='measure',
            name='later_on',
            field=models.DateField(null=True, verbose_name='dag van de latere afloop'),
        ),
        migrations.AddField(
            model_name='measure',
            name='later_outcome',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='casework.term', verbose_name='latere afloop'),
        ),
        migrations.AddField(
            model_name='measurekind',
            name='bodies',
            field=models.JSONField(default=list, verbose_name='soorten organisatie die bevoegd zijn'),
        ),
        migrations.AddField(
            model_name='task',
            name='lapsed',
            field=models.UUIDField(null=True, verbose_name='gegeven met de reden van vervallen'),
        ),
        migrations.AddField(
            model_name='term',
            name='use',
            field=models.CharField(blank=True, choices=[('vooraf', 'Ook voordat de maatregel begint'), ('achteraf', 'Ook na een eerdere afloop')], max_length=8, verbose_name='wanneer'),
        ),
        migrations.AddConstraint(
            model_name='contribution',
            constraint=models.CheckConstraint(condition=models.Q(('hours__range', (1, 1000)), models.Q(('hours', 0), ('replaces__isnull', False)), _connector='OR'), name='contribution_takes_hours_or_is_taken_back'),
        ),
        migrations.AddConstraint(
            model_name='contribution',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('reasons', None), ('replaces', None)), models.Q(('reasons__isnull', False), ('replaces__isnull', False)), _connector='OR'), name='corrected_contribution_says_why'),
        ),
        migrations.AddConstraint(
            model_name='measure',
            constraint=models.CheckConstraint(condition=models.Q(('until', None), ('until__gt', models.F('since')), ('status', 'beeindigd'), _connector='OR'), name='measure_ends_after_it_began_or_is_withdrawn'),
        ),
        migrations.AddConstraint(
            model_name='measure',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('later_at', None), ('later_by', None), ('later_on', None), ('later_outcome', None)), models.Q(('later_at__isnull', False), ('later_by__isnull', False), ('later_on__gte', models.F('until')), ('later_outcome__isnull', False), ('status', 'beeindigd')), _connector='OR'), name='later_outcome_of_a_measure_has_a_day'),
        ),
        migrations.AddConstraint(
            model_name='task',
            constraint=models.CheckConstraint(condition=models.Q(('lapsed', None), ('done_at__isnull', False), _connector='OR'), name='lapsed_task_is_not_open'),
        ),
    ]
