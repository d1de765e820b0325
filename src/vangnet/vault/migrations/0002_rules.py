"""The decision about one record, what belongs in the list, and the constraints over several columns."""

from django.db import migrations

ARROWS = """
CREATE SEQUENCE vault_dossier_number;
ALTER TABLE vault_dossier ADD CONSTRAINT dossier_purpose_key UNIQUE (id, purpose_id);
ALTER TABLE vault_dossier ADD CONSTRAINT dossier_zone_key UNIQUE (id, purpose_id, zone);
ALTER TABLE vault_dossier ADD CONSTRAINT dossier_is_for_a_purpose_of_its_agreement
    FOREIGN KEY (purpose_id, agreement_id) REFERENCES agreements_purpose (id, agreement_id);
ALTER TABLE vault_dossier ADD CONSTRAINT dossier_lies_in_the_zone_of_its_agreement
    FOREIGN KEY (agreement_id, zone) REFERENCES agreements_agreement (id, zone);
ALTER TABLE vault_record ADD CONSTRAINT record_has_purpose_and_zone_of_its_dossier
    FOREIGN KEY (dossier_id, purpose_id, zone) REFERENCES vault_dossier (id, purpose_id, zone);
ALTER TABLE vault_record ADD CONSTRAINT record_category_is_of_its_purpose
    FOREIGN KEY (purpose_id, category_id) REFERENCES agreements_purposecategory (purpose_id, category_id);
ALTER TABLE vault_record ADD CONSTRAINT record_dossier_key UNIQUE (id, dossier_id);
ALTER TABLE vault_emergency ADD CONSTRAINT emergency_has_the_purpose_of_its_dossier
    FOREIGN KEY (dossier_id, purpose_id) REFERENCES vault_dossier (id, purpose_id);
ALTER TABLE vault_dossiercircle ADD COLUMN purpose_id uuid NOT NULL;
ALTER TABLE vault_dossiercircle ADD CONSTRAINT circle_has_the_purpose_of_the_dossier
    FOREIGN KEY (dossier_id, purpose_id) REFERENCES vault_dossier (id, purpose_id);
ALTER TABLE vault_dossiercircle ADD CONSTRAINT dossier_has_the_purpose_of_the_circle
    FOREIGN KEY (circle_id, purpose_id) REFERENCES agreements_circle (id, purpose_id);
"""
NO_ARROWS = """
ALTER TABLE vault_dossiercircle DROP CONSTRAINT dossier_has_the_purpose_of_the_circle,
    DROP CONSTRAINT circle_has_the_purpose_of_the_dossier, DROP COLUMN purpose_id;
ALTER TABLE vault_emergency DROP CONSTRAINT emergency_has_the_purpose_of_its_dossier;
ALTER TABLE vault_record DROP CONSTRAINT record_dossier_key,
    DROP CONSTRAINT record_category_is_of_its_purpose,
    DROP CONSTRAINT record_has_purpose_and_zone_of_its_dossier;
ALTER TABLE vault_dossier DROP CONSTRAINT dossier_lies_in_the_zone_of_its_agreement,
    DROP CONSTRAINT dossier_is_for_a_purpose_of_its_agreement,
    DROP CONSTRAINT dossier_zone_key, DROP CONSTRAINT dossier_purpose_key;
DROP SEQUENCE vault_dossier_number;
"""

