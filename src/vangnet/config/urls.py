"""All addresses: Dutch paths, trailing slash on pages."""

from __future__ import annotations

from django.conf import settings
from django.urls import include, path

urlpatterns = [
    path("", include("vangnet.portal.urls")),
    path("account/", include("allauth.account.urls")),
    path("stijlgids/", include("vangnet.ui.urls")),
]
if settings.DEMO:
    urlpatterns += [path("demo/", include("vangnet.portal.demo_urls"))]
