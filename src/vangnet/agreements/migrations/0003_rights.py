"""Who may change agreements and authorisations, what an agreement lacks, and what an account may do today."""

from django.db import migrations

# Each function answers one question; `today()` and the session come from identity.
QUESTIONS = """
CREATE FUNCTION session_is_service() RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN EXISTS (SELECT FROM public.identity_user u
                    WHERE u.id = public.session_account() AND u.kind = 'dienst' AND u.is_active);
END
$$;

CREATE FUNCTION agreements_may_administer(agreement uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN public.session_is_service()
        OR (public.session_is_strong()
            AND (public.session_has_role('beheerder')
                 OR public.session_has_role('fg')
                    AND EXISTS (SELECT FROM public.agreements_agreement a
                                 WHERE a.id = agreement AND a.lead_id = public.session_organisation())));
END
$$;

CREATE FUNCTION agreements_may_start(lead uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN public.session_is_service()
        OR (public.session_is_strong()
            AND (public.session_has_role('beheerder')
                 OR public.session_has_role('fg') AND lead = public.session_organisation()));
END
$$;

CREATE FUNCTION agreements_may_authorise(organisation uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN public.agreements_may_start(organisation);
END
$$;

-- What is still needed before an agreement works; empty when nothing is. Pages and activation ask the same.
CREATE FUNCTION agreements_lacks(wanted uuid) RETURNS TABLE (code text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
    WITH v AS (SELECT v.*, a.zone, a.lead_id FROM public.agreements_version v
                 JOIN public.agreements_agreement a ON a.id = v.agreement_id WHERE v.id = wanted),
         partners AS (SELECT p.* FROM public.agreements_partner p JOIN v ON p.agreement_id = v.agreement_id
                       WHERE upper(p.period) IS NULL OR upper(p.period) > public.today()),
         purposes AS (SELECT d.* FROM public.agreements_purpose d JOIN v ON d.agreement_id = v.agreement_id
                       WHERE d.ended_on IS NULL OR d.ended_on > public.today())
    SELECT 'dpia' FROM v WHERE v.dpia_adopted_on IS NULL OR v.dpia_adopted_on > public.today()
    UNION ALL SELECT 'raadpleging' FROM v WHERE v.residual_risk_is_high AND v.prior_consultation = ''
    UNION ALL SELECT 'advies' FROM v WHERE v.advice NOT IN ('positief', 'onder_voorwaarden')
                               AND v.set_aside_by_id IS NULL
    UNION ALL SELECT 'contactpunt' FROM v WHERE v.contact_point = ''
    UNION ALL SELECT 'bewaartermijn' FROM v WHERE v.max_retention > 60
    UNION ALL SELECT 'handtekening' FROM v WHERE v.signed_on IS NULL OR v.signed_on > public.today()
    UNION ALL SELECT 'geldigheid' FROM v WHERE upper(v.period) <= public.today()
    UNION ALL SELECT 'coordinator' FROM v
        WHERE NOT EXISTS (SELECT FROM public.identity_membership m JOIN partners p
                              ON p.organisation_id = m.organisation_id AND p.is_public
                           WHERE m.user_id = v.coordinator_id AND m.role = 'fg'
                             AND m.period @> public.today())
    UNION ALL SELECT 'partners' FROM v
        WHERE (SELECT count(DISTINCT p.organisation_id) FROM partners p)
              < CASE v.zone WHEN 'gemeente' THEN 1 ELSE 2 END
    UNION ALL SELECT 'verantwoordelijke' FROM v
        WHERE NOT EXISTS (SELECT FROM partners p WHERE p.position = 'verantwoordelijke')
    UNION ALL SELECT 'doel' FROM v WHERE NOT EXISTS (SELECT FROM purposes)
    UNION ALL SELECT 'categorie' FROM v
        WHERE EXISTS (SELECT FROM purposes d
                       WHERE NOT EXISTS (SELECT FROM public.agreements_purposecategory c
                                          WHERE c.purpose_id = d.id))
$$;

-- What is in force today, as a view, so that the questions below are one statement each and not one per arrow.
CREATE VIEW agreements_live WITH (security_invoker = true) AS
    SELECT v.agreement_id AS id
      FROM agreements_version v
     WHERE v.status = 'actief' AND v.period @> today() AND (v.ended_on IS NULL OR v.ended_on > today());
CREATE VIEW agreements_live_purpose WITH (security_invoker = true) AS
    SELECT d.id, d.agreement_id
      FROM agreements_purpose d
      JOIN agreements_version v ON v.id = d.version_id AND v.activated_at IS NOT NULL
     WHERE (d.ended_on IS NULL OR d.ended_on > today())
       AND EXISTS (SELECT FROM agreements_live l WHERE l.id = d.agreement_id);

CREATE FUNCTION agreements_is_live(wanted uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN EXISTS (SELECT FROM public.agreements_live l WHERE l.id = wanted);
END
$$;

CREATE FUNCTION agreements_purpose_is_live(wanted uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN EXISTS (SELECT FROM public.agreements_live_purpose l WHERE l.id = wanted);
END
$$;

CREATE FUNCTION agreements_is_partner(wanted uuid, member uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN (
    SELECT EXISTS (SELECT FROM public.agreements_partner p
                     JOIN public.agreements_version v ON v.id = p.version_id AND v.activated_at IS NOT NULL
                    WHERE p.agreement_id = wanted AND p.organisation_id = member
                      AND p.period @> public.today())
    );
END
$$;

-- Highest tier up to which an account may work for a purpose today in one of these tasks; null: not at all.
CREATE FUNCTION agreements_tier(account uuid, member uuid, wanted uuid, tasks text[]) RETURNS smallint
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
REVOKE EXECUTE ON FUNCTION session_is_service, agreements_may_administer, agreements_may_start,
    agreements_may_authorise, agreements_lacks, agreements_is_live, agreements_purpose_is_live,
    agreements_is_partner, agreements_tier FROM PUBLIC;
"""

