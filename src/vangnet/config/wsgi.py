"""The web application for gunicorn."""

from __future__ import annotations

import threading

from django.core.wsgi import get_wsgi_application
from django.urls import reverse

LET_THE_FIRST_PAGE_PASS = 5.0  # seconds


def load_drawing() -> None:
    """Draw one small chart, so that the first reader of a picture does not wait for the renderer to load."""
    from vangnet.ui.charts import Point, trend_chart

    points = [Point("begin", "2012", 1.0), Point("begin", "2013", 2.0)]
    assert trend_chart(points, title="begin", description="begin").svg  # noqa: S101


application = get_wsgi_application()
reverse("portal:home")  # reads all pages now, before the port answers, and not for the first who asks
_loading = threading.Timer(LET_THE_FIRST_PAGE_PASS, load_drawing)
_loading.daemon = True
_loading.start()
