import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('agreements', '0004_intake'),
        ('casework', '0022_partner_rules'),
        ('identity', '0006_employee'),
        ('vault', '0030_hand_over'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Meeting',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('held_on', models.DateField(verbose_name='op')),
                ('current', models.UUIDField(null=True, verbose_name='signaal dat aan de beurt is')),
                ('version', models.PositiveIntegerField(default=1, verbose_name='versie van de agenda')),
                ('changed_at', models.DateTimeField(verbose_name='gewijzigd op')),
                ('closed_at', models.DateTimeField(null=True, verbose_name='gesloten op')),
                ('chair', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='voorzitter')),
                ('changed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='gewijzigd door')),
                ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='gesloten door')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.organisation', verbose_name='van')),
                ('purpose', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agreements.purpose')),
                ('scope', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='vault.scope')),
            ],
            options={
                'verbose_name': 'weegoverleg',
                'verbose_name_plural': 'weegoverleggen',
                'ordering': ['-held_on', '-changed_at'],
            },
        ),
        migrations.CreateModel(
            name='Item',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('order', models.PositiveSmallIntegerField(verbose_name='volgorde')),
                ('added_at', models.DateTimeField(verbose_name='op de agenda sinds')),
                ('status', models.CharField(choices=[('open', 'Nog te behandelen'), ('besloten', 'Besloten'), ('uitgesteld', 'Uitgesteld'), ('doorgeschoven', 'Doorgeschoven')], default='open', max_length=14, verbose_name='status')),
                ('put_off_to', models.DateField(null=True, verbose_name='uitgesteld tot')),
                ('outcome', models.CharField(blank=True, max_length=10, verbose_name='uitkomst')),
                ('route', models.CharField(blank=True, max_length=14, verbose_name='route')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='laatst door')),
                ('signal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='casework.signal')),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='casework.meeting')),
            ],
            options={
                'verbose_name': 'agendapunt',
                'verbose_name_plural': 'agendapunten',
                'ordering': ['order', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Attendee',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.organisation', verbose_name='namens')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='wie')),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attendees', to='casework.meeting')),
            ],
            options={
                'verbose_name': 'aanwezige',
                'verbose_name_plural': 'aanwezigen',
            },
        ),
        migrations.AddIndex(
            model_name='meeting',
            index=models.Index(fields=['scope', '-held_on'], name='meeting_in_order'),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.UniqueConstraint(models.F('scope'), condition=models.Q(('closed_at', None)), name='one_meeting_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('closed_by', None)), models.Q(('closed_at__isnull', False), ('closed_by__isnull', False)), _connector='OR'), name='closed_meeting_says_by_whom'),
        ),
        migrations.AddIndex(
            model_name='item',
            index=models.Index(fields=['signal', 'status'], name='item_by_signal'),
        ),
        migrations.AddConstraint(
            model_name='item',
            constraint=models.UniqueConstraint(models.F('meeting'), models.F('signal'), name='signal_is_on_an_agenda_once'),
        ),
        migrations.AddConstraint(
            model_name='item',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome', ''), ('put_off_to', None), ('route', ''), ('status__in', ['open', 'doorgeschoven'])), models.Q(('outcome', ''), ('put_off_to__isnull', False), ('route', ''), ('status', 'uitgesteld')), models.Q(('put_off_to', None), ('status', 'besloten'), models.Q(('outcome', ''), _negated=True)), _connector='OR'), name='item_says_what_became_of_it'),
        ),
        migrations.AddConstraint(
            model_name='attendee',
            constraint=models.UniqueConstraint(models.F('meeting'), models.F('user'), name='attendee_is_there_once'),
        ),
    ]