NO_QUESTIONS = """
DROP FUNCTION agreements_tier(uuid, uuid, uuid, text[]);
DROP FUNCTION agreements_is_partner(uuid, uuid);
DROP FUNCTION agreements_purpose_is_live(uuid);
DROP FUNCTION agreements_is_live(uuid);
DROP VIEW agreements_live_purpose;
DROP VIEW agreements_live;
DROP FUNCTION agreements_lacks(uuid);
DROP FUNCTION agreements_may_authorise(uuid);
DROP FUNCTION agreements_may_start(uuid);
DROP FUNCTION agreements_may_administer(uuid);
DROP FUNCTION session_is_service();
"""

GUARDS = """
-- A negative advice is not followed only by decision of a named administrator of a public partner, with reasons.
CREATE FUNCTION agreements_may_set_aside(wanted uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN public.session_is_strong() AND public.session_has_role('burgemeester') AND EXISTS (
        SELECT FROM public.agreements_version v JOIN public.agreements_partner p ON p.agreement_id = v.agreement_id
         WHERE v.id = wanted AND p.organisation_id = public.session_organisation() AND p.is_public
           AND (upper(p.period) IS NULL OR upper(p.period) > public.today()));
END
$$;

CREATE FUNCTION agreements_set_aside(wanted uuid, why text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    UPDATE public.agreements_version v
       SET set_aside_by_id = public.session_account(), set_aside_at = now(), set_aside_reason = trim(why)
     WHERE v.id = wanted AND v.status = 'concept' AND v.advice = 'negatief' AND length(trim(why)) >= 50;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no negative advice to set aside, or too few reasons' USING ERRCODE = 'check_violation';
    END IF;
END
$$;

CREATE FUNCTION agreements_guard_set_aside() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.set_aside_by_id, NEW.set_aside_at, NEW.set_aside_reason)
            IS NOT DISTINCT FROM (OLD.set_aside_by_id, OLD.set_aside_at, OLD.set_aside_reason) THEN
        RETURN NEW;
    END IF;
    IF NEW.set_aside_by_id IS DISTINCT FROM public.session_account()
       OR public.agreements_may_set_aside(NEW.id) IS NOT TRUE THEN
        RAISE EXCEPTION 'a mayor of a public partner sets an advice aside' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER agreements_version_heeds_its_advice BEFORE INSERT OR UPDATE ON agreements_version
    FOR EACH ROW WHEN (NEW.set_aside_by_id IS NOT NULL) EXECUTE FUNCTION agreements_guard_set_aside();
REVOKE EXECUTE ON FUNCTION agreements_may_set_aside, agreements_set_aside, agreements_guard_set_aside FROM PUBLIC;

CREATE FUNCTION agreements_guard_version() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF OLD.status = 'beeindigd' THEN
        RAISE EXCEPTION 'an ended version does not change' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.status = 'actief' AND (NEW.agreement_id, NEW.number, NEW.max_retention, NEW.dpia_adopted_on,
            NEW.advice, NEW.coordinator_id, NEW.signed_on, NEW.activated_at, lower(NEW.period))
        IS DISTINCT FROM (OLD.agreement_id, OLD.number, OLD.max_retention, OLD.dpia_adopted_on,
            OLD.advice, OLD.coordinator_id, OLD.signed_on, OLD.activated_at, lower(OLD.period)) THEN
        RAISE EXCEPTION 'an active version does not change: draft the next one'
            USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.status = 'actief' AND upper(NEW.period) > upper(OLD.period) THEN
        RAISE EXCEPTION 'an active version is not prolonged: draft the next one'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER agreements_version_keeps_its_word BEFORE UPDATE ON agreements_version
    FOR EACH ROW EXECUTE FUNCTION agreements_guard_version();

CREATE FUNCTION agreements_guard_activation() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    missing text;
BEGIN
    SELECT string_agg(l.code, ', ') INTO missing FROM public.agreements_lacks(NEW.id) l;
    IF missing IS NOT NULL THEN
        RAISE EXCEPTION 'this version cannot become active, it lacks: %', missing
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER agreements_version_is_complete AFTER INSERT OR UPDATE OF status ON agreements_version
    FOR EACH ROW WHEN (NEW.status = 'actief') EXECUTE FUNCTION agreements_guard_activation();

-- A municipality's zone is its own; nobody else becomes a partner there.
CREATE FUNCTION agreements_guard_partner() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF EXISTS (SELECT FROM public.agreements_agreement a
                WHERE a.id = NEW.agreement_id AND a.zone = 'gemeente' AND a.lead_id <> NEW.organisation_id)
    THEN
        RAISE EXCEPTION 'the zone of one municipality has no other partner' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER agreements_partner_fits_the_zone BEFORE INSERT OR UPDATE ON agreements_partner
    FOR EACH ROW EXECUTE FUNCTION agreements_guard_partner();

-- What a version brings in is reviewed with it, so nothing is slipped into a version that is in force.
CREATE FUNCTION agreements_guard_addition() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    touched uuid := CASE TG_OP WHEN 'INSERT' THEN NEW.version_id ELSE OLD.version_id END;
BEGIN
    IF NOT EXISTS (SELECT FROM public.agreements_version v WHERE v.id = touched AND v.status = 'concept') THEN
        RAISE EXCEPTION 'this is added to or taken from a draft version only' USING ERRCODE = 'check_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE TRIGGER agreements_purpose_comes_with_a_draft BEFORE INSERT OR DELETE ON agreements_purpose
    FOR EACH ROW EXECUTE FUNCTION agreements_guard_addition();
CREATE TRIGGER agreements_category_comes_with_a_draft BEFORE INSERT OR DELETE ON agreements_purposecategory
    FOR EACH ROW EXECUTE FUNCTION agreements_guard_addition();
CREATE TRIGGER agreements_partner_comes_with_a_draft BEFORE INSERT OR DELETE ON agreements_partner
    FOR EACH ROW EXECUTE FUNCTION agreements_guard_addition();

CREATE FUNCTION agreements_guard_category() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM public.agreements_purpose d JOIN public.agreements_version v
                       ON v.agreement_id = d.agreement_id
                    WHERE d.id = NEW.purpose_id AND v.id = NEW.version_id) THEN
        RAISE EXCEPTION 'a category comes with a version of its own agreement' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER agreements_category_is_of_the_agreement BEFORE INSERT ON agreements_purposecategory
    FOR EACH ROW EXECUTE FUNCTION agreements_guard_category();

CREATE FUNCTION agreements_guard_purpose() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF (NEW.id, NEW.agreement_id, NEW.version_id, NEW.regime, NEW.code, NEW.ground, NEW.law, NEW.article,
        NEW.activity, NEW.activity_uri)
       IS DISTINCT FROM (OLD.id, OLD.agreement_id, OLD.version_id, OLD.regime, OLD.code, OLD.ground, OLD.law,
        OLD.article, OLD.activity, OLD.activity_uri) THEN
        RAISE EXCEPTION 'a purpose is ended, never changed' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER agreements_purpose_keeps_its_word BEFORE UPDATE ON agreements_purpose
    FOR EACH ROW EXECUTE FUNCTION agreements_guard_purpose();

CREATE FUNCTION agreements_guard_leaving() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF (NEW.id, NEW.agreement_id, NEW.version_id, NEW.organisation_id, lower(NEW.period))
       IS DISTINCT FROM (OLD.id, OLD.agreement_id, OLD.version_id, OLD.organisation_id, lower(OLD.period))
       OR NOT NEW.period <@ OLD.period THEN
        RAISE EXCEPTION 'a partner leaves earlier, and comes back with a new version'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER agreements_partner_only_leaves BEFORE UPDATE ON agreements_partner
    FOR EACH ROW EXECUTE FUNCTION agreements_guard_leaving();

CREATE FUNCTION agreements_guard_authorisation() RETURNS trigger
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
CREATE TRIGGER agreements_authorisation_is_for_staff BEFORE INSERT OR UPDATE ON agreements_authorisation
    FOR EACH ROW EXECUTE FUNCTION agreements_guard_authorisation();
REVOKE EXECUTE ON FUNCTION agreements_guard_version, agreements_guard_activation, agreements_guard_partner,
    agreements_guard_addition, agreements_guard_category, agreements_guard_purpose, agreements_guard_leaving,
    agreements_guard_authorisation FROM PUBLIC;
"""

