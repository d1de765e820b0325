"""From which day somebody works in the network no more and why: recorded once, read by who keeps the lists."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


RULES = """
-- An administrator records it of another, once no role of that person goes on after that day.
CREATE FUNCTION directory_records_departure(wanted uuid, day date) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN (public.session_is_service()
            OR coalesce(public.session_is_strong() AND public.session_has_role('beheerder'), false))
        AND wanted IS DISTINCT FROM public.session_account()
        AND EXISTS (SELECT FROM public.identity_user u WHERE u.id = wanted AND u.kind = 'persoon')
        AND (day IS NULL OR NOT EXISTS (
            SELECT FROM public.identity_membership m
             WHERE m.user_id = wanted AND (upper_inf(m.period) OR upper(m.period) > day)));
END
$$;
REVOKE EXECUTE ON FUNCTION directory_records_departure FROM PUBLIC;
ALTER TABLE directory_departure ENABLE ROW LEVEL SECURITY;
ALTER TABLE directory_departure FORCE ROW LEVEL SECURITY;
CREATE POLICY directory_departure_owner ON directory_departure TO vangnet_owner USING (true) WITH CHECK (true);
CREATE POLICY directory_departure_read ON directory_departure FOR SELECT TO vangnet_app
    USING ((SELECT directory_fills_in()));
CREATE POLICY directory_departure_insert ON directory_departure FOR INSERT TO vangnet_app
    WITH CHECK (recorded_by_id = (SELECT session_account()) AND directory_records_departure(account_id, "on"));
"""
NO_RULES = """
DROP POLICY directory_departure_insert ON directory_departure;
DROP POLICY directory_departure_read ON directory_departure;
DROP POLICY directory_departure_owner ON directory_departure;
ALTER TABLE directory_departure NO FORCE ROW LEVEL SECURITY;
ALTER TABLE directory_departure DISABLE ROW LEVEL SECURITY;
DROP FUNCTION directory_records_departure(uuid, date);
"""


class Migration(migrations.Migration):

    dependencies = [
        ('directory', '0005_filling_in'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Departure',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('on', models.DateField(null=True, verbose_name='werkt niet meer vanaf')),
                ('reason', models.CharField(blank=True, choices=[('functie', 'Andere functie'), ('werkgever', 'Andere werkgever'), ('tijdelijk', 'Tijdelijke inzet is voorbij'), ('opgegaan', 'Organisatie ging op in een andere'), ('gestopt', 'Gestopt met werken')], max_length=12, verbose_name='reden van vertrek')),
                ('recorded_at', models.DateTimeField(verbose_name='vastgelegd op')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='wie')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='vastgelegd door')),
            ],
            options={
                'verbose_name': 'vertrek',
                'verbose_name_plural': 'vertrekken',
                'ordering': ['recorded_at', 'pk'],
                'indexes': [models.Index(fields=['account'], name='departure_by_account')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('on__isnull', False), ('reason__in', ['functie', 'werkgever', 'tijdelijk', 'opgegaan', 'gestopt'])), models.Q(('on', None), ('reason', '')), _connector='OR'), name='departure_has_a_day_and_a_reason')],
            },
        ),
        migrations.RunSQL(RULES, NO_RULES),
    ]
