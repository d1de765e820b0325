"""Who reads and changes bodies, seats and holders, who speaks for a body, and that nothing is rewritten."""

from django.db import migrations

QUESTIONS = """
-- Whoever works for a partner today sees who holds a seat; the command line loads it.
CREATE FUNCTION directory_reads() RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN public.session_organisation() IS NOT NULL OR public.session_is_service();
END
$$;

-- Chair or secretary today, or deputy of one of these, of a body that exists today, with a second factor, and
-- still at work for the organisation of the seat: who leaves it speaks no more, whatever a seat says.
CREATE FUNCTION directory_speaks_for(wanted text) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    s record := public.session_standing();
BEGIN
    RETURN s.account IS NOT NULL AND s.is_strong AND EXISTS (
        SELECT FROM public.directory_holder h
          JOIN public.directory_seat z ON z.id = h.seat_id
          JOIN public.directory_body b ON b.slug = z.body_id
          LEFT JOIN public.directory_seat d ON d.id = z.deputy_of_id AND d.period @> public.today()
         WHERE h.account_id = s.account AND h.period @> public.today()
           AND z.body_id = wanted AND z.period @> public.today() AND b.period @> public.today()
           AND (z.role IN ('voorzitter', 'secretaris') OR d.role IN ('voorzitter', 'secretaris'))
           AND EXISTS (SELECT FROM public.identity_membership m
                        WHERE m.user_id = h.account_id AND m.organisation_id = z.organisation_id
                          AND m.period @> public.today()));
END
$$;
COMMENT ON FUNCTION directory_speaks_for(text) IS
    'Whether the session speaks for this body today: chair, secretary, or deputy of one of these';

-- Who keeps the seats of a body: who speaks for it, and the driving team.
CREATE FUNCTION directory_keeps(wanted text) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN public.session_is_service()
        OR public.session_is_strong() AND public.session_has_role('aanjaagteam')
        OR public.directory_speaks_for(wanted);
END
$$;

CREATE FUNCTION directory_keeps_seat(wanted uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN public.directory_keeps((SELECT z.body_id FROM public.directory_seat z WHERE z.id = wanted));
END
$$;
REVOKE EXECUTE ON FUNCTION directory_reads, directory_speaks_for, directory_keeps, directory_keeps_seat FROM PUBLIC;
"""
NO_QUESTIONS = """
DROP FUNCTION directory_keeps_seat(uuid);
DROP FUNCTION directory_keeps(text);
DROP FUNCTION directory_speaks_for(text);
DROP FUNCTION directory_reads();
"""

