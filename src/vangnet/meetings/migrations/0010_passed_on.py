"""An action goes to somebody else when its owner leaves; with whom it was agreed stays known."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

GUARD = """
CREATE OR REPLACE FUNCTION meetings_guard_action() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF (NEW.id, NEW.sitting_id, NEW.what, {kept}NEW.due_on, NEW.noted_by_id, NEW.noted_at)
               IS DISTINCT FROM (OLD.id, OLD.sitting_id, OLD.what, {old}OLD.due_on, OLD.noted_by_id, OLD.noted_at)
           OR NEW.stop_id IS DISTINCT FROM OLD.stop_id OR OLD.done_on IS NOT NULL THEN
            RAISE EXCEPTION 'the action is done or another' USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.done_on > public.today() THEN
            RAISE EXCEPTION 'it is done on a day that has come' USING ERRCODE = 'check_violation';
        END IF;
{passing}        RETURN NEW;
    END IF;
    IF NOT EXISTS (
        SELECT FROM public.meetings_sitting v
         WHERE v.id = NEW.sitting_id AND v.state IN ('gehouden', 'vastgesteld')
           AND NEW.due_on >= (v.starts_at AT TIME ZONE 'Europe/Amsterdam')::date
           AND (NEW.stop_id IS NULL OR EXISTS (
                SELECT FROM public.meetings_stop p WHERE p.id = NEW.stop_id AND p.sitting_id = v.id))) THEN
        RAISE EXCEPTION 'an action comes from a meeting that was held' USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (
        SELECT FROM public.identity_user u JOIN public.identity_membership m ON m.user_id = u.id
         WHERE u.id = NEW.owner_id AND u.kind = 'persoon' AND u.is_active AND m.period @> public.today()) THEN
        RAISE EXCEPTION 'an action is of somebody in the network' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
"""
# Only the owner changes, to somebody at work, and the day and the first owner are kept with it.
PASSING = """        IF NEW.owner_id = OLD.owner_id THEN
            IF (NEW.agreed_with_id, NEW.passed_on) IS DISTINCT FROM (OLD.agreed_with_id, OLD.passed_on) THEN
                RAISE EXCEPTION 'the action is done or another' USING ERRCODE = 'check_violation';
            END IF;
        ELSIF NEW.done_on IS NOT NULL OR NEW.agreed_with_id IS DISTINCT FROM coalesce(OLD.agreed_with_id, OLD.owner_id)
           OR NEW.passed_on IS DISTINCT FROM public.today() OR NOT public.meetings_keeps(OLD.sitting_id) THEN
            RAISE EXCEPTION 'an action is passed on today, and no more' USING ERRCODE = 'check_violation';
        ELSIF NOT EXISTS (
            SELECT FROM public.identity_user u JOIN public.identity_membership m ON m.user_id = u.id
             WHERE u.id = NEW.owner_id AND u.kind = 'persoon' AND u.is_active AND m.period @> public.today()) THEN
            RAISE EXCEPTION 'an action is of somebody in the network' USING ERRCODE = 'check_violation';
        END IF;
"""
FORWARD = GUARD.format(kept="", old="", passing=PASSING)
BACKWARD = GUARD.format(kept="NEW.owner_id, ", old="OLD.owner_id, ", passing="")


class Migration(migrations.Migration):
    dependencies = [
        ("meetings", "0002_rules"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AddField(
            model_name="actionpoint",
            name="agreed_with",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="eerst van",
            ),
        ),
        migrations.AddField(
            model_name="actionpoint",
            name="passed_on",
            field=models.DateField(null=True, verbose_name="overgedragen op"),
        ),
        migrations.AddConstraint(
            model_name="actionpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(agreed_with=None, passed_on=None)
                | ~models.Q(agreed_with=None) & ~models.Q(passed_on=None),
                name="action_that_was_passed_on_says_when",
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
