"""Who reads, plans and decides; that nothing is rewritten; and that a matter goes to a body beside, never past one."""

from django.db import migrations

QUESTIONS = """
-- Whether the session holds a seat of this body today, with a second factor and at work for its organisation.
CREATE FUNCTION meetings_sits_in(wanted text) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    s record := public.session_standing();
BEGIN
    RETURN s.account IS NOT NULL AND s.is_strong AND EXISTS (
        SELECT FROM public.directory_holder h
          JOIN public.directory_seat z ON z.id = h.seat_id
          JOIN public.directory_body b ON b.slug = z.body_id
          JOIN public.identity_membership m ON m.user_id = h.account_id AND m.organisation_id = z.organisation_id
         WHERE h.account_id = s.account AND z.body_id = wanted AND h.period @> public.today()
           AND z.period @> public.today() AND b.period @> public.today() AND m.period @> public.today());
END
$$;

CREATE FUNCTION meetings_keeps(wanted uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN public.directory_keeps((SELECT v.body_id FROM public.meetings_sitting v WHERE v.id = wanted));
END
$$;

-- Who records what a body decided is somebody who speaks for it: the driving team plans, and decides for nobody.
CREATE FUNCTION meetings_speaks_at(wanted uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN public.directory_speaks_for((SELECT p.body_id FROM public.meetings_stop p WHERE p.id = wanted));
END
$$;

-- Whether a body said what it has to say of an item. Of a change of the strategy it says that with the proposal; what
-- a portfolio holder says there is not said by the body in which that person sits.
CREATE FUNCTION meetings_is_judged(wanted uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
    SELECT EXISTS (
        SELECT FROM public.meetings_stop p
          JOIN public.meetings_matter m ON m.id = p.matter_id
          JOIN public.strategy_verdict d ON d.version_id = m.version_id AND d.body_id = p.body_id
         WHERE p.id = wanted AND d.decider <> 'portefeuillehouder')
$$;

CREATE FUNCTION meetings_is_decided(wanted uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
    SELECT EXISTS (SELECT FROM public.meetings_ruling r WHERE r.stop_id = wanted) OR public.meetings_is_judged(wanted)
$$;

-- Who may add papers to a matter: the body where it is now.
CREATE FUNCTION meetings_writes(wanted uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM public.meetings_stop p
         WHERE p.matter_id = wanted
           AND NOT public.meetings_is_decided(p.id)
           AND (public.directory_keeps(p.body_id) OR public.meetings_sits_in(p.body_id)));
END
$$;

-- A paper on which any body decided stays with the matter, wherever that lies now.
CREATE FUNCTION meetings_takes_away(wanted uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    paper record;
BEGIN
    SELECT f.matter_id, f.added_at INTO paper FROM public.meetings_paper f WHERE f.id = wanted;
    RETURN public.meetings_writes(paper.matter_id)
       AND NOT EXISTS (
            SELECT FROM public.meetings_stop p JOIN public.meetings_ruling r ON r.stop_id = p.id
             WHERE p.matter_id = paper.matter_id AND r.recorded_at >= paper.added_at)
       AND NOT EXISTS (
            SELECT FROM public.meetings_stop p
              JOIN public.meetings_matter m ON m.id = p.matter_id
              JOIN public.strategy_verdict d ON d.version_id = m.version_id AND d.body_id = p.body_id
             WHERE p.matter_id = paper.matter_id AND d.decider <> 'portefeuillehouder'
               AND d.recorded_at >= paper.added_at);
END
$$;

-- Changes of the strategy that wait for this body now. A portfolio holder is a person, and decides without a meeting.
CREATE FUNCTION meetings_changes_for(wanted text) RETURNS TABLE (version uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
    SELECT v.id FROM public.strategy_version v
      JOIN public.directory_body b ON b.slug = wanted AND b.period @> public.today()
     WHERE v.state = 'ingediend' AND public.directory_reads()
       AND EXISTS (SELECT FROM public.strategy_route r
                    WHERE r.kind = v.kind AND r.decider = b.kind_id AND r.stage = public.strategy_open_stage(v.id)
                      AND NOT EXISTS (SELECT FROM public.strategy_verdict d
                                       WHERE d.version_id = v.id AND d.stage = r.stage AND d.body_id = b.slug))
$$;
REVOKE EXECUTE ON FUNCTION meetings_sits_in, meetings_keeps, meetings_speaks_at, meetings_is_judged,
    meetings_is_decided, meetings_writes, meetings_takes_away, meetings_changes_for FROM PUBLIC;
"""
NO_QUESTIONS = """
DROP FUNCTION meetings_changes_for(text);
DROP FUNCTION meetings_takes_away(uuid);
DROP FUNCTION meetings_writes(uuid);
DROP FUNCTION meetings_is_decided(uuid);
DROP FUNCTION meetings_is_judged(uuid);
DROP FUNCTION meetings_speaks_at(uuid);
DROP FUNCTION meetings_keeps(uuid);
DROP FUNCTION meetings_sits_in(text);
"""

