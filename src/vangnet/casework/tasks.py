"""Jobs: what is over its time is not kept."""

from __future__ import annotations

from procrastinate.contrib.django import app

from vangnet.identity.operator import operator, service_session


@app.periodic(cron="11 0 * * *")
@app.task(name="casework.forget", queue="casework")
def forget(timestamp: int) -> None:
    """Throw away old drafts and the key with which visitors were counted, just after midnight."""
    from vangnet.vault import doors

    with service_session(operator()):
        doors.one("casework_forget")
