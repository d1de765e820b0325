"""A report of pressure on people in office is replaced when it was wrong, double, or charges followed."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

FORWARD = """
ALTER TABLE registers_intimidation ADD CONSTRAINT registers_intimidation_of_organisation UNIQUE (id, organisation_id, place);
ALTER TABLE registers_intimidation ADD CONSTRAINT registers_intimidation_replaces_own
    FOREIGN KEY (replaces_id, organisation_id, place) REFERENCES registers_intimidation (id, organisation_id, place);

-- Who may replace a report: who made it, and who watches over all of the municipality.
CREATE FUNCTION registers_may_replace(wanted uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN wanted IS NULL OR public.registers_watches() OR EXISTS (
        SELECT FROM public.registers_intimidation i WHERE i.id = wanted AND i.entered_by_id = public.session_account());
END
$$;
REVOKE EXECUTE ON FUNCTION registers_may_replace FROM PUBLIC;
ALTER POLICY registers_intimidation_insert ON registers_intimidation WITH CHECK (
    (SELECT session_is_service())
    OR organisation_id = (SELECT session_organisation()) AND entered_by_id = (SELECT session_account())
       AND place = (SELECT registers_own_place()) AND (SELECT registers_reports())
       AND registers_may_replace(replaces_id));
"""
BACKWARD = """
ALTER POLICY registers_intimidation_insert ON registers_intimidation WITH CHECK (
    (SELECT session_is_service())
    OR organisation_id = (SELECT session_organisation()) AND entered_by_id = (SELECT session_account())
       AND place = (SELECT registers_own_place()) AND (SELECT registers_reports()));
DROP FUNCTION registers_may_replace(uuid);
ALTER TABLE registers_intimidation DROP CONSTRAINT registers_intimidation_replaces_own;
ALTER TABLE registers_intimidation DROP CONSTRAINT registers_intimidation_of_organisation;
"""


class Migration(migrations.Migration):
    dependencies = [("registers", "0003_steps_taken_before")]
    operations = [
        migrations.AddField(
            model_name="intimidation",
            name="replaces",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="corrected_by",
                to="registers.intimidation",
            ),
        ),
        migrations.AddField(
            model_name="intimidation",
            name="reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("vervolg", "Er is later aangifte gedaan"),
                    ("verschrijving", "Verschrijving"),
                    ("dubbel", "Dubbel gemeld"),
                ],
                default="",
                max_length=14,
                verbose_name="reden van de correctie",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="intimidation",
            name="is_void",
            field=models.BooleanField(default=False, verbose_name="vervalt"),
        ),
        migrations.AddConstraint(
            model_name="intimidation",
            constraint=models.CheckConstraint(
                name="intimidation_correction_says_why",
                condition=Q(replaces=None, reason="", is_void=False)
                | Q(("replaces__isnull", False), ~Q(reason="")),
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
