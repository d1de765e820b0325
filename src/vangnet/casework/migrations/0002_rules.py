"""Who sees which signal, and that no step of a weighing is skipped, taken twice or taken back."""

from django.db import migrations

MACHINE = """
CREATE FUNCTION scope_writes() RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN public.session_is_strong() AND public.agreements_tier(public.session_account(),
        public.session_organisation(), public.session_purpose(), ARRAY['verwerking']) IS NOT NULL;
END
$$;

-- The answer given last in this round; null before the first.
CREATE FUNCTION casework_last_answer(wanted uuid) RETURNS jsonb
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN (SELECT p.definition -> 'steps' -> t.code -> 'answers' -> t.answer
              FROM public.casework_signal s
              JOIN public.casework_protocol p ON p.id = s.protocol_id
              JOIN public.casework_step t ON t.signal_id = s.dossier_id AND t.round = s.round
             WHERE s.dossier_id = wanted ORDER BY t.id DESC LIMIT 1);
END
$$;

CREATE FUNCTION casework_guard_step() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    signal public.casework_signal;
    definition jsonb;
    expected text;
BEGIN
    SELECT s.* INTO signal FROM public.casework_signal s WHERE s.dossier_id = NEW.signal_id FOR NO KEY UPDATE;
    SELECT p.definition INTO definition FROM public.casework_protocol p WHERE p.id = signal.protocol_id;
    expected := coalesce(public.casework_last_answer(NEW.signal_id) ->> 'next', definition ->> 'first');
    IF signal.status <> 'in-weging' OR NEW.round <> signal.round OR NEW.code <> expected
       OR definition -> 'steps' -> NEW.code -> 'answers' -> NEW.answer IS NULL THEN
        RAISE EXCEPTION 'this is not the next step' USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (SELECT FROM public.vault_record r
                    WHERE r.id = NEW.reasons AND r.dossier_id = NEW.signal_id
                      AND r.entered_by_id = NEW.by_id) THEN
        RAISE EXCEPTION 'a step has its reasons in the dossier of its signal' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER casework_step_is_the_next BEFORE INSERT ON casework_step
    FOR EACH ROW EXECUTE FUNCTION casework_guard_step();

CREATE FUNCTION casework_guard_signal() RETURNS trigger
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
CREATE TRIGGER casework_signal_goes_forward BEFORE UPDATE ON casework_signal
    FOR EACH ROW EXECUTE FUNCTION casework_guard_signal();

-- A signal is listed by whoever put its dossier into the vault, and weighed by the protocol of the day it came.
CREATE FUNCTION casework_list_signal(wanted uuid, came_from text, of_branch text, of_phenomenon text, seen date,
        came timestamptz, has_reporter uuid, feedback boolean) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    INSERT INTO public.casework_signal (dossier_id, scope_id, organisation_id, purpose_id, number, source, branch_id,
        phenomenon_id, place, observed_on, received_at, reporter, wants_feedback, protocol_id, status, partners,
        outcome, route, hinted, ends_on, round)
    SELECT d.id, s.id, d.owner_id, d.purpose_id, d.number, came_from, of_branch, of_phenomenon, d.place, seen, came,
           has_reporter, feedback AND has_reporter IS NOT NULL,
           (SELECT p.id FROM public.casework_protocol p
             WHERE p.since <= (came AT TIME ZONE 'Europe/Amsterdam')::date
             ORDER BY p.since DESC, p.version DESC LIMIT 1), 'nieuw', 1, '', '', '',
           (SELECT min(r.delete_by) FROM public.vault_record r WHERE r.dossier_id = d.id), 1
      FROM public.vault_dossier d
      JOIN public.vault_scope s ON s.organisation_id = d.owner_id AND s.purpose_id = d.purpose_id
     WHERE d.id = wanted AND d.owner_id = public.session_organisation()
       AND d.purpose_id = public.session_purpose() AND d.opened_by_id = public.session_account();
    IF NOT FOUND THEN
        RAISE EXCEPTION 'not permitted' USING ERRCODE = 'insufficient_privilege';
    END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION scope_writes, casework_last_answer, casework_guard_step, casework_guard_signal,
    casework_list_signal FROM PUBLIC;
"""
NO_MACHINE = """
DROP FUNCTION casework_list_signal(uuid, text, text, text, date, timestamptz, uuid, boolean);
DROP TRIGGER casework_signal_goes_forward ON casework_signal;
DROP FUNCTION casework_guard_signal();
DROP TRIGGER casework_step_is_the_next ON casework_step;
DROP FUNCTION casework_guard_step();
DROP FUNCTION casework_last_answer(uuid);
DROP FUNCTION scope_writes();
"""

