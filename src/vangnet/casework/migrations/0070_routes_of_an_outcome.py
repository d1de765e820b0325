"""An outcome goes with the routes and the answers that its protocol names; what was decided before stays."""

from django.db import migrations

WITH = """
CREATE OR REPLACE FUNCTION casework_guard_signal() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    ending jsonb;
BEGIN
    IF (NEW.dossier_id, NEW.scope_id, NEW.organisation_id, NEW.purpose_id, NEW.number, NEW.source, NEW.received_at,
            NEW.reporter, NEW.wants_feedback, NEW.protocol_id, NEW.place)
        IS DISTINCT FROM (OLD.dossier_id, OLD.scope_id, OLD.organisation_id, OLD.purpose_id, OLD.number, OLD.source,
            OLD.received_at, OLD.reporter, OLD.wants_feedback, OLD.protocol_id, OLD.place)
       OR OLD.acted_at IS NOT NULL AND NEW.acted_at IS DISTINCT FROM OLD.acted_at
       OR OLD.informed_at IS NOT NULL AND NEW.informed_at IS DISTINCT FROM OLD.informed_at THEN
        RAISE EXCEPTION 'what a signal is does not change' USING ERRCODE = 'check_violation';
    END IF;
    -- Only a signal without follow-up goes earlier, a year after that was decided; nothing goes later.
    IF NEW.ends_on <> (CASE WHEN NEW.outcome = 'geen' AND OLD.outcome = ''
            THEN LEAST(OLD.ends_on, (NEW.decided_at AT TIME ZONE 'Europe/Amsterdam')::date + 365)
            ELSE OLD.ends_on END) THEN
        RAISE EXCEPTION 'the end of a signal follows from its outcome' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN (
            ('nieuw', 'in-weging'), ('in-weging', 'geen-vervolg'), ('in-weging', 'nader-onderzoek'),
            ('in-weging', 'doorgezet'), ('nader-onderzoek', 'in-weging'))
       OR NEW.round - OLD.round <> ((OLD.status, NEW.status) = ('nader-onderzoek', 'in-weging'))::int
       OR NEW.status = OLD.status AND (NEW.outcome, NEW.route, NEW.hinted, NEW.decided_at)
            IS DISTINCT FROM (OLD.outcome, OLD.route, OLD.hinted, OLD.decided_at) THEN
        RAISE EXCEPTION 'a weighing goes forward, one state at a time' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.status <> OLD.status AND NEW.outcome <> ''
       AND (public.casework_last_answer(NEW.dossier_id) -> 'outcomes' ? NEW.outcome) IS NOT TRUE THEN
        RAISE EXCEPTION 'this outcome is not open after the steps that were taken' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.status <> OLD.status AND NEW.outcome <> '' THEN
        SELECT p.definition -> 'outcomes' -> NEW.outcome INTO ending
          FROM public.casework_protocol p WHERE p.id = NEW.protocol_id;
        IF ending -> 'routes' IS NOT NULL AND (ending -> 'routes' ? NEW.route) IS NOT TRUE THEN
            RAISE EXCEPTION 'this route does not go with this outcome' USING ERRCODE = 'check_violation';
        ELSIF EXISTS (SELECT FROM jsonb_each(ending -> 'unless') e
                        JOIN public.casework_step t ON t.signal_id = NEW.dossier_id AND t.round = NEW.round
                         AND t.code = e.key AND e.value ? t.answer)
           OR EXISTS (SELECT FROM jsonb_each(ending -> 'only') e
                       WHERE NOT EXISTS (SELECT FROM public.casework_step t
                              WHERE t.signal_id = NEW.dossier_id AND t.round = NEW.round
                                AND t.code = e.key AND e.value ? t.answer)) THEN
            RAISE EXCEPTION 'an answer of this weighing shuts this outcome' USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN NEW;
END
$$;
"""
WITHOUT = """
CREATE OR REPLACE FUNCTION casework_guard_signal() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF (NEW.dossier_id, NEW.scope_id, NEW.organisation_id, NEW.purpose_id, NEW.number, NEW.source, NEW.received_at,
            NEW.reporter, NEW.wants_feedback, NEW.protocol_id, NEW.place)
        IS DISTINCT FROM (OLD.dossier_id, OLD.scope_id, OLD.organisation_id, OLD.purpose_id, OLD.number, OLD.source,
            OLD.received_at, OLD.reporter, OLD.wants_feedback, OLD.protocol_id, OLD.place)
       OR OLD.acted_at IS NOT NULL AND NEW.acted_at IS DISTINCT FROM OLD.acted_at
       OR OLD.informed_at IS NOT NULL AND NEW.informed_at IS DISTINCT FROM OLD.informed_at THEN
        RAISE EXCEPTION 'what a signal is does not change' USING ERRCODE = 'check_violation';
    END IF;
    -- Only a signal without follow-up goes earlier, a year after that was decided; nothing goes later.
    IF NEW.ends_on <> (CASE WHEN NEW.outcome = 'geen' AND OLD.outcome = ''
            THEN LEAST(OLD.ends_on, (NEW.decided_at AT TIME ZONE 'Europe/Amsterdam')::date + 365)
            ELSE OLD.ends_on END) THEN
        RAISE EXCEPTION 'the end of a signal follows from its outcome' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN (
            ('nieuw', 'in-weging'), ('in-weging', 'geen-vervolg'), ('in-weging', 'nader-onderzoek'),
            ('in-weging', 'doorgezet'), ('nader-onderzoek', 'in-weging'))
       OR NEW.round - OLD.round <> ((OLD.status, NEW.status) = ('nader-onderzoek', 'in-weging'))::int
       OR NEW.status = OLD.status AND (NEW.outcome, NEW.route, NEW.hinted, NEW.decided_at)
            IS DISTINCT FROM (OLD.outcome, OLD.route, OLD.hinted, OLD.decided_at) THEN
        RAISE EXCEPTION 'a weighing goes forward, one state at a time' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.status <> OLD.status AND NEW.outcome <> ''
       AND (public.casework_last_answer(NEW.dossier_id) -> 'outcomes' ? NEW.outcome) IS NOT TRUE THEN
        RAISE EXCEPTION 'this outcome is not open after the steps that were taken' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0060_case_from_supply")]
    operations = [migrations.RunSQL(WITH, WITHOUT)]
