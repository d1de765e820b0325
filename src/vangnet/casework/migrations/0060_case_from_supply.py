"""A case on a dossier that was supplied, and what the municipality hears of it."""

from django.db import migrations

SUPPLIED = """
-- A dossier that was supplied to the organisation of this session, for who may process for its purpose; with the
-- number of the signal that it comes from, and whether something of it may still be read.
CREATE FUNCTION casework_supplied_dossier(wanted uuid)
    RETURNS TABLE (dossier uuid, number text, supplier uuid, supplied_at timestamptz, place text, tier smallint,
        origin_number text, is_open boolean, has_case boolean, is_there boolean)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF public.vault_owns(wanted) IS NOT TRUE OR public.casework_holds_cases(public.session_purpose()) IS NOT TRUE THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT d.id, d.number::text, x.supplier_id, x.supplied_at, d.place::text, d.tier, x.origin_number,
           d.status = 'open', EXISTS (SELECT FROM public.casework_case c WHERE c.dossier_id = d.id), x.is_there
      FROM public.vault_dossier d, LATERAL (
           SELECT s.supplier_id, s.supplied_at, coalesce(g.number, '')::text AS origin_number,
                  s.recalled_at IS NULL AND public.vault_may(s.copy_id) AS is_there
             FROM public.vault_record c
             JOIN public.vault_supply s ON s.copy_id = c.id AND s.recipient_id = d.owner_id
             JOIN public.vault_record o ON o.id = s.origin_id
             LEFT JOIN public.casework_signal g ON g.dossier_id = o.dossier_id
            WHERE c.dossier_id = d.id
            ORDER BY 4 DESC, s.supplied_at, s.id LIMIT 1) x
     WHERE d.id = wanted AND d.status <> 'afgeschermd'
       AND d.tier <= public.agreements_tier(public.session_account(), d.owner_id, d.purpose_id, ARRAY['verwerking']);
END
$$;

-- Which of them wait for a case, what was supplied last first.
CREATE FUNCTION casework_supplied()
    RETURNS TABLE (dossier uuid, number text, supplier uuid, supplied_at timestamptz, place text, tier smallint,
        origin_number text, is_open boolean, has_case boolean, is_there boolean)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN QUERY
    SELECT x.*
      FROM (SELECT DISTINCT c.dossier_id FROM public.vault_supply s JOIN public.vault_record c ON c.id = s.copy_id
             WHERE s.recipient_id = public.session_organisation() AND s.recalled_at IS NULL
               AND c.purpose_id = public.session_purpose() AND c.restricted_at IS NULL
               AND NOT EXISTS (SELECT FROM public.casework_case k WHERE k.dossier_id = c.dossier_id)) q,
           LATERAL public.casework_supplied_dossier(q.dossier_id) x
     WHERE x.is_open AND x.is_there AND NOT x.has_case
     ORDER BY x.supplied_at DESC, x.number LIMIT 50;
END
$$;

-- What was supplied is the dossier of the case. The case is the one of its signal when that was passed on along the
-- route to this zone, and no other organisation has made one of it.
CREATE FUNCTION casework_open_supplied(wanted uuid, new_tier int, at_place text, of_phenomenon text, minor boolean,
        opened timestamptz) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    known record;
    d public.vault_dossier;
    from_signal uuid;
BEGIN
    -- The supplies before the dossier, as who recalls one takes them.
    PERFORM FROM public.vault_supply s
      WHERE s.copy_id IN (SELECT c.id FROM public.vault_record c WHERE c.dossier_id = wanted) ORDER BY s.id FOR SHARE;
    SELECT x.* INTO d FROM public.vault_dossier x WHERE x.id = wanted FOR NO KEY UPDATE;
    SELECT x.* INTO known FROM public.casework_supplied_dossier(wanted) x;
    IF known.dossier IS NULL OR coalesce(public.agreements_tier(public.session_account(), d.owner_id, d.purpose_id,
            ARRAY['verwerking']), 0) < new_tier THEN
        PERFORM public.vault_refuse('not permitted');
    ELSIF known.has_case THEN
        RAISE EXCEPTION 'this dossier is a case already' USING ERRCODE = 'check_violation';
    ELSIF NOT known.is_open THEN
        RAISE EXCEPTION 'this dossier is not open' USING ERRCODE = 'check_violation';
    ELSIF NOT known.is_there THEN
        RAISE EXCEPTION 'what was supplied here is not there any more' USING ERRCODE = 'check_violation';
    ELSIF new_tier IS NULL OR new_tier < d.tier THEN
        RAISE EXCEPTION 'the tier of an open dossier only goes up' USING ERRCODE = 'check_violation';
    END IF;
    SELECT g.dossier_id INTO from_signal
      FROM public.vault_record c
      JOIN public.vault_supply s ON s.copy_id = c.id AND s.recalled_at IS NULL
      JOIN public.vault_record o ON o.id = s.origin_id
      JOIN public.casework_signal g ON g.dossier_id = o.dossier_id AND g.number = known.origin_number
     WHERE c.dossier_id = wanted AND g.status = 'doorgezet'
       AND (g.route, d.zone) IN (('gemeentelijk', 'gemeente'), ('lokaal', 'lokaal'), ('riec', 'riec'))
       AND NOT EXISTS (SELECT FROM public.casework_case k
                        WHERE k.origin = g.dossier_id AND k.organisation_id <> d.owner_id) LIMIT 1;
    UPDATE public.vault_dossier x SET tier = new_tier, place = at_place
     WHERE x.id = wanted AND (x.tier, x.place) IS DISTINCT FROM (new_tier, at_place);
    INSERT INTO public.casework_case (dossier_id, organisation_id, purpose_id, number, kind, place, phenomenon_id,
        opened_at, status, has_minor, origin, origin_number)
    VALUES (d.id, d.owner_id, d.purpose_id, d.number, d.zone, at_place, of_phenomenon, opened, 'open',
        minor OR EXISTS (SELECT FROM public.vault_subject b WHERE b.dossier_id = wanted AND b.is_minor),
        from_signal, known.origin_number);
END
$$;
REVOKE EXECUTE ON FUNCTION casework_supplied_dossier, casework_supplied, casework_open_supplied FROM PUBLIC;
"""
NO_SUPPLIED = """
DROP FUNCTION casework_open_supplied(uuid, int, text, text, boolean, timestamptz);
DROP FUNCTION casework_supplied();
DROP FUNCTION casework_supplied_dossier(uuid);
"""

