"""Of how many finds in the region it is not known whether there was fire hazard or stolen electricity."""

from django.db import migrations

COUNTS = """
-- For the region only, as with kinds of facilitators.
CREATE FUNCTION registers_not_known() RETURNS TABLE (year integer, kind text, fire bigint, power bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF NOT public.registers_reads() THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT extract(year FROM f.happened_on)::integer, f.kind::text,
           count(*) FILTER (WHERE f.fire_hazard = 'onbekend'), count(*) FILTER (WHERE f.illegal_power = 'onbekend')
      FROM public.registers_find f
     WHERE NOT f.is_void AND NOT EXISTS (SELECT FROM public.registers_find c WHERE c.replaces_id = f.id)
     GROUP BY 1, 2;
END
$$;
REVOKE EXECUTE ON FUNCTION registers_not_known FROM PUBLIC;
"""
NO_COUNTS = "DROP FUNCTION registers_not_known();"


class Migration(migrations.Migration):
    dependencies = [("registers", "0005_reports_change")]
    operations = [migrations.RunSQL(COUNTS, NO_COUNTS)]
