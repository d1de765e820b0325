"""A seat ends with its deputies and holders at once: who ends their own speaks for the body until it is done."""

from django.db import migrations

END = """
CREATE FUNCTION directory_end_seat(wanted uuid, day date) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    ending uuid[];
BEGIN
    IF public.directory_keeps_seat(wanted) IS NOT TRUE THEN
        RAISE EXCEPTION 'not for this session' USING ERRCODE = 'insufficient_privilege';
    END IF;
    ending := ARRAY(SELECT z.id FROM public.directory_seat z
                     WHERE z.id = wanted OR z.deputy_of_id = wanted AND z.period @> day ORDER BY z.id FOR UPDATE);
    UPDATE public.directory_holder h SET period = daterange(lower(h.period), day)
     WHERE h.seat_id = ANY (ending) AND h.period @> day;
    UPDATE public.directory_seat z SET period = daterange(lower(z.period), day) WHERE z.id = ANY (ending);
END
$$;
REVOKE EXECUTE ON FUNCTION directory_end_seat FROM PUBLIC;
"""
NO_END = "DROP FUNCTION directory_end_seat(uuid, date);"


class Migration(migrations.Migration):
    dependencies = [("directory", "0006_departures")]
    operations = [migrations.RunSQL(END, NO_END)]