SITTINGS = """
CREATE FUNCTION meetings_guard_sitting() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    day date := (NEW.starts_at AT TIME ZONE 'Europe/Amsterdam')::date;
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.id, NEW.body_id, NEW.kind, NEW.planned_by_id, NEW.from_list)
           IS DISTINCT FROM (OLD.id, OLD.body_id, OLD.kind, OLD.planned_by_id, OLD.from_list) THEN
        RAISE EXCEPTION 'the meeting is of another body' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.revision <> OLD.revision + 1 THEN
        RAISE EXCEPTION 'a colleague changed it meanwhile' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.state IN ('vastgesteld', 'vervallen') THEN
        RAISE EXCEPTION 'the meeting is closed' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.state = 'gehouden'
       AND (NEW.starts_at, NEW.ends_at, NEW.place) IS DISTINCT FROM (OLD.starts_at, OLD.ends_at, OLD.place)
       AND (EXISTS (SELECT FROM public.meetings_presence a WHERE a.sitting_id = NEW.id) OR EXISTS (
            SELECT FROM public.meetings_stop p WHERE p.sitting_id = NEW.id AND public.meetings_is_decided(p.id))) THEN
        RAISE EXCEPTION 'a meeting that was held stays on its day' USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (SELECT FROM public.directory_body b WHERE b.slug = NEW.body_id AND b.period @> day) THEN
        RAISE EXCEPTION 'the body is not there then' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'INSERT' AND NEW.state NOT IN ('gepland', 'gehouden') THEN
        RAISE EXCEPTION 'the meeting is closed' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state = 'gepland' AND NEW.starts_at < clock_timestamp()
       AND (TG_OP = 'INSERT' OR NEW.starts_at IS DISTINCT FROM OLD.starts_at) THEN
        RAISE EXCEPTION 'the meeting is in the past' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state IN ('gehouden', 'vastgesteld') AND day > public.today() THEN
        RAISE EXCEPTION 'the meeting is yet to come' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.state <> OLD.state THEN
        PERFORM public.meetings_check_step(OLD, NEW);
    END IF;
    RETURN NEW;
END
$$;

-- From planned to held or off, from held to adopted; a list is adopted when nothing in it is open.
CREATE FUNCTION meetings_check_step(former meetings_sitting, fresh meetings_sitting) RETURNS void
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF (former.state, fresh.state) NOT IN (('gepland', 'gehouden'), ('gepland', 'vervallen'), ('gehouden', 'vastgesteld')) THEN
        RAISE EXCEPTION 'the meeting is closed' USING ERRCODE = 'check_violation';
    END IF;
    IF fresh.state <> 'vastgesteld' THEN
        RETURN;
    END IF;
    IF NOT public.directory_speaks_for(fresh.body_id) THEN
        RAISE EXCEPTION 'this session does not speak for that body' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF fresh.adopted_on > public.today() OR fresh.adopted_on < (fresh.starts_at AT TIME ZONE 'Europe/Amsterdam')::date THEN
        RAISE EXCEPTION 'a list is adopted after its meeting' USING ERRCODE = 'check_violation';
    END IF;
    -- An old list tells what was decided and not who was there.
    IF NOT fresh.from_list AND NOT EXISTS (SELECT FROM public.meetings_presence a WHERE a.sitting_id = fresh.id) THEN
        RAISE EXCEPTION 'who was there is not told' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (
        SELECT FROM public.meetings_stop p
         WHERE p.sitting_id = fresh.id AND NOT public.meetings_is_decided(p.id)) THEN
        RAISE EXCEPTION 'an item has no decision' USING ERRCODE = 'check_violation';
    END IF;
END
$$;
CREATE TRIGGER meetings_sitting_goes_on BEFORE INSERT OR UPDATE ON meetings_sitting
    FOR EACH ROW EXECUTE FUNCTION meetings_guard_sitting();

-- What was on the agenda of a meeting that is off waits again.
CREATE FUNCTION meetings_let_wait() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    UPDATE public.meetings_stop SET sitting_id = NULL, position = 0, revision = revision + 1 WHERE sitting_id = NEW.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER meetings_sitting_is_off AFTER UPDATE ON meetings_sitting
    FOR EACH ROW WHEN (NEW.state = 'vervallen') EXECUTE FUNCTION meetings_let_wait();
REVOKE EXECUTE ON FUNCTION meetings_guard_sitting, meetings_check_step, meetings_let_wait FROM PUBLIC;
"""
NO_SITTINGS = """
DROP TRIGGER meetings_sitting_is_off ON meetings_sitting;
DROP TRIGGER meetings_sitting_goes_on ON meetings_sitting;
DROP FUNCTION meetings_let_wait();
DROP FUNCTION meetings_check_step(meetings_sitting, meetings_sitting);
DROP FUNCTION meetings_guard_sitting();
"""

