"""Totals of districts and region over the borders of municipalities: when they say nothing about one of them."""

from django.db import migrations

PUBLISHING = """
-- Whether counts per municipality, added up, say nothing about one of them to any of them: whoever takes off
-- what they know themselves is left with three others or more, with 10 or more in each count, and with no
-- count of which more than 85 % is one municipality's. The parts are arrays of three counts.
CREATE FUNCTION casework_says_nothing_of_one(parts jsonb) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN (
        WITH part AS (
            SELECT n AS id, (p -> 0)::int AS a, (p -> 1)::int AS b, (p -> 2)::int AS c,
                   (p -> 0)::int + (p -> 1)::int + (p -> 2)::int AS total
              FROM jsonb_array_elements(parts) WITH ORDINALITY AS given (p, n)
        ), looked_at AS (
            SELECT count(*) FILTER (WHERE o.total > 0) >= 3
                   AND sum(o.a) >= 10 AND sum(o.b) >= 10 AND sum(o.c) >= 10
                   AND max(o.a) <= 0.85 * sum(o.a) AND max(o.b) <= 0.85 * sum(o.b)
                   AND max(o.c) <= 0.85 * sum(o.c) AND max(o.total) <= 0.85 * sum(o.total) AS holds
              FROM (SELECT 0 AS id UNION ALL SELECT id FROM part) viewer
              JOIN part o ON o.id <> viewer.id
             GROUP BY viewer.id
        )
        SELECT coalesce(bool_and(holds), false) FROM looked_at
    );
END
$$;

-- What signals decided in a year took each route, per municipality that weighed them, with its district and unit.
CREATE FUNCTION casework_counted(of_year int) RETURNS TABLE (unit text, district text, part jsonb)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    last_day date := make_date(of_year, 12, 31);
BEGIN
    RETURN QUERY
    WITH district AS (
        SELECT DISTINCT ON (p.part_id) p.part_id, p.whole_id FROM public.places_areapart p
         WHERE p.whole_level = 'district' AND coalesce(lower(p.period), '-infinity') <= last_day
         ORDER BY p.part_id, p.period DESC
    ), unit AS (
        SELECT DISTINCT ON (p.part_id) p.part_id, p.whole_id FROM public.places_areapart p
         WHERE p.whole_level = 'eenheid' AND coalesce(lower(p.period), '-infinity') <= last_day
         ORDER BY p.part_id, p.period DESC
    ), counted AS (
        SELECT o.place, count(*) FILTER (WHERE s.route = 'gemeentelijk') AS a,
               count(*) FILTER (WHERE s.route = 'lokaal') AS b, count(*) FILTER (WHERE s.route = 'riec') AS c
          FROM public.casework_signal s JOIN public.identity_organisation o ON o.id = s.organisation_id
         WHERE s.route <> '' AND s.ends_on > public.today()
           AND s.decided_at >= make_timestamptz(of_year, 1, 1, 0, 0, 0, 'Europe/Amsterdam')
           AND s.decided_at < make_timestamptz(of_year + 1, 1, 1, 0, 0, 0, 'Europe/Amsterdam')
         GROUP BY o.place
    )
    SELECT u.whole_id::text, d.whole_id::text, jsonb_build_array(k.a, k.b, k.c)
      FROM counted k JOIN district d ON d.part_id = k.place JOIN unit u ON u.part_id = d.whole_id;
END
$$;

-- Writes the totals of a year that ended, once; returns whether it did.
CREATE FUNCTION casework_publish_year(of_year int) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    of_unit record;
    hidden text[];
    shown text[];
    whole boolean;
BEGIN
    IF public.scope() IS NULL OR of_year NOT BETWEEN 2000 AND extract(year FROM public.today())::int - 1 THEN
        RETURN false;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('casework_publish_year'));
    IF EXISTS (SELECT FROM public.casework_yearshare y WHERE y.year = of_year) THEN
        RETURN false;
    END IF;
    FOR of_unit IN
        WITH per_district AS (
            SELECT k.unit, k.district, jsonb_agg(k.part) AS parts,
                   sum((k.part -> 0)::int) AS a, sum((k.part -> 1)::int) AS b, sum((k.part -> 2)::int) AS c
              FROM public.casework_counted(of_year) k GROUP BY k.unit, k.district
        )
        SELECT d.unit, jsonb_agg(to_jsonb(d) ORDER BY d.a + d.b + d.c, d.district) AS districts
          FROM per_district d GROUP BY d.unit
    LOOP
        SELECT coalesce(array_agg(d ->> 'district' ORDER BY n) FILTER (WHERE NOT holds), '{}'),
               coalesce(array_agg(d ->> 'district' ORDER BY n) FILTER (WHERE holds), '{}')
          INTO hidden, shown
          FROM (SELECT d, n, public.casework_says_nothing_of_one(d -> 'parts') AS holds
                  FROM jsonb_array_elements(of_unit.districts) WITH ORDINALITY AS listed (d, n)) judged;
        whole := public.casework_says_nothing_of_one(public.casework_together(of_unit.districts, hidden || shown));
        -- The region less what is shown is what is hidden, together. That has to hold too, or more is hidden.
        WHILE whole AND cardinality(hidden) > 0 AND cardinality(shown) > 0
              AND NOT public.casework_says_nothing_of_one(public.casework_together(of_unit.districts, hidden)) LOOP
            hidden := hidden || shown[1];
            shown := shown[2:];
        END LOOP;
        INSERT INTO public.casework_yearshare (year, level, code, municipal, local, riec, published_at)
        SELECT of_year, 'district', d ->> 'district', CASE WHEN d ->> 'district' = ANY (shown) THEN (d -> 'a')::int END,
               CASE WHEN d ->> 'district' = ANY (shown) THEN (d -> 'b')::int END,
               CASE WHEN d ->> 'district' = ANY (shown) THEN (d -> 'c')::int END, now()
          FROM jsonb_array_elements(of_unit.districts) AS listed (d)
        UNION ALL
        SELECT of_year, 'eenheid', of_unit.unit, CASE WHEN whole THEN sum((d -> 'a')::int) END,
               CASE WHEN whole THEN sum((d -> 'b')::int) END, CASE WHEN whole THEN sum((d -> 'c')::int) END, now()
          FROM jsonb_array_elements(of_unit.districts) AS listed (d);
    END LOOP;
    RETURN EXISTS (SELECT FROM public.casework_yearshare y WHERE y.year = of_year);
END
$$;

-- The counts of all municipalities of some districts.
CREATE FUNCTION casework_together(districts jsonb, chosen text[]) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN (SELECT coalesce(jsonb_agg(p), '[]')
              FROM jsonb_array_elements(districts) AS listed (d), jsonb_array_elements(d -> 'parts') AS part (p)
             WHERE d ->> 'district' = ANY (chosen));
END
$$;
REVOKE EXECUTE ON FUNCTION casework_says_nothing_of_one, casework_counted, casework_publish_year,
    casework_together FROM PUBLIC;
"""
NO_PUBLISHING = """
DROP FUNCTION casework_together(jsonb, text[]);
DROP FUNCTION casework_publish_year(int);
DROP FUNCTION casework_counted(int);
DROP FUNCTION casework_says_nothing_of_one(jsonb);
"""

WALLS = """
ALTER TABLE casework_yearshare ENABLE ROW LEVEL SECURITY;
ALTER TABLE casework_yearshare FORCE ROW LEVEL SECURITY;
CREATE POLICY casework_yearshare_owner ON casework_yearshare TO vangnet_owner USING (true) WITH CHECK (true);
CREATE POLICY casework_yearshare_read ON casework_yearshare FOR SELECT TO vangnet_app
    USING ((SELECT scope()) IS NOT NULL);
"""
NO_WALLS = """
DROP POLICY casework_yearshare_read ON casework_yearshare;
DROP POLICY casework_yearshare_owner ON casework_yearshare;
ALTER TABLE casework_yearshare NO FORCE ROW LEVEL SECURITY;
ALTER TABLE casework_yearshare DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0032_year_shares")]
    operations = [migrations.RunSQL(PUBLISHING, NO_PUBLISHING), migrations.RunSQL(WALLS, NO_WALLS)]
