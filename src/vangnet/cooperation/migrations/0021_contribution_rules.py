"""A partner writes its own contributions, and only their end changes."""

from django.db import migrations

GUARD = """
-- Somebody who works for this organisation in a role that speaks of its safety work; nobody for another.
CREATE FUNCTION cooperation_contributes(wanted uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN public.session_is_service()
        OR wanted = public.session_organisation() AND public.strategy_may_propose();
END
$$;

CREATE FUNCTION cooperation_guard_contribution() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.ended_on IS NOT NULL THEN
            RAISE EXCEPTION 'of a contribution only the end changes' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.ended_on IS NOT NULL OR NEW.ended_on IS NULL
       OR (to_jsonb(NEW) - 'ended_on' - 'ended_why' - 'ended_by_id')
          IS DISTINCT FROM (to_jsonb(OLD) - 'ended_on' - 'ended_why' - 'ended_by_id') THEN
        RAISE EXCEPTION 'of a contribution only the end changes' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.ended_on < NEW.begins_on OR NEW.ended_on > public.today() THEN
        RAISE EXCEPTION 'a contribution ends between its beginning and today' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER cooperation_contribution_only_ends BEFORE INSERT OR UPDATE ON cooperation_contribution
    FOR EACH ROW EXECUTE FUNCTION cooperation_guard_contribution();
REVOKE EXECUTE ON FUNCTION cooperation_contributes, cooperation_guard_contribution FROM PUBLIC;

ALTER TABLE cooperation_contribution ENABLE ROW LEVEL SECURITY;
ALTER TABLE cooperation_contribution FORCE ROW LEVEL SECURITY;
CREATE POLICY cooperation_contribution_owner ON cooperation_contribution TO vangnet_owner
    USING (true) WITH CHECK (true);
CREATE POLICY cooperation_contribution_read ON cooperation_contribution FOR SELECT TO vangnet_app
    USING ((SELECT directory_reads()));
CREATE POLICY cooperation_contribution_insert ON cooperation_contribution FOR INSERT TO vangnet_app WITH CHECK (
    recorded_by_id = (SELECT session_account()) AND cooperation_contributes(organisation_id));
CREATE POLICY cooperation_contribution_change ON cooperation_contribution FOR UPDATE TO vangnet_app
    USING (cooperation_contributes(organisation_id))
    WITH CHECK (cooperation_contributes(organisation_id) AND ended_by_id = (SELECT session_account()));
"""
NO_GUARD = """
DROP POLICY cooperation_contribution_change ON cooperation_contribution;
DROP POLICY cooperation_contribution_insert ON cooperation_contribution;
DROP POLICY cooperation_contribution_read ON cooperation_contribution;
DROP POLICY cooperation_contribution_owner ON cooperation_contribution;
ALTER TABLE cooperation_contribution NO FORCE ROW LEVEL SECURITY;
ALTER TABLE cooperation_contribution DISABLE ROW LEVEL SECURITY;
DROP TRIGGER cooperation_contribution_only_ends ON cooperation_contribution;
DROP FUNCTION cooperation_guard_contribution();
DROP FUNCTION cooperation_contributes(uuid);
"""


class Migration(migrations.Migration):
    dependencies = [("cooperation", "0020_contributions"), ("strategy", "0003_rules")]
    operations = [migrations.RunSQL(GUARD, NO_GUARD)]
