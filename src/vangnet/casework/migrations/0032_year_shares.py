from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('agreements', '0004_intake'),
        ('casework', '0031_meeting_rules'),
        ('identity', '0006_employee'),
        ('vault', '0030_hand_over'),
    ]

    operations = [
        migrations.CreateModel(
            name='YearShare',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(verbose_name='jaar')),
                ('level', models.CharField(max_length=12, verbose_name='niveau')),
                ('code', models.CharField(max_length=40, verbose_name='gebiedscode')),
                ('municipal', models.PositiveIntegerField(null=True, verbose_name='actie van de gemeente')),
                ('local', models.PositiveIntegerField(null=True, verbose_name='lokaal')),
                ('riec', models.PositiveIntegerField(null=True, verbose_name='riec')),
                ('published_at', models.DateTimeField(verbose_name='vastgesteld op')),
            ],
            options={
                'verbose_name': 'jaarcijfer',
                'verbose_name_plural': 'jaarcijfers',
                'ordering': ['year', 'level', 'code'],
            },
        ),
        migrations.AddIndex(
            model_name='signal',
            index=models.Index(condition=models.Q(('route', ''), _negated=True), fields=['decided_at'], include=('organisation', 'route', 'ends_on'), name='signal_by_decision'),
        ),
        migrations.AddConstraint(
            model_name='yearshare',
            constraint=models.UniqueConstraint(models.F('year'), models.F('code'), name='area_has_one_total_a_year'),
        ),
        migrations.AddConstraint(
            model_name='yearshare',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('local', None), ('municipal', None), ('riec', None)), models.Q(('local__gte', 10), ('municipal__gte', 10), ('riec__gte', 10)), _connector='OR'), name='total_is_shown_whole_or_not_at_all'),
        ),
    ]
