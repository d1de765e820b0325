"""A signal that is read in was received on the day that the other system says it was reported there."""

from django.db import migrations

# As before, and with the days of the reports: of each signal null, or the day whose beginning counts as its arrival.
# The protocol stays that of the day it is read in, for by that one it is weighed.
IMPORTING = """
CREATE FUNCTION casework_import_signals(came timestamptz, at_key text, dossiers uuid[], records uuid[], places text[],
        wrapped bytea[], contents bytea[], sources text[], branches text[], phenomena text[], seen date[],
        <<arg>>marks bytea[], reporters uuid[], protected uuid[], protected_records uuid[], protected_places text[],
        protected_wrapped bytea[], protected_contents bytea[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    aim uuid := public.session_purpose();
    member uuid := public.session_organisation();
    own_scope bigint;
    protection uuid;
    protocol bigint := (SELECT p.id FROM public.casework_protocol p
                         WHERE p.since <= (came AT TIME ZONE 'Europe/Amsterdam')::date
                         ORDER BY p.since DESC, p.version DESC LIMIT 1);
    kept record;
BEGIN
    PERFORM public.vault_check_moment(came);
    IF public.scope_writes() IS NOT TRUE THEN
        PERFORM public.vault_refuse('no authorisation to take in signals');
    END IF;
    IF EXISTS (SELECT FROM unnest(seen) AS d (day) WHERE d.day > public.today()) THEN
        RAISE EXCEPTION 'nothing was seen on a day that has not come' USING ERRCODE = 'check_violation';
    END IF;
<<check>>    SELECT * INTO kept FROM public.vault_keep_reports(aim, 'signaal', 'register', at_key, dossiers, records, places,
        wrapped, contents);
    IF cardinality(protected) > 0 THEN
        protection := public.casework_protection(aim);
        IF protection IS NULL THEN
            RAISE EXCEPTION 'this agreement has no purpose to protect reporters' USING ERRCODE = 'check_violation';
        END IF;
        PERFORM public.vault_keep_reports(protection, 'personalia', 'register', at_key, protected,
            protected_records, protected_places, protected_wrapped, protected_contents);
    END IF;
    own_scope := public.scope(); -- once: asked in the statement below it would be asked for every row
    -- What casework_enlist says of each, of what was written just now and by what it gave; a test compares the two.
    INSERT INTO public.casework_signal (dossier_id, scope_id, organisation_id, purpose_id, number, source, branch_id,
        phenomenon_id, place, observed_on, received_at, reporter, wants_feedback, protocol_id, status, partners,
        outcome, route, hinted, ends_on, round)
    SELECT u.id, own_scope, member, aim, u.number, u.source, u.branch, u.phenomenon, u.place, u.day, <<received>>,
           u.reporter, false, protocol, 'nieuw', 1, '', '', '', kept.term, 1
      FROM unnest(dossiers, kept.numbers, places, sources, branches, phenomena, seen, <<list>>reporters)
           AS u (id, number, place, source, branch, phenomenon, day, <<col>>reporter);
    INSERT INTO public.casework_externalnumber (scope_id, mark, signal_id)
    SELECT own_scope, u.mark, u.id FROM unnest(dossiers, marks) AS u (id, mark) WHERE u.mark IS NOT NULL;
END
$$;
REVOKE EXECUTE ON FUNCTION casework_import_signals FROM PUBLIC;
"""
WITH = {
    "<<arg>>": "reported date[], ",
    "<<check>>": """    IF EXISTS (SELECT FROM unnest(reported) AS d (day)
                WHERE d.day NOT BETWEEN date '1990-01-01' AND public.today()) THEN
        RAISE EXCEPTION 'nothing was reported on a day that has not come' USING ERRCODE = 'check_violation';
    END IF;
""",
    "<<received>>": "LEAST(came, u.told::timestamp AT TIME ZONE 'Europe/Amsterdam')",
    "<<list>>": "reported, ",
    "<<col>>": "told, ",
}
NEW_ONE = """
DROP FUNCTION casework_import_signals(timestamptz, text, uuid[], uuid[], text[], bytea[], bytea[], text[], text[],
    text[], date[], date[], bytea[], uuid[], uuid[], uuid[], text[], bytea[], bytea[]);
"""
OLD_ONE = """
DROP FUNCTION casework_import_signals(timestamptz, text, uuid[], uuid[], text[], bytea[], bytea[], text[], text[],
    text[], date[], bytea[], uuid[], uuid[], uuid[], text[], bytea[], bytea[]);
"""


def filled(parts):
    """Return the function with these parts in it."""
    text = IMPORTING
    for name, part in parts.items():
        text = text.replace(name, part)
    return text


class Migration(migrations.Migration):
    dependencies = [("casework", "0036_expired_drafts")]
    operations = [
        migrations.RunSQL(
            OLD_ONE + filled(WITH), NEW_ONE + filled({name: "" for name in WITH} | {"<<received>>": "came"})
        )
    ]