NO_GUARDS = """
DROP TRIGGER agreements_version_heeds_its_advice ON agreements_version;
DROP FUNCTION agreements_guard_set_aside();
DROP FUNCTION agreements_set_aside(uuid, text);
DROP FUNCTION agreements_may_set_aside(uuid);
DROP TRIGGER agreements_partner_only_leaves ON agreements_partner;
DROP FUNCTION agreements_guard_leaving();
DROP TRIGGER agreements_purpose_keeps_its_word ON agreements_purpose;
DROP FUNCTION agreements_guard_purpose();
DROP TRIGGER agreements_category_is_of_the_agreement ON agreements_purposecategory;
DROP FUNCTION agreements_guard_category();
DROP TRIGGER agreements_partner_comes_with_a_draft ON agreements_partner;
DROP TRIGGER agreements_category_comes_with_a_draft ON agreements_purposecategory;
DROP TRIGGER agreements_purpose_comes_with_a_draft ON agreements_purpose;
DROP FUNCTION agreements_guard_addition();
DROP TRIGGER agreements_authorisation_is_for_staff ON agreements_authorisation;
DROP FUNCTION agreements_guard_authorisation();
DROP TRIGGER agreements_partner_fits_the_zone ON agreements_partner;
DROP FUNCTION agreements_guard_partner();
DROP TRIGGER agreements_version_is_complete ON agreements_version;
DROP FUNCTION agreements_guard_activation();
DROP TRIGGER agreements_version_keeps_its_word ON agreements_version;
DROP FUNCTION agreements_guard_version();
"""

