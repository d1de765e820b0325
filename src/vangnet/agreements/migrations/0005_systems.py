"""A system delivers reports and sees the list of signals under an authorisation; it opens nothing."""

from django.db import migrations, models

TASKS = [
    ("verwerking", "Verwerken"),
    ("rechtmatigheid", "Rechtmatigheid toetsen"),
    ("melding", "Meldingen aannemen (ziet niets terug)"),
    ("beheer", "Technisch beheer (ziet geen inhoud)"),
    ("koppeling", "Systeem: meldingen aanleveren en de lijst zien (opent niets)"),
]
# Every door names the tasks it opens for. So a system passes those that name its own, and no other.
FORWARD = """
CREATE OR REPLACE FUNCTION agreements_tier(account uuid, member uuid, wanted uuid, tasks text[]) RETURNS smallint
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN (
    SELECT max(a.max_tier)
      FROM public.agreements_authorisation a
     WHERE a.user_id = account AND a.organisation_id = member AND a.purpose_id = wanted
       AND a.task = ANY (tasks) AND a.revoked_at IS NULL AND a.period @> public.today()
       -- As a value and not as a join: the planner knows nothing of days and would read every partner of today.
       AND (SELECT p.period @> public.today() AND i.activated_at IS NOT NULL
              FROM public.agreements_partner p JOIN public.agreements_version i ON i.id = p.version_id
             WHERE p.id = a.partner_id)
       AND EXISTS (SELECT FROM public.identity_user u
                    WHERE u.id = account AND u.is_active
                      AND (u.kind = 'persoon' AND a.task <> 'koppeling'
                           OR u.kind = 'systeem' AND a.task IN ('melding', 'koppeling')))
       AND EXISTS (SELECT FROM public.identity_membership m
                    WHERE m.user_id = account AND m.organisation_id = member AND m.period @> public.today())
       AND EXISTS (SELECT FROM public.agreements_live_purpose l WHERE l.id = wanted)
    );
END
$$;

CREATE OR REPLACE FUNCTION agreements_guard_authorisation() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.revoked_at IS NOT NULL
           OR (NEW.user_id, NEW.purpose_id, NEW.organisation_id, NEW.partner_id, NEW.task, NEW.given_by_id,
               NEW.max_tier, NEW.period)
              IS DISTINCT FROM (OLD.user_id, OLD.purpose_id, OLD.organisation_id, OLD.partner_id, OLD.task,
               OLD.given_by_id, OLD.max_tier, OLD.period) THEN
            RAISE EXCEPTION 'an authorisation is revoked and given anew, never changed'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF NOT EXISTS (SELECT FROM public.identity_membership m
                    WHERE m.user_id = NEW.user_id AND m.organisation_id = NEW.organisation_id
                      AND (upper(m.period) IS NULL OR upper(m.period) > public.today())) THEN
        RAISE EXCEPTION 'this person has no role at this organisation' USING ERRCODE = 'check_violation';
    END IF;
    IF (SELECT CASE u.kind WHEN 'systeem' THEN NEW.task NOT IN ('melding', 'koppeling') OR NEW.max_tier > 1
                           ELSE NEW.task = 'koppeling' END
          FROM public.identity_user u WHERE u.id = NEW.user_id) THEN
        RAISE EXCEPTION 'a system delivers and lists at tier 1, a person does not' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
"""
BACKWARD = """
CREATE OR REPLACE FUNCTION agreements_tier(account uuid, member uuid, wanted uuid, tasks text[]) RETURNS smallint
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN (
    SELECT max(a.max_tier)
      FROM public.agreements_authorisation a
     WHERE a.user_id = account AND a.organisation_id = member AND a.purpose_id = wanted
       AND a.task = ANY (tasks) AND a.revoked_at IS NULL AND a.period @> public.today()
       -- As a value and not as a join: the planner knows nothing of days and would read every partner of today.
       AND (SELECT p.period @> public.today() AND i.activated_at IS NOT NULL
              FROM public.agreements_partner p JOIN public.agreements_version i ON i.id = p.version_id
             WHERE p.id = a.partner_id)
       AND EXISTS (SELECT FROM public.identity_user u
                    WHERE u.id = account AND u.is_active AND u.kind = 'persoon')
       AND EXISTS (SELECT FROM public.identity_membership m
                    WHERE m.user_id = account AND m.organisation_id = member AND m.period @> public.today())
       AND EXISTS (SELECT FROM public.agreements_live_purpose l WHERE l.id = wanted)
    );
END
$$;

CREATE OR REPLACE FUNCTION agreements_guard_authorisation() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.revoked_at IS NOT NULL
           OR (NEW.user_id, NEW.purpose_id, NEW.organisation_id, NEW.partner_id, NEW.task, NEW.given_by_id,
               NEW.max_tier, NEW.period)
              IS DISTINCT FROM (OLD.user_id, OLD.purpose_id, OLD.organisation_id, OLD.partner_id, OLD.task,
               OLD.given_by_id, OLD.max_tier, OLD.period) THEN
            RAISE EXCEPTION 'an authorisation is revoked and given anew, never changed'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF NOT EXISTS (SELECT FROM public.identity_membership m
                    WHERE m.user_id = NEW.user_id AND m.organisation_id = NEW.organisation_id
                      AND (upper(m.period) IS NULL OR upper(m.period) > public.today())) THEN
        RAISE EXCEPTION 'this person has no role at this organisation' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("agreements", "0004_intake"), ("identity", "0008_system_access")]
    operations = [
        migrations.AlterField("authorisation", "task", models.CharField("taak", max_length=20, choices=TASKS, default="verwerking")),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