STOPS = """
-- A note is of whoever rewrote it last, and it stands once the body decided. So does its place, in a meeting that was
-- held: what a body judged in writing may leave the agenda of a meeting that is off.
CREATE FUNCTION meetings_check_note(former meetings_stop, fresh meetings_stop) RETURNS void
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    is_other boolean := (fresh.aim, fresh.occasion, fresh.asked, fresh.caveats, fresh.follow_up, fresh.written_by_id)
        IS DISTINCT FROM (former.aim, former.occasion, former.asked, former.caveats, former.follow_up, former.written_by_id);
    is_moved boolean := fresh.sitting_id IS DISTINCT FROM former.sitting_id AND EXISTS (
        SELECT FROM public.meetings_sitting v WHERE v.id = former.sitting_id AND v.state IN ('gehouden', 'vastgesteld'));
BEGIN
    IF (is_other OR is_moved) AND public.meetings_is_decided(fresh.id) THEN
        RAISE EXCEPTION 'the body has decided' USING ERRCODE = 'check_violation';
    END IF;
    IF is_other AND fresh.written_by_id IS DISTINCT FROM public.session_account() THEN
        RAISE EXCEPTION 'a note is of who wrote it' USING ERRCODE = 'insufficient_privilege';
    END IF;
END
$$;

-- A matter begins at the body where it was raised; each next stop is made by a ruling, and by nothing else.
CREATE FUNCTION meetings_guard_stop() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    old_sitting uuid;
BEGIN
    IF TG_OP = 'INSERT' AND NEW.came_from_id IS NULL AND NEW.body_id IS DISTINCT FROM (
        SELECT m.body_id FROM public.meetings_matter m WHERE m.id = NEW.matter_id) THEN
        RAISE EXCEPTION 'a matter begins where it was raised' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'UPDATE' THEN
        old_sitting := OLD.sitting_id;
        IF (NEW.id, NEW.matter_id, NEW.body_id) IS DISTINCT FROM (OLD.id, OLD.matter_id, OLD.body_id)
           OR NEW.came_from_id IS DISTINCT FROM OLD.came_from_id THEN
            RAISE EXCEPTION 'a matter travels by decision' USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.revision <> OLD.revision + 1 THEN
            RAISE EXCEPTION 'a colleague changed it meanwhile' USING ERRCODE = 'check_violation';
        END IF;
        PERFORM public.meetings_check_note(OLD, NEW);
    END IF;
    IF NEW.sitting_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM public.meetings_sitting v
         WHERE v.id = NEW.sitting_id AND v.body_id = NEW.body_id AND v.state IN ('gepland', 'gehouden')) THEN
        RAISE EXCEPTION 'the meeting is closed' USING ERRCODE = 'check_violation';
    END IF;
    IF old_sitting IS NOT NULL AND EXISTS (
        SELECT FROM public.meetings_sitting v WHERE v.id = old_sitting AND v.state = 'vastgesteld') THEN
        RAISE EXCEPTION 'the meeting is closed' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER meetings_stop_goes_on BEFORE INSERT OR UPDATE ON meetings_stop
    FOR EACH ROW EXECUTE FUNCTION meetings_guard_stop();

CREATE FUNCTION meetings_guard_ruling() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    ruled public.meetings_stop;
    held public.meetings_sitting;
    former public.meetings_ruling;
BEGIN
    SELECT * INTO ruled FROM public.meetings_stop p WHERE p.id = NEW.stop_id FOR UPDATE;
    SELECT * INTO held FROM public.meetings_sitting v WHERE v.id = ruled.sitting_id FOR SHARE;
    IF held.id IS NULL OR held.state NOT IN ('gehouden', 'vastgesteld') THEN
        RAISE EXCEPTION 'the meeting was not held' USING ERRCODE = 'check_violation';
    END IF;
    SELECT * INTO former FROM public.meetings_ruling r WHERE r.stop_id = NEW.stop_id ORDER BY r.number DESC LIMIT 1;
    IF NEW.number <> coalesce(former.number, 0) + 1 THEN
        RAISE EXCEPTION 'a colleague changed it meanwhile' USING ERRCODE = 'check_violation';
    END IF;
    IF held.state = 'vastgesteld' AND NEW.reason = '' THEN
        RAISE EXCEPTION 'what was adopted is mended with a reason' USING ERRCODE = 'check_violation';
    END IF;
    IF former.outcome IN ('aangehouden', 'doorgestuurd')
       AND (NEW.outcome, NEW.to_id) IS DISTINCT FROM (former.outcome, former.to_id) THEN
        RAISE EXCEPTION 'it has travelled on' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.outcome = 'doorgestuurd' AND NOT EXISTS (
        SELECT FROM public.directory_body b JOIN public.directory_body own ON own.slug = ruled.body_id
         WHERE b.slug = NEW.to_id AND b.period @> public.today()
           AND (b.slug = own.above_id OR b.above_id = own.slug)) THEN
        RAISE EXCEPTION 'a body is not skipped' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.outcome IS DISTINCT FROM former.outcome THEN
        PERFORM public.meetings_check_change(ruled, NEW.outcome);
    END IF;
    RETURN NEW;
END
$$;

-- A body says of a change of the strategy here only that it comes later, or that it waits for nobody here any more:
-- whatever is noted would leave the list of a body that still has to judge it.
CREATE FUNCTION meetings_check_change(ruled meetings_stop, outcome text) RETURNS void
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    about uuid := (SELECT m.version_id FROM public.meetings_matter m WHERE m.id = ruled.matter_id);
    waits boolean := about IN (SELECT c.version FROM public.meetings_changes_for(ruled.body_id) c);
BEGIN
    IF about IS NULL THEN
        RETURN;
    END IF;
    IF public.meetings_is_judged(ruled.id) THEN
        RAISE EXCEPTION 'the body has judged this change' USING ERRCODE = 'check_violation';
    END IF;
    IF outcome NOT IN ('aangehouden', 'kennis') THEN
        RAISE EXCEPTION 'a change is decided in the strategy' USING ERRCODE = 'check_violation';
    END IF;
    IF waits AND outcome = 'kennis' THEN
        RAISE EXCEPTION 'a change that waits is not only noted' USING ERRCODE = 'check_violation';
    END IF;
    IF NOT waits AND outcome = 'aangehouden' THEN
        RAISE EXCEPTION 'a change that waits no more is not held over' USING ERRCODE = 'check_violation';
    END IF;
END
$$;
CREATE TRIGGER meetings_ruling_is_the_next BEFORE INSERT ON meetings_ruling
    FOR EACH ROW EXECUTE FUNCTION meetings_guard_ruling();

-- What is held over waits at the same body again, what is forwarded at the next; with the note that was written.
CREATE FUNCTION meetings_travel() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    INSERT INTO public.meetings_stop (id, matter_id, body_id, came_from_id, sitting_id, position, aim, occasion, asked,
        caveats, follow_up, revision, written_by_id, written_at)
    SELECT gen_random_uuid(), p.matter_id, coalesce(NEW.to_id, p.body_id), p.id, NULL, 0, p.aim, p.occasion, p.asked,
           p.caveats, p.follow_up, 1, NEW.recorded_by_id, NEW.recorded_at
      FROM public.meetings_stop p
     WHERE p.id = NEW.stop_id
       AND NOT EXISTS (SELECT FROM public.meetings_stop later WHERE later.came_from_id = p.id);
    RETURN NULL;
END
$$;
CREATE TRIGGER meetings_ruling_lets_travel AFTER INSERT ON meetings_ruling
    FOR EACH ROW WHEN (NEW.outcome IN ('aangehouden', 'doorgestuurd')) EXECUTE FUNCTION meetings_travel();
REVOKE EXECUTE ON FUNCTION meetings_guard_stop, meetings_check_note, meetings_guard_ruling, meetings_check_change,
    meetings_travel FROM PUBLIC;
"""
NO_STOPS = """
DROP TRIGGER meetings_ruling_lets_travel ON meetings_ruling;
DROP TRIGGER meetings_ruling_is_the_next ON meetings_ruling;
DROP TRIGGER meetings_stop_goes_on ON meetings_stop;
DROP FUNCTION meetings_travel();
DROP FUNCTION meetings_check_change(meetings_stop, text);
DROP FUNCTION meetings_guard_ruling();
DROP FUNCTION meetings_guard_stop();
DROP FUNCTION meetings_check_note(meetings_stop, meetings_stop);
"""

