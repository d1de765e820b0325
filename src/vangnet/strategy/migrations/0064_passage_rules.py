"""Who keeps passages of the police's plan, and that only their end changes."""

from django.db import migrations

GUARD = """
-- Somebody who works for this police organisation with figures or advice, or the driving team.
CREATE FUNCTION strategy_keeps_passages(wanted uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN public.session_is_service()
        OR public.session_is_strong()
           AND (public.session_has_role('aanjaagteam')
                OR wanted = public.session_organisation()
                   AND (public.session_has_role('analist') OR public.session_has_role('adviseur')));
END
$$;

CREATE FUNCTION strategy_guard_passage() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.ended_at IS NOT NULL OR NEW.ended_at IS NULL
           OR (to_jsonb(NEW) - 'ended_at' - 'ended_by_id' - 'ended_why')
              IS DISTINCT FROM (to_jsonb(OLD) - 'ended_at' - 'ended_by_id' - 'ended_why') THEN
            RAISE EXCEPTION 'of a passage only the end changes' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF NOT EXISTS (SELECT FROM public.identity_organisationkind k
                    WHERE k.organisation_id = NEW.organisation_id AND k.kind = 'politie'
                      AND k.period @> public.today()) THEN
        RAISE EXCEPTION 'the plan is not of the police' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.goal <> '' AND NOT EXISTS (SELECT FROM public.strategy_goal g WHERE g.code = NEW.goal) THEN
        RAISE EXCEPTION 'a passage names no goal that there is' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.ended_at IS NOT NULL THEN
        RAISE EXCEPTION 'of a passage only the end changes' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER strategy_passage_only_ends BEFORE INSERT OR UPDATE ON strategy_passage
    FOR EACH ROW EXECUTE FUNCTION strategy_guard_passage();
REVOKE EXECUTE ON FUNCTION strategy_keeps_passages, strategy_guard_passage FROM PUBLIC;

ALTER TABLE strategy_passage ENABLE ROW LEVEL SECURITY;
ALTER TABLE strategy_passage FORCE ROW LEVEL SECURITY;
CREATE POLICY strategy_passage_owner ON strategy_passage TO vangnet_owner USING (true) WITH CHECK (true);
CREATE POLICY strategy_passage_read ON strategy_passage FOR SELECT TO vangnet_app
    USING ((SELECT directory_reads()));
CREATE POLICY strategy_passage_insert ON strategy_passage FOR INSERT TO vangnet_app WITH CHECK (
    (SELECT session_is_service())
    OR recorded_by_id = (SELECT session_account()) AND NOT is_invented
       AND strategy_keeps_passages(organisation_id));
CREATE POLICY strategy_passage_change ON strategy_passage FOR UPDATE TO vangnet_app
    USING (strategy_keeps_passages(organisation_id))
    WITH CHECK (strategy_keeps_passages(organisation_id)
                AND ((SELECT session_is_service()) OR ended_by_id = (SELECT session_account())));
"""
NO_GUARD = """
DROP POLICY strategy_passage_change ON strategy_passage;
DROP POLICY strategy_passage_insert ON strategy_passage;
DROP POLICY strategy_passage_read ON strategy_passage;
DROP POLICY strategy_passage_owner ON strategy_passage;
ALTER TABLE strategy_passage NO FORCE ROW LEVEL SECURITY;
ALTER TABLE strategy_passage DISABLE ROW LEVEL SECURITY;
DROP TRIGGER strategy_passage_only_ends ON strategy_passage;
DROP FUNCTION strategy_guard_passage();
DROP FUNCTION strategy_keeps_passages(uuid);
"""


class Migration(migrations.Migration):
    dependencies = [("strategy", "0063_passages"), ("directory", "0004_people")]
    operations = [migrations.RunSQL(GUARD, NO_GUARD)]
