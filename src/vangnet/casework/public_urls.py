"""Addresses for whoever reports to a municipality: not signed in, or for a partner."""

from __future__ import annotations

from django.urls import path

from vangnet.casework import partner_views, public_views

app_name = "melden"
urlpatterns = [
    path("", public_views.choose, name="choose"),
    path("partner/", partner_views.reports, name="partner_reports"),
    path("partner/<slug:slug>/", partner_views.report, name="partner_report"),
    path("<slug:slug>/", public_views.report, name="report"),
]
