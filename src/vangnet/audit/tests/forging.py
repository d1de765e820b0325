"""What somebody can do who owns the server: switch the triggers off and change the log."""

from contextlib import contextmanager

from tests import databases

TABLES = ("audit_event", "audit_link")


@contextmanager
def forger(name):
    """Give a connection of the owner on which nothing is refused any more."""
    with databases.as_owner(name) as owner:
        for table in TABLES:
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield owner
        for table in TABLES:
            owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def rechain(owner, since):
    """Compute all hashes again from a number on, as somebody does who rewrites the log."""
    owner.execute(
        """
        DO $$
        DECLARE
            link audit_link;
            before bytea;
            next bigint := SINCE - 1;
        BEGIN
            SELECT hash INTO before FROM audit_link WHERE number < SINCE ORDER BY number DESC LIMIT 1;
            FOR link IN SELECT * FROM audit_link WHERE number >= SINCE ORDER BY number LOOP
                next := next + 1;
                UPDATE audit_link l
                   SET number = next, previous = before,
                       hash = sha256(before || convert_to(audit_line(next, e), 'UTF8'))
                  FROM audit_event e
                 WHERE l.number = link.number AND e.id = l.event_id
                RETURNING l.hash INTO before;
            END LOOP;
        END
        $$
        """.replace("SINCE", str(int(since)))
    )
