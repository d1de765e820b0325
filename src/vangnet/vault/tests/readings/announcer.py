"""Announces a reading as a process of its own, says which line it wrote, and waits to be killed."""

import os
import sys
import time
from uuid import UUID

if __name__ == "__main__":
    import django

    django.setup()

    from django.utils import timezone

    from vangnet.identity import token
    from vangnet.vault import doors

    record, purpose = (UUID(word) for word in sys.argv[1:])
    with token.use(os.environ["SESSION"]), token.for_purpose(purpose):
        with doors.rules(durable=True):
            ((line, _, _),) = doors.call("vault_announce", [record], "overleg", None, timezone.now())
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
        time.sleep(60)
