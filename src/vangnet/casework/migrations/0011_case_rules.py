"""Who sees and changes cases, what a measure or task has to say, and how a case ends or goes to another."""

from django.db import migrations

GUARDS = """
-- Words in a case lie in its dossier, written by whoever writes the row.
CREATE FUNCTION casework_has_words(wanted uuid, words uuid, account uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN EXISTS (SELECT FROM public.vault_record r
                    WHERE r.id = words AND r.dossier_id = wanted AND r.entered_by_id = account);
END
$$;

-- What is added to a case waits for who closes it or gives it away, and then finds it closed.
CREATE FUNCTION casework_hold_open(wanted uuid) RETURNS public.casework_case
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    held public.casework_case;
BEGIN
    SELECT c.* INTO held FROM public.casework_case c WHERE c.dossier_id = wanted FOR SHARE;
    IF held.status IS DISTINCT FROM 'open' THEN
        RAISE EXCEPTION 'this case is not open' USING ERRCODE = 'check_violation';
    END IF;
    RETURN held;
END
$$;

CREATE FUNCTION casework_guard_task() RETURNS trigger
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
CREATE TRIGGER casework_task_is_for_a_participant BEFORE INSERT OR UPDATE ON casework_task
    FOR EACH ROW EXECUTE FUNCTION casework_guard_task();

CREATE FUNCTION casework_guard_measure() RETURNS trigger
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
CREATE TRIGGER casework_measure_fits_its_case BEFORE INSERT OR UPDATE ON casework_measure
    FOR EACH ROW EXECUTE FUNCTION casework_guard_measure();

CREATE FUNCTION casework_guard_decision() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    PERFORM public.casework_hold_open(NEW.case_id);
    IF public.casework_has_words(NEW.case_id, NEW.words, NEW.by_id) IS NOT TRUE OR NEW."on" > public.today() THEN
        RAISE EXCEPTION 'a decision has words and was taken' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER casework_decision_was_taken BEFORE INSERT ON casework_decision
    FOR EACH ROW EXECUTE FUNCTION casework_guard_decision();

CREATE FUNCTION casework_guard_contribution() RETURNS trigger
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
CREATE TRIGGER casework_contribution_is_ones_own BEFORE INSERT ON casework_contribution
    FOR EACH ROW EXECUTE FUNCTION casework_guard_contribution();

-- A minor that is added to the dossier asks for the extra block too.
CREATE FUNCTION casework_note_minor() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    UPDATE public.casework_case c SET has_minor = true WHERE c.dossier_id = NEW.dossier_id AND NOT c.has_minor;
    RETURN NULL;
END
$$;
CREATE TRIGGER casework_case_knows_of_a_minor AFTER INSERT OR UPDATE ON vault_subject
    FOR EACH ROW WHEN (NEW.is_minor) EXECUTE FUNCTION casework_note_minor();

-- The dossier of a case closes with the case, which asks for a result and a lesson.
CREATE FUNCTION casework_guard_dossier() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF EXISTS (SELECT FROM public.casework_case c WHERE c.dossier_id = NEW.id AND c.status = 'open') THEN
        RAISE EXCEPTION 'this dossier closes with its case' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER casework_dossier_closes_with_its_case BEFORE UPDATE ON vault_dossier
    FOR EACH ROW WHEN (OLD.status = 'open' AND NEW.status <> 'open') EXECUTE FUNCTION casework_guard_dossier();
REVOKE EXECUTE ON FUNCTION casework_has_words, casework_hold_open, casework_guard_task, casework_guard_measure,
    casework_guard_decision, casework_guard_contribution, casework_note_minor, casework_guard_dossier FROM PUBLIC;
"""
NO_GUARDS = """
DROP TRIGGER casework_dossier_closes_with_its_case ON vault_dossier;
DROP FUNCTION casework_guard_dossier();
DROP TRIGGER casework_case_knows_of_a_minor ON vault_subject;
DROP FUNCTION casework_note_minor();
DROP TRIGGER casework_contribution_is_ones_own ON casework_contribution;
DROP FUNCTION casework_guard_contribution();
DROP TRIGGER casework_decision_was_taken ON casework_decision;
DROP FUNCTION casework_guard_decision();
DROP TRIGGER casework_measure_fits_its_case ON casework_measure;
DROP FUNCTION casework_guard_measure();
DROP TRIGGER casework_task_is_for_a_participant ON casework_task;
DROP FUNCTION casework_guard_task();
DROP FUNCTION casework_hold_open(uuid);
DROP FUNCTION casework_has_words(uuid, uuid, uuid);
"""