BECAME = """
DROP FUNCTION casework_case_of_signal(uuid);
-- Which case became of a signal, for who may see the signal.
CREATE FUNCTION casework_case_of_signal(wanted uuid)
    RETURNS TABLE (id uuid, purpose uuid, number text{column})
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN QUERY
    SELECT c.dossier_id, c.purpose_id, c.number::text{value}
      FROM public.casework_signal s JOIN public.casework_case c ON c.origin = s.dossier_id
     WHERE s.dossier_id = wanted AND s.scope_id = public.scope() AND s.ends_on > public.today();
END
$$;
REVOKE EXECUTE ON FUNCTION casework_case_of_signal FROM PUBLIC;
"""
DATED = BECAME.replace("{column}", ", opened_at timestamptz").replace("{value}", ", c.opened_at")
UNDATED = BECAME.replace("{column}", "").replace("{value}", "")

ROUTES = """
-- How many signals that were decided within a span became a case, per route, of what this session may see.
CREATE FUNCTION casework_became_cases(since timestamptz, until timestamptz) RETURNS TABLE (route text, n bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN QUERY
    SELECT s.route::text, count(*)
      FROM public.casework_case c JOIN public.casework_signal s ON s.dossier_id = c.origin
     WHERE s.scope_id = public.scope() AND s.ends_on > public.today()
       AND s.decided_at >= since AND s.decided_at < until
     GROUP BY s.route;
END
$$;
REVOKE EXECUTE ON FUNCTION casework_became_cases FROM PUBLIC;
"""
NO_ROUTES = "DROP FUNCTION casework_became_cases(timestamptz, timestamptz);"


class Migration(migrations.Migration):
    dependencies = [("casework", "0051_answer_is_told"), ("vault", "0060_supplied_together")]
    operations = [
        migrations.RunSQL(SUPPLIED, NO_SUPPLIED),
        migrations.RunSQL(DATED, UNDATED),
        migrations.RunSQL(ROUTES, NO_ROUTES),
    ]
