"""A portfolio is held at work for the organisation of its seat, in a body that exists today."""

from django.db import migrations

PORTFOLIOS = """
-- The themes of which the session holds the portfolio today, each with the body of that seat. Who left the
-- organisation of the seat holds it no more, whatever the seat says.
CREATE FUNCTION strategy_my_portfolios() RETURNS TABLE (theme text, body text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    me uuid := public.session_account();
BEGIN
    RETURN QUERY
        SELECT z.portfolio_id::text, z.body_id::text FROM public.directory_holder h
          JOIN public.directory_seat z ON z.id = h.seat_id
          JOIN public.directory_body b ON b.slug = z.body_id
         WHERE h.account_id = me AND z.portfolio_id IS NOT NULL AND h.period @> public.today()
           AND z.period @> public.today() AND b.period @> public.today()
           AND EXISTS (SELECT FROM public.identity_membership m
                        WHERE m.user_id = me AND m.organisation_id = z.organisation_id
                          AND m.period @> public.today());
END
$$;

-- The bodies in which the session holds the portfolio of the theme that a version is about.
CREATE FUNCTION strategy_portfolio_bodies(wanted uuid) RETURNS SETOF text
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN QUERY
        SELECT p.body FROM public.strategy_version v
          LEFT JOIN public.strategy_version former ON former.id = v.replaces_id
          JOIN public.strategy_my_portfolios() p
            ON p.theme = CASE WHEN v.kind = 'thema' THEN v.item
                              ELSE coalesce(v.content, former.content) ->> 'theme' END
         WHERE v.id = wanted AND public.session_is_strong();
END
$$;
REVOKE EXECUTE ON FUNCTION strategy_my_portfolios, strategy_portfolio_bodies FROM PUBLIC;

CREATE OR REPLACE FUNCTION strategy_holds_portfolio(wanted uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN EXISTS (SELECT FROM public.strategy_portfolio_bodies(wanted));
END
$$;

CREATE OR REPLACE FUNCTION strategy_speaks(wanted uuid, decider text, body text) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF decider = 'portefeuillehouder' THEN
        RETURN EXISTS (SELECT FROM public.strategy_portfolio_bodies(wanted) held WHERE held = body);
    END IF;
    RETURN public.directory_speaks_for(body)
       AND EXISTS (SELECT FROM public.directory_body b
                    WHERE b.slug = body AND b.kind_id = decider AND b.period @> public.today());
END
$$;

CREATE OR REPLACE FUNCTION strategy_keeps_goal(wanted text) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN public.session_is_strong() AND (
        public.session_has_role('aanjaagteam') OR EXISTS (
        SELECT FROM public.strategy_goal g JOIN public.strategy_my_portfolios() p ON p.theme = g.theme_id
         WHERE g.code = wanted));
END
$$;
"""
NO_PORTFOLIOS = """
CREATE OR REPLACE FUNCTION strategy_holds_portfolio(wanted uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN public.session_is_strong() AND EXISTS (
        SELECT FROM public.strategy_version v
          LEFT JOIN public.strategy_version former ON former.id = v.replaces_id
          JOIN public.directory_seat s
            ON s.portfolio_id = CASE WHEN v.kind = 'thema' THEN v.item
                                     ELSE coalesce(v.content, former.content) ->> 'theme' END
          JOIN public.directory_holder h ON h.seat_id = s.id
         WHERE v.id = wanted AND h.account_id = public.session_account()
           AND s.period @> public.today() AND h.period @> public.today());
END
$$;
CREATE OR REPLACE FUNCTION strategy_speaks(wanted uuid, decider text, body text) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF decider = 'portefeuillehouder' THEN
        RETURN public.strategy_holds_portfolio(wanted)
           AND EXISTS (SELECT FROM public.directory_seat s JOIN public.directory_holder h ON h.seat_id = s.id
                        WHERE s.body_id = body AND h.account_id = public.session_account()
                          AND s.period @> public.today() AND h.period @> public.today());
    END IF;
    RETURN public.directory_speaks_for(body)
       AND EXISTS (SELECT FROM public.directory_body b
                    WHERE b.slug = body AND b.kind_id = decider AND b.period @> public.today());
END
$$;
CREATE OR REPLACE FUNCTION strategy_keeps_goal(wanted text) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN public.session_is_strong() AND (
        public.session_has_role('aanjaagteam') OR EXISTS (
        SELECT FROM public.strategy_goal g
          JOIN public.directory_seat s ON s.portfolio_id = g.theme_id
          JOIN public.directory_holder h ON h.seat_id = s.id
         WHERE g.code = wanted AND h.account_id = public.session_account()
           AND s.period @> public.today() AND h.period @> public.today()));
END
$$;
DROP FUNCTION strategy_portfolio_bodies(uuid);
DROP FUNCTION strategy_my_portfolios();
"""


class Migration(migrations.Migration):
    dependencies = [("strategy", "0041_own_words"), ("directory", "0006_departures")]
    operations = [migrations.RunSQL(PORTFOLIOS, NO_PORTFOLIOS)]