GUARDS = """
ALTER TABLE directory_seat ADD CONSTRAINT directory_seat_of_body UNIQUE (id, body_id);
ALTER TABLE directory_seat ADD CONSTRAINT directory_deputy_of_the_same_body FOREIGN KEY (deputy_of_id, body_id)
    REFERENCES directory_seat (id, body_id);

CREATE FUNCTION directory_guard_seat() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF (NEW.id, NEW.body_id, NEW.role, NEW.organisation_id, NEW.function_id, lower(NEW.period))
               IS DISTINCT FROM (OLD.id, OLD.body_id, OLD.role, OLD.organisation_id, OLD.function_id, lower(OLD.period))
           OR NEW.deputy_of_id IS DISTINCT FROM OLD.deputy_of_id OR NEW.portfolio_id IS DISTINCT FROM OLD.portfolio_id
           OR NOT OLD.period @> NEW.period THEN
            RAISE EXCEPTION 'the seat was changed' USING ERRCODE = 'check_violation';
        END IF;
        IF EXISTS (SELECT FROM public.directory_holder h WHERE h.seat_id = NEW.id AND NOT NEW.period @> h.period) THEN
            RAISE EXCEPTION 'somebody holds the seat then' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF NOT EXISTS (SELECT FROM public.directory_body b WHERE b.slug = NEW.body_id AND b.period && NEW.period) THEN
        RAISE EXCEPTION 'the seat is not there then' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT FROM public.directory_seat z WHERE z.id = NEW.deputy_of_id AND z.role = 'plaatsvervanger') THEN
        RAISE EXCEPTION 'a deputy has no deputy' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER directory_seat_only_ends BEFORE INSERT OR UPDATE ON directory_seat
    FOR EACH ROW EXECUTE FUNCTION directory_guard_seat();

CREATE FUNCTION directory_guard_holder() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF (NEW.id, NEW.seat_id, NEW.account_id, lower(NEW.period))
               IS DISTINCT FROM (OLD.id, OLD.seat_id, OLD.account_id, lower(OLD.period))
           OR NOT OLD.period @> NEW.period THEN
            RAISE EXCEPTION 'the holder was changed' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF NOT EXISTS (SELECT FROM public.directory_seat z WHERE z.id = NEW.seat_id AND z.period @> NEW.period) THEN
        RAISE EXCEPTION 'the seat is not there then' USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (SELECT FROM public.identity_membership m
                     JOIN public.directory_seat z ON z.id = NEW.seat_id AND z.organisation_id = m.organisation_id
                     JOIN public.identity_user u ON u.id = m.user_id AND u.kind = 'persoon' AND u.is_active
                    WHERE m.user_id = NEW.account_id AND m.period @> lower(NEW.period)) THEN
        RAISE EXCEPTION 'the holder does not work there' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER directory_holder_only_ends BEFORE INSERT OR UPDATE ON directory_holder
    FOR EACH ROW EXECUTE FUNCTION directory_guard_holder();
REVOKE EXECUTE ON FUNCTION directory_guard_seat, directory_guard_holder FROM PUBLIC;
"""
NO_GUARDS = """
DROP TRIGGER directory_holder_only_ends ON directory_holder;
DROP FUNCTION directory_guard_holder();
DROP TRIGGER directory_seat_only_ends ON directory_seat;
DROP FUNCTION directory_guard_seat();
ALTER TABLE directory_seat DROP CONSTRAINT directory_deputy_of_the_same_body;
ALTER TABLE directory_seat DROP CONSTRAINT directory_seat_of_body;
"""

LOADS = "(SELECT session_is_service())"
# Table: what is seen, what may be added, and what may be changed. Nobody gives a seat to themselves.
WALLS = {
    **{
        f"directory_{name}": ("true", LOADS, LOADS)
        for name in ("topic", "function", "bodykind", "body")
    },
    "directory_seat": ("true", "directory_keeps(body_id)", "directory_keeps(body_id)"),
    "directory_holder": (
        "(SELECT directory_reads())",
        f"{LOADS} OR account_id <> (SELECT session_account()) AND directory_keeps_seat(seat_id)",
        "directory_keeps_seat(seat_id)",
    ),
}


def wall(table: str, seen: str, added: str, changed: str) -> str:
    """Return the policies of a table."""
    return f"""
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY {table}_owner ON {table} TO vangnet_owner USING (true) WITH CHECK (true);
CREATE POLICY {table}_read ON {table} FOR SELECT TO vangnet_app USING ({seen});
CREATE POLICY {table}_insert ON {table} FOR INSERT TO vangnet_app WITH CHECK ({added});
CREATE POLICY {table}_change ON {table} FOR UPDATE TO vangnet_app USING ({changed}) WITH CHECK ({changed});
"""


def no_wall(table: str) -> str:
    """Return what takes the policies of a table away."""
    return f"""
DROP POLICY {table}_change ON {table};
DROP POLICY {table}_insert ON {table};
DROP POLICY {table}_read ON {table};
DROP POLICY {table}_owner ON {table};
ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("directory", "0001_initial"), ("agreements", "0004_intake")]
    operations = [
        migrations.RunSQL(QUESTIONS, NO_QUESTIONS),
        migrations.RunSQL(GUARDS, NO_GUARDS),
        *[migrations.RunSQL(wall(table, *rules), no_wall(table)) for table, rules in WALLS.items()],
    ]
