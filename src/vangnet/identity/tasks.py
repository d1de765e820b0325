"""Jobs: what expires is not kept."""

from __future__ import annotations

from procrastinate.contrib.django import app

from vangnet.identity.session import SessionStore


@app.periodic(cron="23 3 * * *")
@app.task(name="identity.forget_sessions", queue="identity")
def forget_sessions(timestamp: int) -> None:
    """Remove the sessions that expired, every night."""
    SessionStore.clear_expired()
