"""Who sees and changes a weekly meeting, and that a closed one does not change."""

from django.db import migrations

GUARDS = """
-- What is changed in a meeting waits for who closes it, and then finds it closed.
CREATE FUNCTION casework_hold_meeting(wanted uuid) RETURNS public.casework_meeting
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    held public.casework_meeting;
BEGIN
    SELECT m.* INTO held FROM public.casework_meeting m WHERE m.id = wanted FOR SHARE;
    IF held.closed_at IS NOT NULL OR held.id IS NULL THEN
        RAISE EXCEPTION 'this meeting is closed' USING ERRCODE = 'check_violation';
    END IF;
    RETURN held;
END
$$;

CREATE FUNCTION casework_guard_meeting() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (OLD.closed_at IS NOT NULL
            OR (NEW.id, NEW.scope_id, NEW.organisation_id, NEW.purpose_id)
               IS DISTINCT FROM (OLD.id, OLD.scope_id, OLD.organisation_id, OLD.purpose_id)
            OR NEW.version < OLD.version) THEN
        RAISE EXCEPTION 'this meeting is closed' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.chair_id IS NOT NULL AND (TG_OP = 'INSERT' OR NEW.chair_id IS DISTINCT FROM OLD.chair_id)
       AND public.agreements_tier(NEW.chair_id, NEW.organisation_id, NEW.purpose_id,
                                  ARRAY['verwerking', 'rechtmatigheid']) IS NULL THEN
        RAISE EXCEPTION 'who is at the meeting has an authorisation' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER casework_meeting_stays_when_closed BEFORE INSERT OR UPDATE ON casework_meeting
    FOR EACH ROW EXECUTE FUNCTION casework_guard_meeting();

CREATE FUNCTION casework_guard_attendee() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    held public.casework_meeting;
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM public.casework_hold_meeting(OLD.meeting_id);
        RETURN OLD;
    END IF;
    held := public.casework_hold_meeting(NEW.meeting_id);
    IF public.agreements_tier(NEW.user_id, NEW.organisation_id, held.purpose_id,
                              ARRAY['verwerking', 'rechtmatigheid']) IS NULL THEN
        RAISE EXCEPTION 'who is at the meeting has an authorisation' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER casework_attendee_has_an_authorisation BEFORE INSERT OR UPDATE OR DELETE ON casework_attendee
    FOR EACH ROW EXECUTE FUNCTION casework_guard_attendee();

CREATE FUNCTION casework_guard_item() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        -- What is out of sight may be thrown away, also from a list that is closed.
        IF NOT EXISTS (SELECT FROM public.casework_signal s
                        WHERE s.dossier_id = OLD.signal_id AND s.ends_on <= public.today()) THEN
            PERFORM public.casework_hold_meeting(OLD.meeting_id);
        END IF;
        RETURN OLD;
    END IF;
    PERFORM public.casework_hold_meeting(NEW.meeting_id);
    IF TG_OP = 'UPDATE' AND (NEW.id, NEW.meeting_id, NEW.signal_id, NEW.added_at)
            IS DISTINCT FROM (OLD.id, OLD.meeting_id, OLD.signal_id, OLD.added_at) THEN
        RAISE EXCEPTION 'an item stays on its agenda' USING ERRCODE = 'check_violation';
    END IF;
    -- What the list of decisions says is what was decided, by the weighing itself.
    IF NEW.status = 'besloten' AND NOT EXISTS (
            SELECT FROM public.casework_signal s
             WHERE s.dossier_id = NEW.signal_id AND s.outcome = NEW.outcome AND s.route = NEW.route
               AND s.decided_at >= NEW.added_at) THEN
        RAISE EXCEPTION 'an item is decided by the weighing of its signal' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER casework_item_says_what_was_decided BEFORE INSERT OR UPDATE OR DELETE ON casework_item
    FOR EACH ROW EXECUTE FUNCTION casework_guard_item();
REVOKE EXECUTE ON FUNCTION casework_hold_meeting, casework_guard_meeting, casework_guard_attendee,
    casework_guard_item FROM PUBLIC;
"""
NO_GUARDS = """
DROP TRIGGER casework_item_says_what_was_decided ON casework_item;
DROP FUNCTION casework_guard_item();
DROP TRIGGER casework_attendee_has_an_authorisation ON casework_attendee;
DROP FUNCTION casework_guard_attendee();
DROP TRIGGER casework_meeting_stays_when_closed ON casework_meeting;
DROP FUNCTION casework_guard_meeting();
DROP FUNCTION casework_hold_meeting(uuid);
"""

