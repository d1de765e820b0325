"""How colleagues reach somebody, what people know about, and which partners take part in a theme."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

QUESTIONS = """
-- Who says that a partner enters or leaves a theme: the driving team, and who decides for that partner.
CREATE FUNCTION directory_enters_for(wanted uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN public.session_is_service()
        OR public.session_is_strong()
           AND (public.session_has_role('aanjaagteam')
                OR wanted = public.session_organisation()
                   AND (public.session_has_role('adviseur') OR public.session_has_role('burgemeester')
                        OR public.session_has_role('om') OR public.session_has_role('riec')));
END
$$;

CREATE FUNCTION directory_guard_theme_partner() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF (NEW.id, NEW.organisation_id, NEW.topic_id, NEW.joined_for, lower(NEW.period))
               IS DISTINCT FROM (OLD.id, OLD.organisation_id, OLD.topic_id, OLD.joined_for, lower(OLD.period))
           OR NOT OLD.period @> NEW.period THEN
            RAISE EXCEPTION 'the partner was changed' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF EXISTS (SELECT FROM public.directory_topic t WHERE t.slug = NEW.topic_id AND t.under_id IS NOT NULL) THEN
        RAISE EXCEPTION 'a partner takes part in a theme' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER directory_theme_partner_only_ends BEFORE INSERT OR UPDATE ON directory_themepartner
    FOR EACH ROW EXECUTE FUNCTION directory_guard_theme_partner();
REVOKE EXECUTE ON FUNCTION directory_enters_for, directory_guard_theme_partner FROM PUBLIC;
"""
NO_QUESTIONS = """
DROP TRIGGER directory_theme_partner_only_ends ON directory_themepartner;
DROP FUNCTION directory_guard_theme_partner();
DROP FUNCTION directory_enters_for(uuid);
"""
READS = "(SELECT directory_reads())"
OWN = "(SELECT session_is_service()) OR account_id = (SELECT session_account()) AND (SELECT session_is_strong())"
ENTERS = "directory_enters_for(organisation_id)"
# Table: what is seen, and what may be added, changed and taken away.
WALLS = {
    "directory_profile": (READS, OWN, ("INSERT", "UPDATE")),
    "directory_expertise": (READS, OWN, ("INSERT", "DELETE")),
    "directory_themepartner": ("true", ENTERS, ("INSERT", "UPDATE")),
}
NAMES = {"INSERT": "insert", "UPDATE": "change", "DELETE": "delete"}
CHECKS = {
    "INSERT": "WITH CHECK ({0})",
    "UPDATE": "USING ({0}) WITH CHECK ({0})",
    "DELETE": "USING ({0})",
}


def wall(table, seen, kept, commands):
    """Return the policies of a table."""
    more = "".join(
        f"CREATE POLICY {table}_{NAMES[one]} ON {table} FOR {one} TO vangnet_app {CHECKS[one].format(kept)};"
        for one in commands
    )
    return f"""
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY {table}_owner ON {table} TO vangnet_owner USING (true) WITH CHECK (true);
CREATE POLICY {table}_read ON {table} FOR SELECT TO vangnet_app USING ({seen});
{more}
"""


def no_wall(table, commands):
    """Return what takes the policies of a table away."""
    more = "".join(f"DROP POLICY {table}_{NAMES[one]} ON {table};" for one in commands)
    return f"""
{more}
DROP POLICY {table}_read ON {table};
DROP POLICY {table}_owner ON {table};
ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('directory', '0003_seat_rules'),
        ('identity', '0006_employee'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Expertise',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='wie')),
                ('topic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directory.topic', verbose_name='onderwerp')),
            ],
            options={
                'verbose_name': 'deskundigheid',
                'verbose_name_plural': 'deskundigheden',
                'ordering': ['topic__order'],
                'constraints': [models.UniqueConstraint(fields=('account', 'topic'), name='expertise_is_said_once')],
            },
        ),
        migrations.CreateModel(
            name='Profile',
            fields=[
                ('account', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='+', serialize=False, to=settings.AUTH_USER_MODEL, verbose_name='van wie')),
                ('phone', models.CharField(blank=True, max_length=20, verbose_name='werktelefoon')),
                ('days', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), blank=True, default=list, size=None, verbose_name='werkdagen')),
                ('changed_on', models.DateField(verbose_name='bijgewerkt op')),
                ('function', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directory.function', verbose_name='functie')),
            ],
            options={
                'verbose_name': 'profiel',
                'verbose_name_plural': 'profielen',
                'constraints': [models.CheckConstraint(condition=models.Q(('phone', ''), ('phone__regex', '^(0([ -]?[0-9]){9}|[+][1-9]([ -]?[0-9]){7,13})$'), _connector='OR'), name='profile_phone_is_a_number'), models.CheckConstraint(condition=models.Q(('days__contained_by', [1, 2, 3, 4, 5])), name='profile_days_are_working_days')],
            },
        ),
        migrations.CreateModel(
            name='ThemePartner',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('period', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='geldig')),
                ('joined_for', models.CharField(choices=[('begin', 'Vanaf het begin van de strategie'), ('gevraagd', 'Door het netwerk gevraagd'), ('aangeboden', 'Bood zich zelf aan'), ('taak', 'Kreeg een wettelijke taak in dit thema')], max_length=12, verbose_name='reden van deelname')),
                ('left_for', models.CharField(blank=True, choices=[('klaar', 'Bijdrage is geleverd'), ('capaciteit', 'Geen capaciteit meer'), ('prioriteit', 'Andere prioriteit'), ('taak-weg', 'Taak ging naar een andere organisatie'), ('opgegaan', 'Organisatie ging op in een andere')], max_length=12, verbose_name='reden van vertrek')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.organisation', verbose_name='organisatie')),
                ('topic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directory.topic', verbose_name='thema')),
            ],
            options={
                'verbose_name': 'themapartner',
                'verbose_name_plural': 'themapartners',
                'ordering': ['topic__order', 'organisation__name'],
                'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('organisation', '='), ('topic', '='), ('period', '&&')], name='organisation_is_in_a_theme_once_at_a_time'), models.CheckConstraint(condition=models.Q(models.Q(('left_for', ''), ('period__upper_inf', True)), models.Q(('period__upper_inf', False), models.Q(('left_for', ''), _negated=True)), _connector='OR'), name='theme_partner_leaves_with_a_reason'), models.CheckConstraint(condition=models.Q(('period__isempty', False)), name='theme_partner_stays_a_day_or_more')],
            },
        ),
        migrations.RunSQL(QUESTIONS, NO_QUESTIONS),
        *[
            migrations.RunSQL(wall(table, *rules), no_wall(table, rules[2]))
            for table, rules in WALLS.items()
        ],
    ]
