"""Addresses of this module."""

from __future__ import annotations

from django.urls import path

from vangnet.reports import views

app_name = "reports"
urlpatterns = [
    path("", views.reports, name="reports"),
    path("factsheet/<str:code>.<slug:extension>", views.download, name="factsheet"),
]
