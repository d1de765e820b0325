"""A dossier goes to another organisation: ownership and what each of the two sees, in one step."""

from django.db import migrations

HAND_OVER = """
-- Whoever is to own a dossier is a partner with somebody who may read all of it.
CREATE FUNCTION vault_can_own(wanted uuid, member uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM public.vault_dossier d
          JOIN public.agreements_authorisation a ON a.purpose_id = d.purpose_id AND a.organisation_id = member
         WHERE d.id = wanted AND public.agreements_is_partner(d.agreement_id, member)
           AND a.task = 'verwerking' AND a.revoked_at IS NULL AND a.period @> public.today()
           AND public.agreements_tier(a.user_id, member, d.purpose_id, ARRAY['verwerking']) >= d.tier);
END
$$;

-- Who takes part, then the dossier: the order in which everything else that changes them takes these locks too.
CREATE FUNCTION vault_hold_dossier(wanted uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    PERFORM FROM public.vault_participation p WHERE p.dossier_id = wanted ORDER BY p.id FOR UPDATE;
    PERFORM FROM public.vault_dossier d WHERE d.id = wanted FOR NO KEY UPDATE;
END
$$;

-- The one who gives loses sight of the dossier in the transaction in which the other gets it: its participation
-- ends, its circles and emergencies go, what it asked and nobody decided is withdrawn. What it supplied to others
-- stays supplied, and can be recalled by it as before.
CREATE FUNCTION vault_hand_over(wanted uuid, giver uuid, receiver uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    PERFORM public.vault_hold_dossier(wanted);
    IF NOT EXISTS (SELECT FROM public.vault_dossier d
                    WHERE d.id = wanted AND d.status = 'open' AND d.owner_id = giver) THEN
        RAISE EXCEPTION 'this dossier is not open' USING ERRCODE = 'check_violation';
    ELSIF public.vault_can_own(wanted, receiver) IS NOT TRUE THEN
        RAISE EXCEPTION 'the new owner has nobody who may read all of the dossier' USING ERRCODE = 'check_violation';
    END IF;
    UPDATE public.vault_participation p SET until = GREATEST(p.since, public.today())
     WHERE p.dossier_id = wanted AND p.organisation_id = giver AND (p.until IS NULL OR p.until > public.today());
    DELETE FROM public.vault_dossiercircle c
     WHERE c.dossier_id = wanted AND EXISTS (SELECT FROM public.agreements_circlemember m
                                              WHERE m.circle_id = c.circle_id AND m.organisation_id = giver);
    UPDATE public.vault_emergency e SET ended_at = now()
     WHERE e.dossier_id = wanted AND e.organisation_id = giver AND e.ended_at IS NULL;
    UPDATE public.vault_weighing w SET status = 'ingetrokken'
     WHERE w.dossier_id = wanted AND w.organisation_id = giver AND w.status = 'ingediend';
    UPDATE public.vault_participation p SET is_owner = true, until = NULL
     WHERE p.dossier_id = wanted AND p.organisation_id = receiver
       AND p.since <= public.today() AND (p.until IS NULL OR p.until > public.today());
    IF NOT FOUND THEN
        INSERT INTO public.vault_participation (id, dossier_id, organisation_id, is_owner, since)
        VALUES (gen_random_uuid(), wanted, receiver, true, public.today());
    END IF;
    UPDATE public.vault_dossier d SET owner_id = receiver WHERE d.id = wanted;
END
$$;
REVOKE EXECUTE ON FUNCTION vault_can_own, vault_hold_dossier, vault_hand_over FROM PUBLIC;
"""
NO_HAND_OVER = """
DROP FUNCTION vault_hand_over(uuid, uuid, uuid);
DROP FUNCTION vault_hold_dossier(uuid);
DROP FUNCTION vault_can_own(uuid, uuid);
"""


class Migration(migrations.Migration):
    dependencies = [("vault", "0021_public_reports")]
    operations = [migrations.RunSQL(HAND_OVER, NO_HAND_OVER)]
