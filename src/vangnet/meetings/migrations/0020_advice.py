"""A change of the strategy waits for a body that may advise on it too, until it did."""

from django.db import migrations


def changes_for(turn: str) -> str:
    """Return what gives the changes that wait for a body, with whose turn it is."""
    return f"""
CREATE OR REPLACE FUNCTION meetings_changes_for(wanted text) RETURNS TABLE (version uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
    SELECT v.id FROM public.strategy_version v
      JOIN public.directory_body b ON b.slug = wanted AND b.period @> public.today()
     WHERE v.state = 'ingediend' AND public.directory_reads()
       AND EXISTS (SELECT FROM public.strategy_route r
                    WHERE r.kind = v.kind AND r.decider = b.kind_id AND {turn}
                      AND NOT EXISTS (SELECT FROM public.strategy_verdict d
                                       WHERE d.version_id = v.id AND d.stage = r.stage AND d.body_id = b.slug))
$$;
"""


OPEN = "r.stage = public.strategy_open_stage(v.id)"


class Migration(migrations.Migration):
    dependencies = [("meetings", "0011_in_reach"), ("strategy", "0059_advice")]
    operations = [migrations.RunSQL(changes_for(f"(r.act = 'advies' OR {OPEN})"), changes_for(OPEN))]
