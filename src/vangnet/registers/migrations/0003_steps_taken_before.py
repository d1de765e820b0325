"""A step that was taken already is called so, and not one whose turn has not come."""

from django.db import migrations

GUARD = """
CREATE OR REPLACE FUNCTION registers_guard_step() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    reached record;
BEGIN
    SELECT coalesce(max(s.step), 0) AS step, max(s.taken_on) AS taken_on INTO reached
      FROM public.registers_groupstep s WHERE s.group_id = NEW.group_id;
    {taken}IF NEW.step <> reached.step + 1 THEN
        RAISE EXCEPTION 'this is not the next step' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.taken_on < reached.taken_on OR NEW.taken_on > public.today() THEN
        RAISE EXCEPTION 'a step is taken after the one before it' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
"""
TAKEN = """IF NEW.step <= reached.step THEN
        RAISE EXCEPTION 'this step was taken before' USING ERRCODE = 'check_violation';
    END IF;
    """


class Migration(migrations.Migration):
    dependencies = [("registers", "0002_rules")]
    operations = [migrations.RunSQL(GUARD.replace("{taken}", TAKEN), GUARD.replace("{taken}", ""))]
