"""Addresses for whoever is not signed in."""

from __future__ import annotations

from django.urls import path

from vangnet.casework import public_views

app_name = "melden"
urlpatterns = [
    path("", public_views.choose, name="choose"),
    path("<slug:slug>/", public_views.report, name="report"),
]
