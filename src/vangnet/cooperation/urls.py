"""Addresses of what partners do together, below the network."""

from __future__ import annotations

from django.urls import path

from vangnet.cooperation import (
    advice_views,
    capacity_forms,
    capacity_views,
    contribution_views,
    partnership_forms,
    partnership_views,
    table_forms,
    table_views,
)
from vangnet.cooperation.forms import SAYS

app_name = "cooperation"
urlpatterns = [
    path("advies/", advice_views.questions, name="questions"),
    path("advies/nieuw/", advice_views.ask, name="ask"),
    path("advies/<uuid:pk>/", advice_views.question, name="question"),
    *[
        path(f"advies/<uuid:pk>/{step}/", advice_views.say, {"step": str(step)}, name=f"advice_{step}")
        for step in SAYS
    ],
    path("bestuurlijk/", table_views.items, name="items"),
    path("bestuurlijk/nieuw/", table_views.begin, name="begin"),
    path("bestuurlijk/<uuid:pk>/", table_views.item, name="item"),
    path("bestuurlijk/<uuid:pk>/standpunt/", table_views.position, name="position"),
    path("bestuurlijk/<uuid:pk>/steunen/", table_views.support, name="support"),
    *[
        path(f"bestuurlijk/<uuid:pk>/{kind}/", table_views.step, {"kind": str(kind)}, name=f"item_{kind}")
        for kind in table_forms.SAYS
    ],
    path("branches/", partnership_views.partnerships, name="partnerships"),
    path("branches/nieuw/", partnership_views.begin, name="partnership_new"),
    path("branches/<uuid:pk>/", partnership_views.partnership, name="partnership"),
    path("branches/<uuid:pk>/deelnemen/", partnership_views.join, name="partnership_join"),
    path("branches/deelname/<uuid:pk>/vertrek/", partnership_views.leave, name="partnership_leave"),
    *[
        path(
            f"branches/<uuid:pk>/{kind}/", partnership_views.step, {"kind": kind}, name=f"partnership_{kind}"
        )
        for kind in partnership_forms.SAYS
    ],
    path("bijdragen/", contribution_views.ledger, name="contributions"),
    path("bijdragen/nieuw/", contribution_views.contribute, name="contribution_new"),
    path("bijdragen/<uuid:pk>/stoppen/", contribution_views.end, name="contribution_end"),
    path("bijdragen/<slug:slug>/", contribution_views.partner, name="contribution_partner"),
    path("capaciteit/", capacity_views.capacity, name="capacity"),
    path("capaciteit/thema/<slug:slug>/", capacity_views.theme, name="capacity_theme"),
    path("capaciteit/partner/<slug:slug>/", capacity_views.partner, name="capacity_partner"),
    path("capaciteit/opgave/<uuid:pk>/", capacity_views.line, name="capacity_line"),
    path("capaciteit/opgave/<uuid:pk>/wijzigen/", capacity_views.change, name="capacity_change"),
    *[
        path(f"capaciteit/{kind}/nieuw/", capacity_views.state, {"kind": kind}, name=f"capacity_{kind}")
        for kind in capacity_forms.SAYS
    ],
    *[
        path(
            f"capaciteit/jaar/<int:year>/{kind}/",
            capacity_views.settle,
            {"kind": kind},
            name=f"capacity_{kind}",
        )
        for kind in capacity_views.SETTLES
    ],
]