PROTECTED = ("version", "purpose", "partner", "authorisation", "circle", "circlemember", "agreement")
MAY_WRITE = {
    "agreement": "agreements_may_start(lead_id)",
    "authorisation": "agreements_may_authorise(organisation_id)",
}
POLICIES = "".join(
    f"""
ALTER TABLE agreements_{table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE agreements_{table} FORCE ROW LEVEL SECURITY;
CREATE POLICY agreements_{table}_owner ON agreements_{table} TO vangnet_owner USING (true) WITH CHECK (true);
CREATE POLICY agreements_{table}_insert ON agreements_{table} FOR INSERT TO vangnet_app
    WITH CHECK ({MAY_WRITE.get(table, "agreements_may_administer(agreement_id)")}{
        " AND given_by_id = session_account()" if table == "authorisation" else ""});
CREATE POLICY agreements_{table}_update ON agreements_{table} FOR UPDATE TO vangnet_app
    USING ({MAY_WRITE.get(table, "agreements_may_administer(agreement_id)")});
"""
    for table in PROTECTED
) + """
CREATE POLICY agreements_purpose_delete ON agreements_purpose FOR DELETE TO vangnet_app
    USING (agreements_may_administer(agreement_id));
CREATE POLICY agreements_partner_delete ON agreements_partner FOR DELETE TO vangnet_app
    USING (agreements_may_administer(agreement_id));
CREATE POLICY agreements_purposecategory_delete ON agreements_purposecategory FOR DELETE TO vangnet_app
    USING (agreements_may_administer(
        (SELECT d.agreement_id FROM agreements_purpose d WHERE d.id = purpose_id)));
"""
# Whoever is signed in may read what is agreed; who is in a blind circle is known to itself and its keepers.
READS = "".join(
    f"""
CREATE POLICY agreements_{table}_read ON agreements_{table} FOR SELECT TO vangnet_app
    USING ((SELECT session_account()) IS NOT NULL);
"""
    for table in ("agreement", "version", "purpose", "partner", "authorisation")
) + """
ALTER TABLE agreements_purposecategory ENABLE ROW LEVEL SECURITY;
ALTER TABLE agreements_purposecategory FORCE ROW LEVEL SECURITY;
CREATE POLICY agreements_purposecategory_owner ON agreements_purposecategory TO vangnet_owner
    USING (true) WITH CHECK (true);
CREATE POLICY agreements_purposecategory_read ON agreements_purposecategory FOR SELECT TO vangnet_app
    USING ((SELECT session_account()) IS NOT NULL);
CREATE POLICY agreements_purposecategory_insert ON agreements_purposecategory FOR INSERT TO vangnet_app
    WITH CHECK (agreements_may_administer(
        (SELECT d.agreement_id FROM agreements_purpose d WHERE d.id = purpose_id)));

CREATE FUNCTION agreements_sees_members(wanted uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN EXISTS (SELECT FROM public.agreements_circle c
                    WHERE c.id = wanted
                      AND (public.agreements_may_administer(c.agreement_id)
                           OR c.members_see_each_other
                              AND EXISTS (SELECT FROM public.agreements_circlemember m
                                           WHERE m.circle_id = c.id AND m.period @> public.today()
                                             AND m.organisation_id = public.session_organisation())));
END
$$;
CREATE FUNCTION agreements_in_circle(wanted uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN EXISTS (SELECT FROM public.agreements_circle c
                    WHERE c.id = wanted
                      AND (public.agreements_may_administer(c.agreement_id)
                           OR EXISTS (SELECT FROM public.agreements_circlemember m
                                       WHERE m.circle_id = c.id AND m.period @> public.today()
                                         AND m.organisation_id = public.session_organisation())));
END
$$;
REVOKE EXECUTE ON FUNCTION agreements_sees_members, agreements_in_circle FROM PUBLIC;
CREATE POLICY agreements_circle_read ON agreements_circle FOR SELECT TO vangnet_app
    USING (agreements_in_circle(id));
CREATE POLICY agreements_circlemember_read ON agreements_circlemember FOR SELECT TO vangnet_app
    USING (organisation_id = (SELECT session_organisation()) OR agreements_sees_members(circle_id));
"""


