"""Who reported what needs no follow-up is kept no longer than what was reported."""

from django.db import migrations

FORWARD = """
-- The words of the signal end by vault_shorten_term; who reported it lies in a dossier that who weighs does not own.
CREATE FUNCTION casework_shorten_reporter(wanted uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    held record;
BEGIN
    SELECT s.reporter, s.ends_on, s.status INTO held FROM public.casework_signal s
     WHERE s.dossier_id = wanted AND s.scope_id = public.scope() AND s.ends_on > public.today();
    IF NOT FOUND OR public.scope_writes() IS NOT TRUE THEN
        PERFORM public.vault_refuse('not a signal to end');
    ELSIF held.status <> 'geen-vervolg' THEN
        RAISE EXCEPTION 'only without follow-up a reporter is kept shorter' USING ERRCODE = 'check_violation';
    END IF;
    UPDATE public.vault_record r SET delete_by = LEAST(r.delete_by, held.ends_on) WHERE r.dossier_id = held.reporter;
END
$$;
REVOKE EXECUTE ON FUNCTION casework_shorten_reporter FROM PUBLIC;

UPDATE vault_record r SET delete_by = s.ends_on FROM casework_signal s
 WHERE s.reporter = r.dossier_id AND s.status = 'geen-vervolg' AND r.delete_by > s.ends_on;
"""
BACKWARD = "DROP FUNCTION casework_shorten_reporter(uuid);"


class Migration(migrations.Migration):
    dependencies = [("casework", "0034_tasks_of_who_left"), ("vault", "0040_systems")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
