"""Addresses of this module."""

from __future__ import annotations

from django.urls import path

from vangnet.reports import meeting_views, views

app_name = "reports"
urlpatterns = [
    path("", views.reports, name="reports"),
    path("factsheet/<str:code>.<slug:extension>", views.download, name="factsheet"),
    path("vergadering/<uuid:pk>/<slug:document>.<slug:extension>", meeting_views.download, name="meeting"),
]