AROUND = """
CREATE FUNCTION meetings_guard_presence() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM public.meetings_sitting v JOIN public.directory_seat z ON z.id = NEW.seat_id AND z.body_id = v.body_id
         WHERE v.id = NEW.sitting_id AND v.state IN ('gepland', 'gehouden')) THEN
        RAISE EXCEPTION 'the meeting is closed' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER meetings_presence_is_of_the_body BEFORE INSERT OR UPDATE ON meetings_presence
    FOR EACH ROW EXECUTE FUNCTION meetings_guard_presence();

CREATE FUNCTION meetings_guard_action() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF (NEW.id, NEW.sitting_id, NEW.what, NEW.owner_id, NEW.due_on, NEW.noted_by_id, NEW.noted_at)
               IS DISTINCT FROM (OLD.id, OLD.sitting_id, OLD.what, OLD.owner_id, OLD.due_on, OLD.noted_by_id, OLD.noted_at)
           OR NEW.stop_id IS DISTINCT FROM OLD.stop_id OR OLD.done_on IS NOT NULL THEN
            RAISE EXCEPTION 'the action is done or another' USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.done_on > public.today() THEN
            RAISE EXCEPTION 'it is done on a day that has come' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
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
CREATE TRIGGER meetings_action_is_only_done BEFORE INSERT OR UPDATE ON meetings_actionpoint
    FOR EACH ROW EXECUTE FUNCTION meetings_guard_action();

CREATE FUNCTION meetings_guard_registration() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    wanted public.meetings_sitting;
BEGIN
    SELECT * INTO wanted FROM public.meetings_sitting v WHERE v.id = NEW.sitting_id FOR UPDATE;
    IF wanted.kind <> 'thema' OR wanted.state <> 'gepland' OR wanted.starts_at < clock_timestamp() THEN
        RAISE EXCEPTION 'nobody registers for this meeting' USING ERRCODE = 'check_violation';
    END IF;
    IF wanted.room <= (SELECT count(*) FROM public.meetings_registration a WHERE a.sitting_id = NEW.sitting_id) THEN
        RAISE EXCEPTION 'the meeting is full' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER meetings_registration_fits BEFORE INSERT ON meetings_registration
    FOR EACH ROW EXECUTE FUNCTION meetings_guard_registration();

CREATE FUNCTION meetings_guard_feed_key() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF (NEW.id, NEW.account_id, NEW.digest, NEW.made_at) IS DISTINCT FROM (OLD.id, OLD.account_id, OLD.digest, OLD.made_at)
       OR NEW.body_id IS DISTINCT FROM OLD.body_id OR OLD.revoked_at IS NOT NULL OR NEW.revoked_at IS NULL THEN
        RAISE EXCEPTION 'a key is only revoked' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER meetings_feed_key_only_ends BEFORE UPDATE ON meetings_feedkey
    FOR EACH ROW EXECUTE FUNCTION meetings_guard_feed_key();

-- What the holder of a key may put in a calendar: without a session, so the key itself is asked for, and whose it is
-- must still work for a partner. Nothing in it names a person.
CREATE FUNCTION meetings_feed(key text) RETURNS TABLE (
    sitting uuid, body text, topic text, state text, starts_at timestamptz, ends_at timestamptz, place text,
    revision integer, changed_at timestamptz, feed text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    found_key public.meetings_feedkey;
BEGIN
    SELECT * INTO found_key FROM public.meetings_feedkey k
     WHERE k.digest = sha256(convert_to(key, 'UTF8')) AND k.revoked_at IS NULL
       AND EXISTS (SELECT FROM public.identity_user u JOIN public.identity_membership m ON m.user_id = u.id
                    WHERE u.id = k.account_id AND u.is_active AND m.period @> public.today());
    IF NOT FOUND THEN
        RETURN;
    END IF;
    RETURN QUERY SELECT NULL::uuid, b.name::text, NULL, NULL, NULL::timestamptz, NULL::timestamptz, NULL, NULL::integer,
                        NULL::timestamptz, 'feed' FROM (SELECT 1) one
                   LEFT JOIN public.directory_body b ON b.slug = found_key.body_id;
    RETURN QUERY
        SELECT v.id, b.name::text, t.name::text, v.state::text, v.starts_at, v.ends_at, v.place::text, v.revision,
               v.changed_at, ''
          FROM public.meetings_sitting v
          JOIN public.directory_body b ON b.slug = v.body_id
          LEFT JOIN public.directory_topic t ON t.slug = v.topic_id
         WHERE v.starts_at > public.today() - 366
           AND (v.body_id = found_key.body_id OR found_key.body_id IS NULL AND (
                EXISTS (SELECT FROM public.directory_holder h JOIN public.directory_seat z ON z.id = h.seat_id
                         WHERE h.account_id = found_key.account_id AND z.body_id = v.body_id AND v.kind = 'overleg'
                           AND h.period @> (v.starts_at AT TIME ZONE 'Europe/Amsterdam')::date)
                OR EXISTS (SELECT FROM public.meetings_registration a
                            WHERE a.sitting_id = v.id AND a.account_id = found_key.account_id)))
         ORDER BY v.starts_at, v.id;
END
$$;
REVOKE EXECUTE ON FUNCTION meetings_guard_presence, meetings_guard_action, meetings_guard_registration,
    meetings_guard_feed_key, meetings_feed FROM PUBLIC;
"""
NO_AROUND = """
DROP FUNCTION meetings_feed(text);
DROP TRIGGER meetings_feed_key_only_ends ON meetings_feedkey;
DROP TRIGGER meetings_registration_fits ON meetings_registration;
DROP TRIGGER meetings_action_is_only_done ON meetings_actionpoint;
DROP TRIGGER meetings_presence_is_of_the_body ON meetings_presence;
DROP FUNCTION meetings_guard_feed_key();
DROP FUNCTION meetings_guard_registration();
DROP FUNCTION meetings_guard_action();
DROP FUNCTION meetings_guard_presence();
"""

