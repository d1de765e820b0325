"""Addresses of the readings."""

from __future__ import annotations

from django.urls import path

from vangnet.vault import readings_views as views

app_name = "readings"
urlpatterns = [
    path("", views.own, name="own"),
    path("organisatie/", views.organisation, name="organisation"),
    path("organisatie/doel/", views.consult, name="consult"),
    path("toelichting/<int:event>/", views.words, name="words"),
]
