"""A task of somebody who does not work in the case any more goes to another."""

from django.db import migrations

WITH = """
CREATE OR REPLACE FUNCTION casework_guard_task() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    held public.casework_case := public.casework_hold_open(NEW.case_id);
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.assignee_id IS DISTINCT FROM OLD.assignee_id OR NEW.organisation_id IS DISTINCT FROM OLD.organisation_id THEN
            IF public.vault_takes_part(OLD.case_id, OLD.organisation_id) AND public.agreements_tier(OLD.assignee_id,
                    OLD.organisation_id, held.purpose_id, ARRAY['verwerking']) IS NOT NULL THEN
                RAISE EXCEPTION 'only a task of who left goes to another' USING ERRCODE = 'check_violation';
            ELSIF (NEW.id, NEW.case_id, NEW.kind_id, NEW.details, NEW.by_id, NEW.at)
                    IS DISTINCT FROM (OLD.id, OLD.case_id, OLD.kind_id, OLD.details, OLD.by_id, OLD.at)
                  OR OLD.done_at IS NOT NULL OR NEW.done_at IS NOT NULL OR NEW.due_on < public.today() THEN
                RAISE EXCEPTION 'a task that is not done goes to another' USING ERRCODE = 'check_violation';
            ELSIF public.vault_takes_part(NEW.case_id, NEW.organisation_id) IS NOT TRUE
               OR public.agreements_tier(NEW.assignee_id, NEW.organisation_id, held.purpose_id, ARRAY['verwerking']) IS NULL THEN
                RAISE EXCEPTION 'a task is for somebody who takes part' USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        END IF;
        IF (NEW.id, NEW.case_id, NEW.kind_id, NEW.organisation_id, NEW.assignee_id, NEW.due_on, NEW.details, NEW.by_id, NEW.at)
            IS DISTINCT FROM (OLD.id, OLD.case_id, OLD.kind_id, OLD.organisation_id, OLD.assignee_id, OLD.due_on,
                OLD.details, OLD.by_id, OLD.at)
           OR (OLD.done_at IS NULL) = (NEW.done_at IS NULL) THEN
            RAISE EXCEPTION 'a task is finished or opened again' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF public.casework_has_words(NEW.case_id, NEW.details, NEW.by_id) IS NOT TRUE OR NEW.done_at IS NOT NULL
       OR NEW.due_on < (NEW.at AT TIME ZONE 'Europe/Amsterdam')::date THEN
        RAISE EXCEPTION 'a task has words and a day to come' USING ERRCODE = 'check_violation';
    ELSIF public.vault_takes_part(NEW.case_id, NEW.organisation_id) IS NOT TRUE
       OR public.agreements_tier(NEW.assignee_id, NEW.organisation_id, held.purpose_id, ARRAY['verwerking']) IS NULL THEN
        RAISE EXCEPTION 'a task is for somebody who takes part' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
"""
WITHOUT = """
CREATE OR REPLACE FUNCTION casework_guard_task() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    held public.casework_case := public.casework_hold_open(NEW.case_id);
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF (NEW.id, NEW.case_id, NEW.kind_id, NEW.organisation_id, NEW.assignee_id, NEW.due_on, NEW.details, NEW.by_id, NEW.at)
            IS DISTINCT FROM (OLD.id, OLD.case_id, OLD.kind_id, OLD.organisation_id, OLD.assignee_id, OLD.due_on,
                OLD.details, OLD.by_id, OLD.at)
           OR (OLD.done_at IS NULL) = (NEW.done_at IS NULL) THEN
            RAISE EXCEPTION 'a task is finished or opened again' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF public.casework_has_words(NEW.case_id, NEW.details, NEW.by_id) IS NOT TRUE OR NEW.done_at IS NOT NULL
       OR NEW.due_on < (NEW.at AT TIME ZONE 'Europe/Amsterdam')::date THEN
        RAISE EXCEPTION 'a task has words and a day to come' USING ERRCODE = 'check_violation';
    ELSIF public.vault_takes_part(NEW.case_id, NEW.organisation_id) IS NOT TRUE
       OR public.agreements_tier(NEW.assignee_id, NEW.organisation_id, held.purpose_id, ARRAY['verwerking']) IS NULL THEN
        RAISE EXCEPTION 'a task is for somebody who takes part' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0033_year_share_rules")]
    operations = [migrations.RunSQL(WITH, WITHOUT)]
