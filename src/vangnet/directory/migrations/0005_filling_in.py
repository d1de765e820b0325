"""Who fills in functions and first profiles from a file; what somebody wrote about themselves stays theirs.

And a holder who has yet to begin can be taken out of a seat, when that person leaves.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

QUESTIONS = """
-- The driving team and administrators fill in what a file tells; the command line loads it.
CREATE FUNCTION directory_fills_in() RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN public.session_is_service()
        OR coalesce(public.session_is_strong()
                    AND (public.session_has_role('aanjaagteam') OR public.session_has_role('beheerder')), false);
END
$$;

-- Of somebody at work who confirmed nothing yet: a profile that they kept is only of who it is about.
CREATE FUNCTION directory_fills_in_for(wanted uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN public.directory_fills_in()
        AND NOT EXISTS (SELECT FROM public.directory_profile p WHERE p.account_id = wanted AND p.filled_in_by_id IS NULL)
        AND EXISTS (SELECT FROM public.identity_user u JOIN public.identity_membership m ON m.user_id = u.id
                     WHERE u.id = wanted AND u.kind = 'persoon' AND u.is_active AND m.period @> public.today());
END
$$;
REVOKE EXECUTE ON FUNCTION directory_fills_in, directory_fills_in_for FROM PUBLIC;
CREATE POLICY directory_function_fill_insert ON directory_function FOR INSERT TO vangnet_app
    WITH CHECK ((SELECT directory_fills_in()));
CREATE POLICY directory_profile_fill_insert ON directory_profile FOR INSERT TO vangnet_app
    WITH CHECK (directory_fills_in_for(account_id) AND filled_in_by_id = (SELECT session_account()));
CREATE POLICY directory_profile_fill_change ON directory_profile FOR UPDATE TO vangnet_app
    USING (filled_in_by_id IS NOT NULL AND directory_fills_in_for(account_id))
    WITH CHECK (filled_in_by_id = (SELECT session_account()) AND directory_fills_in_for(account_id));
CREATE POLICY directory_expertise_fill_delete ON directory_expertise FOR DELETE TO vangnet_app
    USING (directory_fills_in_for(account_id));
CREATE POLICY directory_expertise_fill_insert ON directory_expertise FOR INSERT TO vangnet_app
    WITH CHECK (directory_fills_in_for(account_id));
-- Who has yet to begin, or begins today, held nothing before: taking them out rewrites no day that is past.
CREATE POLICY directory_holder_delete ON directory_holder FOR DELETE TO vangnet_app
    USING (lower(period) >= (SELECT today()) AND directory_keeps_seat(seat_id));
"""
NO_QUESTIONS = """
DROP POLICY directory_holder_delete ON directory_holder;
DROP POLICY directory_expertise_fill_insert ON directory_expertise;
DROP POLICY directory_expertise_fill_delete ON directory_expertise;
DROP POLICY directory_profile_fill_change ON directory_profile;
DROP POLICY directory_profile_fill_insert ON directory_profile;
DROP POLICY directory_function_fill_insert ON directory_function;
DROP FUNCTION directory_fills_in_for(uuid);
DROP FUNCTION directory_fills_in();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0004_people"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AddField(
            model_name="profile",
            name="filled_in_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="ingevuld door",
            ),
        ),
        migrations.RunSQL(QUESTIONS, NO_QUESTIONS),
    ]
