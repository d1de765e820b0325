"""What partners contribute: information and working agreements, from a day until a day."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cooperation', '0010_named_for'),
        ('directory', '0007_end_seat'),
        ('identity', '0008_system_access'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Contribution',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('informatie', 'Informatie'), ('werkafspraak', 'Werkafspraak')], max_length=12, verbose_name='soort')),
                ('words', models.CharField(max_length=400, verbose_name='wat')),
                ('begins_on', models.DateField(verbose_name='vanaf')),
                ('ended_on', models.DateField(null=True, verbose_name='tot')),
                ('ended_why', models.CharField(blank=True, max_length=300, verbose_name='waarom gestopt')),
                ('recorded_at', models.DateTimeField(verbose_name='vastgelegd op')),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='gestopt door')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.organisation', verbose_name='partner')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='vastgelegd door')),
                ('topic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directory.topic', verbose_name='thema of onderwerp')),
            ],
            options={
                'verbose_name': 'bijdrage',
                'verbose_name_plural': 'bijdragen',
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['informatie', 'werkafspraak'])), name='contribution_kind_is_known'), models.CheckConstraint(condition=models.Q(('words', ''), _negated=True), name='contribution_says_what'), models.CheckConstraint(condition=models.Q(models.Q(('ended_by', None), ('ended_on', None), ('ended_why', '')), models.Q(('ended_by__isnull', False), ('ended_on__gte', models.F('begins_on')), models.Q(('ended_why', ''), _negated=True)), _connector='OR'), name='contribution_ends_with_a_reason')],
            },
        ),
    ]
