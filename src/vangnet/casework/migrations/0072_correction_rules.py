"""Who is competent for a measure, when one is withdrawn, and what is corrected with a reason."""

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
        ELSIF NEW.lapsed IS NOT NULL
              AND public.casework_has_words(NEW.case_id, NEW.lapsed, NEW.done_by_id) IS NOT TRUE THEN
            RAISE EXCEPTION 'a task lapses with a reason' USING ERRCODE = 'check_violation';
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

CREATE OR REPLACE FUNCTION casework_guard_measure() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    held public.casework_case := public.casework_hold_open(NEW.case_id);
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF (NEW.id, NEW.case_id, NEW.kind_id, NEW.organisation_id, NEW.since, NEW.place, NEW.effect_id, NEW.indicator,
                NEW.period, NEW.no_baseline_id, NEW.reasons, NEW.by_id, NEW.at)
            IS DISTINCT FROM (OLD.id, OLD.case_id, OLD.kind_id, OLD.organisation_id, OLD.since, OLD.place,
                OLD.effect_id, OLD.indicator, OLD.period, OLD.no_baseline_id, OLD.reasons, OLD.by_id, OLD.at)
           OR OLD.later_outcome_id IS NOT NULL THEN
            RAISE EXCEPTION 'a measure only ends, once' USING ERRCODE = 'check_violation';
        ELSIF OLD.status = 'loopt' THEN
            IF NEW.later_outcome_id IS NOT NULL THEN
                RAISE EXCEPTION 'a measure only ends, once' USING ERRCODE = 'check_violation';
            ELSIF NEW.until <= NEW.since AND NOT EXISTS (SELECT FROM public.casework_term t
                    WHERE t.id = NEW.outcome_id AND t.list = 'afloop' AND t.use = 'vooraf') THEN
                RAISE EXCEPTION 'not every outcome comes before a measure begins' USING ERRCODE = 'check_violation';
            END IF;
        ELSIF (NEW.status, NEW.until, NEW.outcome_id, NEW.ended_at, NEW.ended_by_id)
                IS DISTINCT FROM (OLD.status, OLD.until, OLD.outcome_id, OLD.ended_at, OLD.ended_by_id)
              OR NEW.later_outcome_id IS NULL THEN
            RAISE EXCEPTION 'a measure only ends, once' USING ERRCODE = 'check_violation';
        ELSIF NEW.until IS NULL OR NEW.until <= NEW.since OR NEW.later_on > public.today()
              OR NEW.later_outcome_id = NEW.outcome_id
              OR NOT EXISTS (SELECT FROM public.casework_term t
                    WHERE t.id = NEW.later_outcome_id AND t.list = 'afloop' AND t.use = 'achteraf') THEN
            RAISE EXCEPTION 'not every outcome follows an earlier one' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF held.has_minor AND held.child IS NULL THEN
        RAISE EXCEPTION 'with a minor the interest of the child is weighed first' USING ERRCODE = 'check_violation';
    ELSIF held.kind <> 'zvh' AND EXISTS (SELECT FROM public.casework_measurekind k
                                           WHERE k.code = NEW.kind_id AND k.is_health) THEN
        RAISE EXCEPTION 'a measure about health belongs to the care and safety house' USING ERRCODE = 'check_violation';
    ELSIF NEW.status <> 'loopt' OR public.casework_has_words(NEW.case_id, NEW.reasons, NEW.by_id) IS NOT TRUE THEN
        RAISE EXCEPTION 'a measure begins with reasons' USING ERRCODE = 'check_violation';
    ELSIF public.vault_takes_part(NEW.case_id, NEW.organisation_id) IS NOT TRUE THEN
        RAISE EXCEPTION 'a measure is of an organisation that takes part' USING ERRCODE = 'check_violation';
    ELSIF EXISTS (SELECT FROM public.casework_measurekind k
                   WHERE k.code = NEW.kind_id AND jsonb_array_length(k.bodies) > 0
                     AND NOT EXISTS (SELECT FROM public.identity_organisationkind o
                            WHERE o.organisation_id = NEW.organisation_id AND o.period @> public.today()
                              AND k.bodies ? o.kind)) THEN
        RAISE EXCEPTION 'a measure is of who is competent for it' USING ERRCODE = 'check_violation';
    ELSIF NEW.since NOT BETWEEN (NEW.at AT TIME ZONE 'Europe/Amsterdam')::date - interval '5 years'
                            AND (NEW.at AT TIME ZONE 'Europe/Amsterdam')::date + interval '5 years' THEN
        RAISE EXCEPTION 'a measure begins within five years' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION casework_guard_contribution() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    PERFORM public.casework_hold_open(NEW.case_id);
    IF NEW.organisation_id IS DISTINCT FROM public.session_organisation() OR NEW."on" > public.today() THEN
        RAISE EXCEPTION 'a contribution is one''s own and was made' USING ERRCODE = 'check_violation';
    ELSIF NEW.replaces_id IS NOT NULL AND (
            public.casework_has_words(NEW.case_id, NEW.reasons, NEW.by_id) IS NOT TRUE
            OR NOT EXISTS (SELECT FROM public.casework_contribution c
                    WHERE c.id = NEW.replaces_id AND c.case_id = NEW.case_id
                      AND c.organisation_id = NEW.organisation_id)) THEN
        RAISE EXCEPTION 'a contribution is corrected with a reason, by whose it is' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;