DECISION = """
CREATE FUNCTION vault_strictness(marking text) RETURNS smallint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE marking WHEN 'clear' THEN 1 WHEN 'green' THEN 2 WHEN 'amber' THEN 3
                        WHEN 'amber+strict' THEN 4 WHEN 'red' THEN 5 END;

-- Which organisations take part in which dossier, from a day until a day; directly or through a circle.
CREATE VIEW vault_party WITH (security_invoker = true) AS
    SELECT p.dossier_id, p.organisation_id, p.since, coalesce(p.until, '9999-12-31'::date) AS until,
           NULL::uuid AS circle_id
      FROM vault_participation p
    UNION ALL
    SELECT dc.dossier_id, m.organisation_id,
           lower(m.period * c.period), coalesce(upper(m.period * c.period), '9999-12-31'::date), c.id
      FROM vault_dossiercircle dc
      JOIN agreements_circle c ON c.id = dc.circle_id
      JOIN agreements_circlemember m ON m.circle_id = c.id AND m.period && c.period;

CREATE FUNCTION vault_takes_part(wanted uuid, member uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    -- The plain way first: it nearly always answers, and the other is the dearer question.
    IF EXISTS (SELECT FROM public.vault_party p
                WHERE p.dossier_id = wanted AND p.organisation_id = member AND p.circle_id IS NULL
                  AND p.since <= public.today() AND p.until > public.today()) THEN
        RETURN true;
    END IF;
    RETURN EXISTS (SELECT FROM public.vault_party p
                    WHERE p.dossier_id = wanted AND p.organisation_id = member AND p.circle_id IS NOT NULL
                      AND p.since <= public.today() AND p.until > public.today());
END
$$;

CREATE FUNCTION vault_emergency_holds(wanted uuid, account uuid, member uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN (
    SELECT EXISTS (SELECT FROM public.vault_emergency e
                    WHERE e.dossier_id = wanted AND e.person_id = account AND e.organisation_id = member
                      AND e.approved_at IS NOT NULL AND e.ended_at IS NULL AND e.until > now())
    );
END
$$;

-- The one decision about one record, for whoever it is asked: per rule whether it holds. Null: no such record.
CREATE FUNCTION vault_rules(wanted uuid, account uuid, member uuid, purpose uuid) RETURNS boolean[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    r record;
    highest smallint;
    authorised boolean;
    belongs boolean := true;
    emergency boolean;
    named boolean := true;
BEGIN
    SELECT x.dossier_id, x.purpose_id, x.source_id, x.marking, x.restricted_at, x.delete_by,
           d.agreement_id, d.tier AS dossier_tier, d.status, c.tier, v.activated_at
      INTO r
      FROM public.vault_record x
      JOIN public.vault_dossier d ON d.id = x.dossier_id
      JOIN public.agreements_purposecategory c ON c.purpose_id = x.purpose_id AND c.category_id = x.category_id
      JOIN public.agreements_version v ON v.id = c.version_id
     WHERE x.id = wanted;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    highest := public.agreements_tier(account, member, r.purpose_id, ARRAY['verwerking', 'rechtmatigheid']);
    -- An authorisation counts only while purpose, agreement, partner and membership hold: then these four are
    -- not asked again, but each for itself when there is none, to say which rule it is that does not hold.
    authorised := highest IS NOT NULL;
    IF NOT authorised THEN
        belongs := EXISTS (SELECT FROM public.identity_membership m
                             JOIN public.identity_user u ON u.id = m.user_id AND u.is_active
                            WHERE m.user_id = account AND m.organisation_id = member
                              AND m.period @> public.today());
    END IF;
    emergency := public.vault_emergency_holds(r.dossier_id, account, member);
    IF r.marking = 'red' THEN
        named := EXISTS (SELECT FROM public.vault_recipient t WHERE t.record_id = wanted
                            AND t.person_id = account AND t.organisation_id = member);
    ELSIF r.marking = 'amber+strict' THEN
        named := r.source_id = member OR EXISTS (SELECT FROM public.vault_recipient t
                                                  WHERE t.record_id = wanted AND t.organisation_id = member);
    END IF;
    RETURN ARRAY[
        -- verwerkingsdoel
        purpose IS NOT NULL AND r.purpose_id = purpose
            AND (authorised OR public.agreements_purpose_is_live(r.purpose_id)),
        -- convenant
        authorised OR public.agreements_is_live(r.agreement_id),
        -- partner
        authorised OR public.agreements_is_partner(r.agreement_id, member),
        -- lidmaatschap
        belongs,
        -- autorisatie
        authorised,
        -- deelname
        emergency OR public.vault_takes_part(r.dossier_id, member),
        -- categorie
        r.activated_at IS NOT NULL,
        -- trede
        r.tier <= r.dossier_tier AND (emergency OR r.tier <= coalesce(highest, 0)),
        -- vertrouwelijkheid
        emergency OR named,
        -- status
        r.status IN ('open', 'gesloten') OR r.status = 'afgeschermd'
            AND public.agreements_tier(account, member, r.purpose_id, ARRAY['rechtmatigheid']) IS NOT NULL,
        -- beperking
        r.restricted_at IS NULL,
        -- bewaartermijn
        r.delete_by > public.today()
    ];
END
$$;

-- The same by name; pages show it.
CREATE FUNCTION vault_decision(wanted uuid, account uuid, member uuid, purpose uuid)
    RETURNS TABLE (step int, rule text, holds boolean)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    rules boolean[] := public.vault_rules(wanted, account, member, purpose);
BEGIN
    IF rules IS NULL THEN
        RETURN QUERY SELECT 0, 'bestaat', false;
        RETURN;
    END IF;
    RETURN QUERY SELECT n.place::int, n.name, rules[n.place]
      FROM unnest(ARRAY['verwerkingsdoel', 'convenant', 'partner', 'lidmaatschap', 'autorisatie', 'deelname',
                        'categorie', 'trede', 'vertrouwelijkheid', 'status', 'beperking', 'bewaartermijn'])
           WITH ORDINALITY AS n (name, place);
END
$$;

CREATE FUNCTION vault_holds(wanted uuid, account uuid, member uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN coalesce(true = ALL (public.vault_rules(wanted, account, member, public.session_purpose())), false);
END
$$;

CREATE FUNCTION vault_may(wanted uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    s record := public.session_standing();
BEGIN
    RETURN s.is_strong AND public.vault_holds(wanted, s.account, s.organisation);
END
$$;

-- May this session add to this dossier, in a category of this tier? Null tier: the dossier itself.
CREATE FUNCTION vault_may_write(wanted uuid, category text) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    s record := public.session_standing();
BEGIN
    RETURN s.is_strong AND EXISTS (
        SELECT FROM public.vault_dossier d
         WHERE d.id = wanted AND d.status = 'open' AND d.purpose_id = public.session_purpose()
           AND public.agreements_is_partner(d.agreement_id, s.organisation)
           AND public.vault_takes_part(d.id, s.organisation)
           AND coalesce((SELECT c.tier FROM public.agreements_purposecategory c
                           JOIN public.agreements_version v ON v.id = c.version_id
                                AND v.activated_at IS NOT NULL
                          WHERE c.purpose_id = d.purpose_id AND c.category_id = category),
                        CASE WHEN category IS NULL THEN 1 END)
               -- Without an authorisation nothing: LEAST leaves a null out.
               <= LEAST(d.tier, coalesce(public.agreements_tier(s.account, s.organisation, d.purpose_id,
                                                                ARRAY['verwerking']), 0)));
END
$$;

CREATE FUNCTION scope() RETURNS bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    s record := public.session_standing();
    purpose uuid := public.session_purpose();
BEGIN
    IF NOT s.is_strong OR public.agreements_tier(s.account, s.organisation, purpose,
            ARRAY['verwerking', 'rechtmatigheid']) IS NULL THEN
        RETURN NULL;
    END IF;
    RETURN (SELECT x.id FROM public.vault_scope x
             WHERE x.organisation_id = s.organisation AND x.purpose_id = purpose);
END
$$;

CREATE FUNCTION scope_tier() RETURNS smallint
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    s record := public.session_standing();
BEGIN
    RETURN public.agreements_tier(s.account, s.organisation, public.session_purpose(),
                                  ARRAY['verwerking', 'rechtmatigheid']);
END
$$;

CREATE FUNCTION scope_reviews() RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    s record := public.session_standing();
BEGIN
    RETURN public.agreements_tier(s.account, s.organisation, public.session_purpose(),
                                  ARRAY['rechtmatigheid']) IS NOT NULL;
END
$$;
REVOKE EXECUTE ON FUNCTION vault_strictness, vault_takes_part, vault_emergency_holds, vault_rules, vault_decision,
    vault_holds, vault_may, vault_may_write, scope, scope_tier, scope_reviews FROM PUBLIC;
"""
NO_DECISION = """
DROP FUNCTION scope_reviews();
DROP FUNCTION scope();
DROP FUNCTION scope_tier();
DROP FUNCTION vault_may_write(uuid, text);
DROP FUNCTION vault_may(uuid);
DROP FUNCTION vault_holds(uuid, uuid, uuid);
DROP FUNCTION vault_decision(uuid, uuid, uuid, uuid);
DROP FUNCTION vault_rules(uuid, uuid, uuid, uuid);
DROP FUNCTION vault_emergency_holds(uuid, uuid, uuid);
DROP FUNCTION vault_takes_part(uuid, uuid);
DROP VIEW vault_party;
DROP FUNCTION vault_strictness(text);
"""

