"""Whose session a transaction runs in, and the account of the command line."""

from django.db import migrations

FORWARD = """
CREATE OR REPLACE FUNCTION session_account() RETURNS uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    token text := current_setting('vangnet.token', true);
    account uuid;
BEGIN
    IF token IS NULL OR token = '' THEN
        RETURN NULL;
    END IF;
    SELECT user_id INTO account
      FROM public.identity_session
     WHERE token_hash = sha256(convert_to(token, 'UTF8')) AND expires_at > now();
    RETURN account;
END
$$;

INSERT INTO identity_user (id, email, name, kind, is_active, password)
VALUES (gen_random_uuid(), 'opdrachtregel@vangnet.invalid', 'Opdrachtregel', 'dienst', true, '!');
"""

BACKWARD = """
DELETE FROM identity_user WHERE email = 'opdrachtregel@vangnet.invalid';
CREATE OR REPLACE FUNCTION session_account() RETURNS uuid LANGUAGE sql STABLE RETURN NULL::uuid;
"""


class Migration(migrations.Migration):
    dependencies = [("identity", "0001_initial"), ("audit", "0002_record")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