WALLS = """
ALTER TABLE casework_protocol ENABLE ROW LEVEL SECURITY;
ALTER TABLE casework_protocol FORCE ROW LEVEL SECURITY;
CREATE POLICY casework_protocol_owner ON casework_protocol TO vangnet_owner USING (true) WITH CHECK (true);
CREATE POLICY casework_protocol_read ON casework_protocol FOR SELECT TO vangnet_app USING (true);
-- By what signals are weighed comes with the pack, which the operator loads.
CREATE POLICY casework_protocol_insert ON casework_protocol FOR INSERT TO vangnet_app
    WITH CHECK ((SELECT session_is_service()));
ALTER TABLE casework_signal ENABLE ROW LEVEL SECURITY;
ALTER TABLE casework_signal FORCE ROW LEVEL SECURITY;
CREATE POLICY casework_signal_owner ON casework_signal TO vangnet_owner USING (true) WITH CHECK (true);
CREATE POLICY casework_signal_read ON casework_signal FOR SELECT TO vangnet_app
    USING (scope_id = (SELECT scope()) AND ends_on > (SELECT today()));
CREATE POLICY casework_signal_change ON casework_signal FOR UPDATE TO vangnet_app
    USING (scope_id = (SELECT scope()) AND ends_on > (SELECT today()) AND (SELECT scope_writes()))
    WITH CHECK (scope_id = (SELECT scope()) AND (SELECT scope_writes()));
ALTER TABLE casework_step ENABLE ROW LEVEL SECURITY;
ALTER TABLE casework_step FORCE ROW LEVEL SECURITY;
CREATE POLICY casework_step_owner ON casework_step TO vangnet_owner USING (true) WITH CHECK (true);
CREATE POLICY casework_step_read ON casework_step FOR SELECT TO vangnet_app
    USING (EXISTS (SELECT FROM casework_signal s WHERE s.dossier_id = casework_step.signal_id));
CREATE POLICY casework_step_insert ON casework_step FOR INSERT TO vangnet_app
    WITH CHECK (by_id = (SELECT session_account()) AND (SELECT scope_writes())
                AND EXISTS (SELECT FROM casework_signal s WHERE s.dossier_id = casework_step.signal_id));
"""
NO_WALLS = """
DROP POLICY casework_protocol_insert ON casework_protocol;
DROP POLICY casework_protocol_read ON casework_protocol;
DROP POLICY casework_protocol_owner ON casework_protocol;
ALTER TABLE casework_protocol NO FORCE ROW LEVEL SECURITY;
ALTER TABLE casework_protocol DISABLE ROW LEVEL SECURITY;
DROP POLICY casework_step_insert ON casework_step;
DROP POLICY casework_step_read ON casework_step;
DROP POLICY casework_step_owner ON casework_step;
ALTER TABLE casework_step NO FORCE ROW LEVEL SECURITY;
ALTER TABLE casework_step DISABLE ROW LEVEL SECURITY;
DROP POLICY casework_signal_change ON casework_signal;
DROP POLICY casework_signal_read ON casework_signal;
DROP POLICY casework_signal_owner ON casework_signal;
ALTER TABLE casework_signal NO FORCE ROW LEVEL SECURITY;
ALTER TABLE casework_signal DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0001_initial"), ("vault", "0020_reports")]
    operations = [migrations.RunSQL(MACHINE, NO_MACHINE), migrations.RunSQL(WALLS, NO_WALLS)]