DOORS = """
-- Under which purposes work in cases is done: not scans, lists, signals or the protection of reporters.
CREATE FUNCTION casework_holds_cases(aim uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN EXISTS (SELECT FROM public.agreements_purpose p
                    WHERE p.id = aim AND p.activity IN ('b', 'casusoverleg', 'eigen')
                      AND p.code NOT IN ('signalen', 'melders'));
END
$$;

-- A case is opened by whoever put its dossier into the vault; its kind follows from the zone of the agreement.
CREATE FUNCTION casework_open_case(wanted uuid, of_phenomenon text, minor boolean, from_signal uuid, opened timestamptz)
    RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    d public.vault_dossier;
    s public.casework_signal;
BEGIN
    SELECT x.* INTO d FROM public.vault_dossier x
     WHERE x.id = wanted AND x.owner_id = public.session_organisation() AND x.status = 'open'
       AND x.purpose_id = public.session_purpose() AND x.opened_by_id = public.session_account();
    IF d.id IS NULL OR public.vault_owns(wanted) IS NOT TRUE OR NOT public.casework_holds_cases(d.purpose_id) THEN
        PERFORM public.vault_refuse('not permitted');
    END IF;
    IF from_signal IS NOT NULL THEN
        SELECT x.* INTO s FROM public.casework_signal x
         WHERE x.dossier_id = from_signal AND x.organisation_id = d.owner_id AND x.ends_on > public.today()
           AND public.agreements_tier(public.session_account(), d.owner_id, x.purpose_id, ARRAY['verwerking']) IS NOT NULL
           FOR SHARE;
        IF s.dossier_id IS NULL THEN
            PERFORM public.vault_refuse('not permitted');
        ELSIF s.status <> 'doorgezet' OR (s.route, d.zone) NOT IN (('gemeentelijk', 'gemeente'), ('lokaal', 'lokaal')) THEN
            RAISE EXCEPTION 'this signal does not become a case here' USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    INSERT INTO public.casework_case (dossier_id, organisation_id, purpose_id, number, kind, place, phenomenon_id,
        opened_at, status, has_minor, origin, origin_number)
    VALUES (d.id, d.owner_id, d.purpose_id, d.number, d.zone, d.place, of_phenomenon, opened, 'open', minor,
        s.dossier_id, coalesce(s.number, ''));
END
$$;

-- Which case became of a signal, for who may see the signal.
CREATE FUNCTION casework_case_of_signal(wanted uuid) RETURNS TABLE (id uuid, purpose uuid, number text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN QUERY
    SELECT c.dossier_id, c.purpose_id, c.number::text
      FROM public.casework_signal s JOIN public.casework_case c ON c.origin = s.dossier_id
     WHERE s.dossier_id = wanted AND s.scope_id = public.scope() AND s.ends_on > public.today();
END
$$;

-- What waits for this account in cases, under whichever purpose: its home page asks it before there is one.
CREATE FUNCTION casework_waiting() RETURNS TABLE (tasks bigint, overdue bigint, offers bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    s record := public.session_standing();
BEGIN
    IF s.is_strong IS NOT TRUE THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT count(*), count(*) FILTER (WHERE t.due_on < public.today()),
           (SELECT count(*) FROM public.casework_handover h
             WHERE h.receiver_id = s.organisation AND h.status = 'aangeboden'
               AND public.agreements_tier(s.account, s.organisation, h.purpose_id, ARRAY['verwerking']) IS NOT NULL)
      FROM public.casework_task t JOIN public.casework_case c ON c.dossier_id = t.case_id
     WHERE t.assignee_id = s.account AND t.organisation_id = s.organisation AND t.done_at IS NULL
       AND c.status = 'open' AND public.vault_takes_part(c.dossier_id, s.organisation)
       AND public.agreements_tier(s.account, s.organisation, c.purpose_id, ARRAY['verwerking']) IS NOT NULL;
END
$$;

CREATE FUNCTION casework_weigh_child(wanted uuid, words uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF public.vault_may_write(wanted, NULL) IS NOT TRUE
       OR public.casework_has_words(wanted, words, public.session_account()) IS NOT TRUE THEN
        PERFORM public.vault_refuse('not permitted');
    END IF;
    UPDATE public.casework_case c SET has_minor = true, child = words WHERE c.dossier_id = wanted AND c.status = 'open';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this case is not open' USING ERRCODE = 'check_violation';
    END IF;
END
$$;

CREATE FUNCTION casework_close_case(wanted uuid, with_result text, with_lesson uuid, despite boolean, closed timestamptz)
    RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    held public.casework_case;
BEGIN
    SELECT c.* INTO held FROM public.casework_case c WHERE c.dossier_id = wanted FOR UPDATE;
    IF held.dossier_id IS NULL OR public.vault_owns(wanted) IS NOT TRUE
       OR public.casework_has_words(wanted, with_lesson, public.session_account()) IS NOT TRUE THEN
        PERFORM public.vault_refuse('only the owner closes a case');
    ELSIF held.status <> 'open' THEN
        RAISE EXCEPTION 'this case is not open' USING ERRCODE = 'check_violation';
    ELSIF EXISTS (SELECT FROM public.casework_handover h WHERE h.case_id = wanted AND h.status = 'aangeboden') THEN
        RAISE EXCEPTION 'an offer of this case waits for an answer' USING ERRCODE = 'check_violation';
    ELSIF despite IS NOT TRUE AND (
            EXISTS (SELECT FROM public.casework_task t WHERE t.case_id = wanted AND t.done_at IS NULL)
            OR EXISTS (SELECT FROM public.casework_measure m WHERE m.case_id = wanted AND m.status = 'loopt')) THEN
        RAISE EXCEPTION 'tasks or measures of this case are not done' USING ERRCODE = 'check_violation';
    ELSIF NOT EXISTS (SELECT FROM public.casework_term t WHERE t.id = with_result AND t.list = 'resultaat') THEN
        RAISE EXCEPTION 'a case closes with a result' USING ERRCODE = 'check_violation';
    END IF;
    UPDATE public.casework_case c SET status = 'afgerond', result_id = with_result, lesson = with_lesson, closed_at = closed
     WHERE c.dossier_id = wanted;
    RETURN public.vault_close_dossier(wanted);
END
$$;

CREATE FUNCTION casework_offer_case(new_id uuid, wanted uuid, to_organisation uuid, words uuid, happened_at timestamptz)
    RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    held public.casework_case;
BEGIN
    SELECT c.* INTO held FROM public.casework_case c WHERE c.dossier_id = wanted FOR UPDATE;
    IF held.dossier_id IS NULL OR public.vault_owns(wanted) IS NOT TRUE
       OR public.casework_has_words(wanted, words, public.session_account()) IS NOT TRUE THEN
        PERFORM public.vault_refuse('only the owner offers a case');
    END IF;
    PERFORM public.vault_check_moment(happened_at);
    IF held.status <> 'open' THEN
        RAISE EXCEPTION 'this case is not open' USING ERRCODE = 'check_violation';
    ELSIF public.vault_can_own(wanted, to_organisation) IS NOT TRUE THEN
        RAISE EXCEPTION 'the new owner has nobody who may read all of the dossier' USING ERRCODE = 'check_violation';
    END IF;
    INSERT INTO public.casework_handover (id, case_id, purpose_id, number, giver_id, receiver_id, reasons, by_id, at, status)
    VALUES (new_id, wanted, held.purpose_id, held.number, held.organisation_id, to_organisation, words,
        public.session_account(), happened_at, 'aangeboden');
END
$$;

-- Accepted or rejected by the receiver, or taken back by the giver: whoever holds the case first, wins.
CREATE FUNCTION casework_answer_offer(wanted uuid, answer text, why text, happened_at timestamptz) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    h public.casework_handover;
    of_case uuid := (SELECT x.case_id FROM public.casework_handover x WHERE x.id = wanted);
BEGIN
    -- The dossier before the case, as who keeps words in the one before it writes in the other.
    PERFORM public.vault_hold_dossier(of_case);
    PERFORM FROM public.casework_case c WHERE c.dossier_id = of_case FOR UPDATE;
    SELECT x.* INTO h FROM public.casework_handover x WHERE x.id = wanted FOR UPDATE;
    IF h.id IS NULL OR public.session_is_strong() IS NOT TRUE OR h.purpose_id IS DISTINCT FROM public.session_purpose()
       OR public.agreements_tier(public.session_account(), public.session_organisation(), h.purpose_id,
                                 ARRAY['verwerking']) IS NULL
       OR public.session_organisation() <> (CASE answer WHEN 'ingetrokken' THEN h.giver_id ELSE h.receiver_id END) THEN
        PERFORM public.vault_refuse('not permitted');
    END IF;
    PERFORM public.vault_check_moment(happened_at);
    IF h.status <> 'aangeboden' THEN
        RAISE EXCEPTION 'this offer was answered before' USING ERRCODE = 'check_violation';
    ELSIF answer NOT IN ('aanvaard', 'afgewezen', 'ingetrokken') THEN
        RAISE EXCEPTION 'no such answer' USING ERRCODE = 'check_violation';
    END IF;
    UPDATE public.casework_handover x SET status = answer, answered_by_id = public.session_account(),
        answered_at = happened_at, refusal_id = CASE answer WHEN 'afgewezen' THEN why END WHERE x.id = wanted;
    IF answer = 'aanvaard' THEN
        PERFORM public.vault_hand_over(h.case_id, h.giver_id, h.receiver_id);
        UPDATE public.casework_case c SET organisation_id = h.receiver_id WHERE c.dossier_id = h.case_id;
    END IF;
    RETURN h.case_id;
END
$$;
REVOKE EXECUTE ON FUNCTION casework_holds_cases, casework_open_case, casework_case_of_signal, casework_waiting,
    casework_weigh_child,
    casework_close_case, casework_offer_case, casework_answer_offer FROM PUBLIC;
"""
NO_DOORS = """
DROP FUNCTION casework_answer_offer(uuid, text, text, timestamptz);
DROP FUNCTION casework_offer_case(uuid, uuid, uuid, uuid, timestamptz);
DROP FUNCTION casework_close_case(uuid, text, uuid, boolean, timestamptz);
DROP FUNCTION casework_weigh_child(uuid, uuid);
DROP FUNCTION casework_waiting();
DROP FUNCTION casework_case_of_signal(uuid);
DROP FUNCTION casework_open_case(uuid, text, boolean, uuid, timestamptz);
DROP FUNCTION casework_holds_cases(uuid);
"""