TABLES = ("meeting", "attendee", "item")
WALLS = "".join(
    f"""
ALTER TABLE casework_{table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE casework_{table} FORCE ROW LEVEL SECURITY;
CREATE POLICY casework_{table}_owner ON casework_{table} TO vangnet_owner USING (true) WITH CHECK (true);
"""
    for table in TABLES
)
WALLS += """
CREATE POLICY casework_meeting_read ON casework_meeting FOR SELECT TO vangnet_app
    USING (scope_id = (SELECT scope()));
CREATE POLICY casework_meeting_insert ON casework_meeting FOR INSERT TO vangnet_app
    WITH CHECK (scope_id = (SELECT scope()) AND organisation_id = (SELECT session_organisation())
                AND purpose_id = (SELECT session_purpose()) AND changed_by_id = (SELECT session_account())
                AND closed_at IS NULL AND (SELECT scope_writes()));
CREATE POLICY casework_meeting_change ON casework_meeting FOR UPDATE TO vangnet_app
    USING (scope_id = (SELECT scope()) AND (SELECT scope_writes()))
    WITH CHECK (scope_id = (SELECT scope()) AND (SELECT scope_writes())
                AND changed_by_id = (SELECT session_account())
                AND (closed_by_id IS NULL OR closed_by_id = (SELECT session_account())));
CREATE POLICY casework_attendee_read ON casework_attendee FOR SELECT TO vangnet_app
    USING (EXISTS (SELECT FROM casework_meeting m WHERE m.id = casework_attendee.meeting_id));
CREATE POLICY casework_attendee_insert ON casework_attendee FOR INSERT TO vangnet_app
    WITH CHECK ((SELECT scope_writes())
                AND EXISTS (SELECT FROM casework_meeting m WHERE m.id = casework_attendee.meeting_id));
CREATE POLICY casework_attendee_delete ON casework_attendee FOR DELETE TO vangnet_app
    USING ((SELECT scope_writes())
           AND EXISTS (SELECT FROM casework_meeting m WHERE m.id = casework_attendee.meeting_id));
-- An item is there as long as its signal is in sight.
CREATE POLICY casework_item_read ON casework_item FOR SELECT TO vangnet_app
    USING (EXISTS (SELECT FROM casework_meeting m WHERE m.id = casework_item.meeting_id)
           AND EXISTS (SELECT FROM casework_signal s WHERE s.dossier_id = casework_item.signal_id));
CREATE POLICY casework_item_insert ON casework_item FOR INSERT TO vangnet_app
    WITH CHECK ((SELECT scope_writes()) AND by_id = (SELECT session_account())
                AND EXISTS (SELECT FROM casework_meeting m WHERE m.id = casework_item.meeting_id)
                AND EXISTS (SELECT FROM casework_signal s WHERE s.dossier_id = casework_item.signal_id));
CREATE POLICY casework_item_change ON casework_item FOR UPDATE TO vangnet_app
    USING ((SELECT scope_writes())
           AND EXISTS (SELECT FROM casework_meeting m WHERE m.id = casework_item.meeting_id))
    WITH CHECK (by_id = (SELECT session_account()) AND (SELECT scope_writes()));
CREATE POLICY casework_item_delete ON casework_item FOR DELETE TO vangnet_app
    USING ((SELECT scope_writes())
           AND EXISTS (SELECT FROM casework_meeting m WHERE m.id = casework_item.meeting_id));
"""
POLICIES = {
    "meeting": ("read", "insert", "change"),
    "attendee": ("read", "insert", "delete"),
    "item": ("read", "insert", "change", "delete"),
}
# The policies of items and attendees name the meeting, so those go first.
NO_WALLS = "".join(
    "".join(f"DROP POLICY casework_{table}_{one} ON casework_{table};" for one in (*POLICIES[table], "owner"))
    + f"""
ALTER TABLE casework_{table} NO FORCE ROW LEVEL SECURITY;
ALTER TABLE casework_{table} DISABLE ROW LEVEL SECURITY;
"""
    for table in ("item", "attendee", "meeting")
)


class Migration(migrations.Migration):
    dependencies = [("casework", "0030_meetings")]
    operations = [migrations.RunSQL(GUARDS, NO_GUARDS), migrations.RunSQL(WALLS, NO_WALLS)]
