"""All addresses: Dutch paths, trailing slash on pages, none in the API."""

from __future__ import annotations

from django.conf import settings
from django.urls import include, path

urlpatterns = [
    path("", include("vangnet.portal.urls")),
    path("convenanten/", include("vangnet.agreements.urls")),
    path("beelden/", include("vangnet.picture.urls")),
    path("cijfers/", include("vangnet.figures.urls")),
    path("dossiers/", include("vangnet.vault.urls")),
    path("signalen/", include("vangnet.casework.urls")),
    path("netwerk/", include("vangnet.directory.urls")),
    path("netwerk/", include("vangnet.cooperation.urls")),
    path("vergaderingen/", include("vangnet.meetings.urls")),
    path("registers/", include("vangnet.registers.urls")),
    path("melden/", include("vangnet.casework.public_urls")),
    path("casussen/", include("vangnet.casework.case_urls")),
    path("strategie/", include("vangnet.strategy.urls")),
    path("gebieden/", include("vangnet.places.urls")),
    path("nota/", include("vangnet.reports.note_urls")),
    path("rapporten/", include("vangnet.reports.urls")),
    path("inzagen/", include("vangnet.vault.readings_urls")),
    path("account/", include("vangnet.identity.urls")),
    path("api/v1/", include("vangnet.api.urls")),
    path("stijlgids/", include("vangnet.ui.urls")),
]
if settings.DEMO:
    urlpatterns += [path("demo/", include("vangnet.portal.demo_urls"))]
