"""The fingerprint of a key is noted once, and only ever extended by a rotation."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION vault_note_key(of_zone text, mark bytea) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    before bytea := (SELECT k.fingerprint FROM public.vault_zonekey k WHERE k.zone = of_zone);
BEGIN
    IF before IS NULL THEN
        INSERT INTO public.vault_zonekey (zone, fingerprint, noted_at) VALUES (of_zone, mark, now())
        ON CONFLICT DO NOTHING;
    ELSIF substr(mark, 1, length(before)) IS DISTINCT FROM before THEN
        RAISE EXCEPTION 'another key than this database was sealed with' USING ERRCODE = 'check_violation';
    ELSIF mark <> before THEN
        UPDATE public.vault_zonekey k SET fingerprint = mark, noted_at = now() WHERE k.zone = of_zone;
    END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION vault_note_key FROM PUBLIC;
DROP POLICY vault_zonekey_insert ON vault_zonekey;
"""
BACKWARD = """
CREATE POLICY vault_zonekey_insert ON vault_zonekey FOR INSERT TO vangnet_app WITH CHECK (true);
DROP FUNCTION vault_note_key(text, bytea);
"""


class Migration(migrations.Migration):
    dependencies = [("vault", "0006_views")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