# What should be in vault_entry; touching ranges of days are one, so that nothing is listed twice.
REACH = """
CREATE VIEW vault_reach WITH (security_invoker = true) AS
    WITH party AS NOT MATERIALIZED (
        SELECT dossier_id, organisation_id, unnest(range_agg(daterange(since, until))) AS days
          FROM vault_party WHERE since < until GROUP BY dossier_id, organisation_id
    ), listed AS (
        SELECT d.id AS dossier_id, NULL::uuid AS record_id, p.organisation_id, NULL::uuid AS reader,
               1::smallint AS tier, p.days, NULL::text AS category_id, NULL::uuid AS source_id, ''::text AS marking,
               NULL::date AS first_processed, NULL::date AS delete_by
          FROM vault_dossier d JOIN party p ON p.dossier_id = d.id
        UNION ALL
        SELECT r.dossier_id, r.id, p.organisation_id, t.person_id, c.tier,
               p.days * daterange(NULL, r.delete_by), r.category_id, r.source_id, r.marking,
               r.first_processed, r.delete_by
          FROM vault_record r
          JOIN vault_dossier d ON d.id = r.dossier_id
          JOIN agreements_purposecategory c ON c.purpose_id = r.purpose_id AND c.category_id = r.category_id
               AND c.tier <= d.tier
          JOIN agreements_version v ON v.id = c.version_id AND v.activated_at IS NOT NULL
          JOIN party p ON p.dossier_id = r.dossier_id
          LEFT JOIN LATERAL (SELECT DISTINCT t.person_id FROM vault_recipient t
                              WHERE t.record_id = r.id AND t.organisation_id = p.organisation_id
                                AND t.person_id IS NOT NULL) t ON r.marking = 'red'
         WHERE r.restricted_at IS NULL
           AND CASE r.marking
                 WHEN 'red' THEN t.person_id IS NOT NULL
                 WHEN 'amber+strict' THEN r.source_id = p.organisation_id
                      OR EXISTS (SELECT FROM vault_recipient o
                                  WHERE o.record_id = r.id AND o.organisation_id = p.organisation_id)
                 ELSE true END
    )
    SELECT s.id AS scope_id, l.dossier_id AS dossier, l.record_id AS record, l.reader, l.tier,
           d.status = 'afgeschermd' AS shielded,
           coalesce(lower(l.days), '0001-01-01'::date) AS since, coalesce(upper(l.days), '9999-12-31'::date) AS until,
           d.number, d.place, d.status, d.owner_id, d.opened_on,
           l.category_id, l.source_id, l.marking, l.first_processed, l.delete_by
      FROM listed l
      JOIN vault_dossier d ON d.id = l.dossier_id
      JOIN vault_scope s ON s.organisation_id = l.organisation_id AND s.purpose_id = d.purpose_id
     WHERE NOT isempty(l.days);

-- The stubs of a dossier, or of one record in it: adding a record costs the same in a large dossier.
CREATE FUNCTION vault_refresh(wanted uuid, one uuid DEFAULT NULL) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    -- One at a time per dossier: who comes second must see what the first put into the list.
    PERFORM FROM public.vault_dossier d WHERE d.id = wanted FOR NO KEY UPDATE;
    IF one IS NOT NULL THEN
        DELETE FROM public.vault_entry e WHERE e.dossier = wanted AND e.record = one;
        INSERT INTO public.vault_entry (scope_id, dossier, record, reader, tier, shielded, since, until, number,
            place, status, owner_id, opened_on, category_id, source_id, marking, first_processed, delete_by)
        SELECT r.* FROM public.vault_reach r WHERE r.dossier = wanted AND r.record = one;
        RETURN;
    END IF;
    INSERT INTO public.vault_scope (organisation_id, purpose_id)
    SELECT DISTINCT p.organisation_id, d.purpose_id
      FROM public.vault_party p JOIN public.vault_dossier d ON d.id = p.dossier_id
     WHERE p.dossier_id = wanted
    ON CONFLICT DO NOTHING;
    DELETE FROM public.vault_entry e WHERE e.dossier = wanted;
    INSERT INTO public.vault_entry (scope_id, dossier, record, reader, tier, shielded, since, until, number,
        place, status, owner_id, opened_on, category_id, source_id, marking, first_processed, delete_by)
    SELECT r.* FROM public.vault_reach r WHERE r.dossier = wanted;
END
$$;

CREATE FUNCTION vault_touch() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    changed jsonb := to_jsonb(CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END);
    touched uuid;
    one uuid;
BEGIN
    FOR touched, one IN EXECUTE TG_ARGV[0] USING changed LOOP
        PERFORM public.vault_refresh(touched, one);
    END LOOP;
    RETURN NULL;
END
$$;
CREATE TRIGGER vault_dossier_is_listed AFTER INSERT OR UPDATE ON vault_dossier
    FOR EACH ROW EXECUTE FUNCTION vault_touch('SELECT ($1->>''id'')::uuid, NULL::uuid');
CREATE TRIGGER vault_participation_is_listed AFTER INSERT OR UPDATE OR DELETE ON vault_participation
    FOR EACH ROW EXECUTE FUNCTION vault_touch('SELECT ($1->>''dossier_id'')::uuid, NULL::uuid');
CREATE TRIGGER vault_dossiercircle_is_listed AFTER INSERT OR UPDATE OR DELETE ON vault_dossiercircle
    FOR EACH ROW EXECUTE FUNCTION vault_touch('SELECT ($1->>''dossier_id'')::uuid, NULL::uuid');
CREATE TRIGGER vault_record_is_listed AFTER INSERT OR UPDATE OR DELETE ON vault_record
    FOR EACH ROW EXECUTE FUNCTION vault_touch('SELECT ($1->>''dossier_id'')::uuid, ($1->>''id'')::uuid');
CREATE TRIGGER vault_recipient_is_listed AFTER INSERT OR UPDATE OR DELETE ON vault_recipient
    FOR EACH ROW EXECUTE FUNCTION vault_touch(
        'SELECT dossier_id, id FROM public.vault_record WHERE id = ($1->>''record_id'')::uuid');
CREATE TRIGGER vault_circle_is_listed AFTER UPDATE ON agreements_circle
    FOR EACH ROW EXECUTE FUNCTION vault_touch(
        'SELECT dossier_id, NULL::uuid FROM public.vault_dossiercircle WHERE circle_id = ($1->>''id'')::uuid');
CREATE TRIGGER vault_circlemember_is_listed AFTER INSERT OR UPDATE OR DELETE ON agreements_circlemember
    FOR EACH ROW EXECUTE FUNCTION vault_touch(
        'SELECT dossier_id, NULL::uuid FROM public.vault_dossiercircle WHERE circle_id = ($1->>''circle_id'')::uuid');
REVOKE EXECUTE ON FUNCTION vault_refresh, vault_touch FROM PUBLIC;
"""
NO_REACH = """
DROP TRIGGER vault_circlemember_is_listed ON agreements_circlemember;
DROP TRIGGER vault_circle_is_listed ON agreements_circle;
DROP TRIGGER vault_recipient_is_listed ON vault_recipient;
DROP TRIGGER vault_record_is_listed ON vault_record;
DROP TRIGGER vault_dossiercircle_is_listed ON vault_dossiercircle;
DROP TRIGGER vault_participation_is_listed ON vault_participation;
DROP TRIGGER vault_dossier_is_listed ON vault_dossier;
DROP FUNCTION vault_touch();
DROP FUNCTION vault_refresh(uuid, uuid);
DROP VIEW vault_reach;
"""


class Migration(migrations.Migration):
    dependencies = [("vault", "0001_initial"), ("agreements", "0003_rights")]
    operations = [
        migrations.RunSQL(ARROWS, NO_ARROWS),
        migrations.RunSQL(DECISION, NO_DECISION),
        migrations.RunSQL(REACH, NO_REACH),
    ]