-- Who writes down that a court annulled it need not be who wrote down how it ended.
DROP POLICY casework_measure_change ON casework_measure;
CREATE POLICY casework_measure_change ON casework_measure FOR UPDATE TO vangnet_app
    USING (EXISTS (SELECT FROM casework_case c WHERE c.dossier_id = casework_measure.case_id))
    WITH CHECK (vault_may_write(case_id, NULL) AND coalesce(later_by_id, ended_by_id) = (SELECT session_account()));
"""
WITHOUT = """
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

CREATE OR REPLACE FUNCTION casework_guard_measure() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    held public.casework_case := public.casework_hold_open(NEW.case_id);
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF (NEW.id, NEW.case_id, NEW.kind_id, NEW.organisation_id, NEW.since, NEW.place, NEW.effect_id, NEW.indicator,
                NEW.period, NEW.no_baseline_id, NEW.reasons, NEW.by_id, NEW.at)
            IS DISTINCT FROM (OLD.id, OLD.case_id, OLD.kind_id, OLD.organisation_id, OLD.since, OLD.place,
                OLD.effect_id, OLD.indicator, OLD.period, OLD.no_baseline_id, OLD.reasons, OLD.by_id, OLD.at)
           OR OLD.status <> 'loopt' THEN
            RAISE EXCEPTION 'a measure only ends, once' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF held.has_minor AND held.child IS NULL THEN
        RAISE EXCEPTION 'with a minor the interest of the child is weighed first' USING ERRCODE = 'check_violation';
    ELSIF held.kind <> 'zvh' AND EXISTS (SELECT FROM public.casework_measurekind k
                                           WHERE k.code = NEW.kind_id AND k.is_health) THEN
        RAISE EXCEPTION 'a measure about health belongs to the care and safety house' USING ERRCODE = 'check_violation';
    ELSIF NEW.status <> 'loopt' OR public.casework_has_words(NEW.case_id, NEW.reasons, NEW.by_id) IS NOT TRUE THEN
        RAISE EXCEPTION 'a measure begins with reasons' USING ERRCODE = 'check_violation';
    ELSIF public.vault_takes_part(NEW.case_id, NEW.organisation_id) IS NOT TRUE THEN
        RAISE EXCEPTION 'a measure is of an organisation that takes part' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION casework_guard_contribution() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    PERFORM public.casework_hold_open(NEW.case_id);
    IF NEW.organisation_id IS DISTINCT FROM public.session_organisation() OR NEW."on" > public.today() THEN
        RAISE EXCEPTION 'a contribution is one''s own and was made' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;

DROP POLICY casework_measure_change ON casework_measure;
CREATE POLICY casework_measure_change ON casework_measure FOR UPDATE TO vangnet_app
    USING (EXISTS (SELECT FROM casework_case c WHERE c.dossier_id = casework_measure.case_id))
    WITH CHECK (vault_may_write(case_id, NULL) AND ended_by_id = (SELECT session_account()));
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0071_corrected"), ("identity", "0008_system_access")]
    operations = [migrations.RunSQL(WITH, WITHOUT)]
