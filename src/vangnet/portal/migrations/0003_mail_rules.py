"""What somebody is told by mail is that person's own, and only jobs may know whose moment it is."""

from django.db import migrations

TABLES = ("portal_mailwish", "portal_told")
LOCK = "".join(
    f"""
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY {table}_owner ON {table} TO vangnet_owner USING (true) WITH CHECK (true);
CREATE POLICY {table}_own ON {table} TO vangnet_app
    USING (user_id = (SELECT session_account())) WITH CHECK (user_id = (SELECT session_account()));
"""
    for table in TABLES
)
UNLOCK = "".join(
    f"""
DROP POLICY {table}_own ON {table};
DROP POLICY {table}_owner ON {table};
ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
"""
    for table in TABLES
)
DUE = """
-- Whose moment it is for mail. It says who works here and how often they want mail, so it is for the accounts of
-- commands and jobs only. Somebody without a role today sees nothing that waits, and gets no mail either.
CREATE FUNCTION portal_mail_due(moment timestamptz, day date) RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
    SELECT u.id FROM public.identity_user u LEFT JOIN public.portal_mailwish w ON w.user_id = u.id
     WHERE EXISTS (SELECT FROM public.identity_user asks
                    WHERE asks.id = public.session_account() AND asks.kind = 'dienst')
       AND u.is_active AND u.kind = 'persoon'
       AND EXISTS (SELECT FROM public.identity_membership m
                    WHERE m.user_id = u.id AND m.period @> public.today())
       AND (w.retry_at IS NULL OR w.retry_at <= moment)
       AND CASE coalesce(w.rhythm, 'dag')
           WHEN 'direct' THEN true
           WHEN 'dag' THEN w.looked_on IS NULL OR w.looked_on < day
           WHEN 'week' THEN w.looked_on IS NULL OR w.looked_on < date_trunc('week', day)::date
           ELSE false END
$$;
REVOKE EXECUTE ON FUNCTION portal_mail_due FROM PUBLIC;
"""
NOT_DUE = "DROP FUNCTION portal_mail_due(timestamptz, date);"


class Migration(migrations.Migration):
    dependencies = [("portal", "0002_mail"), ("identity", "0008_system_access")]

    operations = [
        migrations.RunSQL(LOCK, UNLOCK),
        migrations.RunSQL(DUE, NOT_DUE),
    ]