READS = "(SELECT directory_reads())"
ME = "(SELECT session_account())"
STRONG = "(SELECT session_is_strong())"
SITS = "(directory_keeps(body_id) OR meetings_sits_in(body_id))"
NOTE = f"(directory_keeps(body_id) OR sitting_id IS NULL AND written_by_id = {ME} AND meetings_sits_in(body_id))"
OWN = f"account_id = {ME} AND {STRONG}"
# Table: what is seen, and what may be added, changed and taken away; nothing where there is no rule.
WALLS = {
    "meetings_sitting": (READS, f"planned_by_id = {ME} AND directory_keeps(body_id)", "directory_keeps(body_id)", ""),
    "meetings_matter": (
        READS,
        f"raised_by_id = {ME} AND CASE WHEN version_id IS NULL THEN {SITS} ELSE directory_keeps(body_id)"
        " AND version_id IN (SELECT c.version FROM meetings_changes_for(body_id) c) END",
        "",
        "",
    ),
    "meetings_stop": (
        READS,
        f"came_from_id IS NULL AND written_by_id = {ME} AND {SITS} AND (sitting_id IS NULL OR directory_keeps(body_id))",
        NOTE,
        "",
    ),
    "meetings_ruling": (READS, f"recorded_by_id = {ME} AND meetings_speaks_at(stop_id)", "", ""),
    "meetings_presence": (READS, "meetings_keeps(sitting_id)", "meetings_keeps(sitting_id)", ""),
    "meetings_actionpoint": (
        READS,
        f"noted_by_id = {ME} AND meetings_keeps(sitting_id)",
        f"(owner_id = {ME} AND {STRONG} OR meetings_keeps(sitting_id))",
        "",
    ),
    "meetings_paper": (
        READS, f"added_by_id = {ME} AND meetings_writes(matter_id)", "", "meetings_takes_away(id)"
    ),
    "meetings_feedkey": (f"account_id = {ME}", f"{OWN} AND {READS}", OWN, ""),
    "meetings_registration": (READS, f"{OWN} AND {READS}", "", OWN),
}  # fmt: skip


