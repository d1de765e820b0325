"""What has to hold for the seats of bodies."""

import django.db.models.deletion
from django.db import migrations, models

LOADS = "(SELECT session_is_service())"
WALL = f"""
ALTER TABLE directory_seatrule ENABLE ROW LEVEL SECURITY;
ALTER TABLE directory_seatrule FORCE ROW LEVEL SECURITY;
CREATE POLICY directory_seatrule_owner ON directory_seatrule TO vangnet_owner USING (true) WITH CHECK (true);
CREATE POLICY directory_seatrule_read ON directory_seatrule FOR SELECT TO vangnet_app USING (true);
CREATE POLICY directory_seatrule_insert ON directory_seatrule FOR INSERT TO vangnet_app WITH CHECK ({LOADS});
CREATE POLICY directory_seatrule_change ON directory_seatrule FOR UPDATE TO vangnet_app
    USING ({LOADS}) WITH CHECK ({LOADS});
CREATE POLICY directory_seatrule_delete ON directory_seatrule FOR DELETE TO vangnet_app USING ({LOADS});
"""
NO_WALL = """
DROP POLICY directory_seatrule_delete ON directory_seatrule;
DROP POLICY directory_seatrule_change ON directory_seatrule;
DROP POLICY directory_seatrule_insert ON directory_seatrule;
DROP POLICY directory_seatrule_read ON directory_seatrule;
DROP POLICY directory_seatrule_owner ON directory_seatrule;
ALTER TABLE directory_seatrule NO FORCE ROW LEVEL SECURITY;
ALTER TABLE directory_seatrule DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('directory', '0002_rules'),
    ]

    operations = [
        migrations.CreateModel(
            name='SeatRule',
            fields=[
                ('code', models.SlugField(max_length=60, primary_key=True, serialize=False, verbose_name='code')),
                ('check_of', models.CharField(choices=[('rol', 'Een rol is bezet'), ('per-district', 'Elk district heeft een aantal zetels van deze functie'), ('partner', 'Een soort organisatie heeft een zetel'), ('portefeuilles', 'Elk thema is in portefeuille'), ('zit-in', 'De voorzitter heeft een zetel in een ander overleg')], max_length=16, verbose_name='wat')),
                ('role', models.CharField(blank=True, choices=[('voorzitter', 'Voorzitter'), ('secretaris', 'Secretaris'), ('lid', 'Lid'), ('plaatsvervanger', 'Plaatsvervanger')], max_length=16, verbose_name='rol')),
                ('partner', models.CharField(blank=True, choices=[('gemeente', 'Gemeente'), ('politie', 'Politie'), ('om', 'Openbaar Ministerie'), ('riec', 'RIEC'), ('veiligheidshuis', 'Zorg- en veiligheidshuis'), ('dvo', 'Secretariaat districtelijk veiligheidsoverleg'), ('netwerk', 'Veiligheidsnetwerk'), ('belastingdienst', 'Belastingdienst'), ('bedrijfsleven', 'Bedrijfsleven')], max_length=20, verbose_name='soort organisatie')),
                ('count', models.PositiveSmallIntegerField(default=1, verbose_name='aantal')),
                ('says', models.CharField(max_length=200, verbose_name='regel')),
                ('mend', models.CharField(max_length=300, verbose_name='wat eraan te doen is')),
                ('order', models.PositiveSmallIntegerField(verbose_name='volgorde')),
                ('divisible', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directory.topic', verbose_name='thema dat gedeeld mag zijn')),
                ('function', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directory.function', verbose_name='functie')),
                ('kind', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rules', to='directory.bodykind', verbose_name='soort overleg')),
                ('other', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directory.body', verbose_name='ander overleg')),
            ],
            options={
                'verbose_name': 'bezettingsregel',
                'verbose_name_plural': 'bezettingsregels',
                'ordering': ['order'],
            },
        ),
        migrations.RunSQL(WALL, NO_WALL),
    ]