def dropped(table):
    """Return the SQL that takes the policies of a table away again."""
    return f"""
DROP POLICY IF EXISTS agreements_{table}_read ON agreements_{table};
DROP POLICY IF EXISTS agreements_{table}_insert ON agreements_{table};
DROP POLICY IF EXISTS agreements_{table}_delete ON agreements_{table};
DROP POLICY IF EXISTS agreements_{table}_update ON agreements_{table};
DROP POLICY IF EXISTS agreements_{table}_owner ON agreements_{table};
ALTER TABLE agreements_{table} NO FORCE ROW LEVEL SECURITY;
ALTER TABLE agreements_{table} DISABLE ROW LEVEL SECURITY;
"""


NO_POLICIES = "".join(dropped(table) for table in (*PROTECTED, "purposecategory"))
NO_POLICIES += "DROP FUNCTION agreements_sees_members(uuid); DROP FUNCTION agreements_in_circle(uuid);"


class Migration(migrations.Migration):
    dependencies = [("agreements", "0002_chain"), ("identity", "0003_session_context")]
    operations = [
        migrations.RunSQL(QUESTIONS, NO_QUESTIONS),
        migrations.RunSQL(GUARDS, NO_GUARDS),
        migrations.RunSQL(POLICIES + READS, NO_POLICIES),
    ]