def wall(table: str, seen: str, added: str, changed: str, gone: str) -> str:
    """Return the policies of a table."""
    made = f"""
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY {table}_owner ON {table} TO vangnet_owner USING (true) WITH CHECK (true);
CREATE POLICY {table}_read ON {table} FOR SELECT TO vangnet_app USING ({seen});
CREATE POLICY {table}_insert ON {table} FOR INSERT TO vangnet_app WITH CHECK ({added});
"""
    if changed:
        made += f"""
CREATE POLICY {table}_change ON {table} FOR UPDATE TO vangnet_app USING ({changed}) WITH CHECK ({changed});
"""
    if gone:
        made += f"CREATE POLICY {table}_delete ON {table} FOR DELETE TO vangnet_app USING ({gone});"
    return made


def no_wall(table: str, changed: str, gone: str) -> str:
    """Return what takes the policies of a table away."""
    more = f"DROP POLICY {table}_change ON {table};" if changed else ""
    more += f"DROP POLICY {table}_delete ON {table};" if gone else ""
    return f"""
{more}
DROP POLICY {table}_insert ON {table};
DROP POLICY {table}_read ON {table};
DROP POLICY {table}_owner ON {table};
ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("meetings", "0001_initial"), ("directory", "0002_rules"), ("strategy", "0003_rules")]
    operations = [
        migrations.RunSQL(QUESTIONS, NO_QUESTIONS),
        migrations.RunSQL(SITTINGS, NO_SITTINGS),
        migrations.RunSQL(STOPS, NO_STOPS),
        migrations.RunSQL(AROUND, NO_AROUND),
        *[
            migrations.RunSQL(wall(table, *rules), no_wall(table, *rules[2:]))
            for table, rules in WALLS.items()
        ],
    ]