LISTS = ("term", "measurekind", "letter")
IN_CASES = ("task", "measure", "decision", "contribution")
TABLES = (*LISTS, "case", *IN_CASES, "handover")
WALLS = "".join(
    f"""
ALTER TABLE casework_{table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE casework_{table} FORCE ROW LEVEL SECURITY;
CREATE POLICY casework_{table}_owner ON casework_{table} TO vangnet_owner USING (true) WITH CHECK (true);
"""
    for table in TABLES
)
# What one chooses from comes with the pack, which the operator loads.
WALLS += "".join(
    f"""
CREATE POLICY casework_{table}_read ON casework_{table} FOR SELECT TO vangnet_app USING (true);
CREATE POLICY casework_{table}_insert ON casework_{table} FOR INSERT TO vangnet_app
    WITH CHECK ((SELECT session_is_service()));
CREATE POLICY casework_{table}_change ON casework_{table} FOR UPDATE TO vangnet_app
    USING ((SELECT session_is_service())) WITH CHECK ((SELECT session_is_service()));
"""
    for table in LISTS
)
# The list of the vault says which dossiers exist for this session; a case exists with its dossier.
WALLS += """
CREATE POLICY casework_case_read ON casework_case FOR SELECT TO vangnet_app
    USING (purpose_id = (SELECT session_purpose())
           AND EXISTS (SELECT FROM vault_entry e WHERE e.dossier = casework_case.dossier_id AND e.record IS NULL));
"""
WALLS += "".join(
    f"""
CREATE POLICY casework_{table}_read ON casework_{table} FOR SELECT TO vangnet_app
    USING (EXISTS (SELECT FROM casework_case c WHERE c.dossier_id = casework_{table}.case_id));
CREATE POLICY casework_{table}_insert ON casework_{table} FOR INSERT TO vangnet_app
    WITH CHECK (by_id = (SELECT session_account()) AND vault_may_write(case_id, NULL));
"""
    for table in IN_CASES
)
WALLS += """
CREATE POLICY casework_task_change ON casework_task FOR UPDATE TO vangnet_app
    USING (EXISTS (SELECT FROM casework_case c WHERE c.dossier_id = casework_task.case_id))
    WITH CHECK (vault_may_write(case_id, NULL) AND (done_by_id IS NULL OR done_by_id = (SELECT session_account())));
CREATE POLICY casework_measure_change ON casework_measure FOR UPDATE TO vangnet_app
    USING (EXISTS (SELECT FROM casework_case c WHERE c.dossier_id = casework_measure.case_id))
    WITH CHECK (vault_may_write(case_id, NULL) AND ended_by_id = (SELECT session_account()));
-- Who gave or is offered a case reads that, and no more than that: the case itself is not in its list.
CREATE POLICY casework_handover_read ON casework_handover FOR SELECT TO vangnet_app
    USING (purpose_id = (SELECT session_purpose())
           AND ((SELECT session_organisation()) IN (giver_id, receiver_id)
                AND (SELECT session_is_strong()) AND (SELECT scope_tier()) IS NOT NULL
                OR EXISTS (SELECT FROM casework_case c WHERE c.dossier_id = casework_handover.case_id)));
"""
NO_WALLS = "DROP POLICY casework_handover_read ON casework_handover; DROP POLICY casework_case_read ON casework_case;"
NO_WALLS += "DROP POLICY casework_measure_change ON casework_measure; DROP POLICY casework_task_change ON casework_task;"
NO_WALLS += "".join(
    f"DROP POLICY casework_{table}_insert ON casework_{table}; DROP POLICY casework_{table}_read ON casework_{table};"
    for table in (*LISTS, *IN_CASES)
)
NO_WALLS += "".join(f"DROP POLICY casework_{table}_change ON casework_{table};" for table in LISTS)
NO_WALLS += "".join(
    f"""
DROP POLICY casework_{table}_owner ON casework_{table};
ALTER TABLE casework_{table} NO FORCE ROW LEVEL SECURITY;
ALTER TABLE casework_{table} DISABLE ROW LEVEL SECURITY;
"""
    for table in TABLES
)


class Migration(migrations.Migration):
    dependencies = [("casework", "0010_cases"), ("vault", "0030_hand_over")]
    operations = [
        migrations.RunSQL(GUARDS, NO_GUARDS),
        migrations.RunSQL(DOORS, NO_DOORS),
        migrations.RunSQL(WALLS, NO_WALLS),
    ]
