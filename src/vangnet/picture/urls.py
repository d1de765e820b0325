"""Addresses of this module."""

from __future__ import annotations

from django.urls import path

from vangnet.picture import views

app_name = "picture"
urlpatterns = [
    path("", views.region, name="region"),
    path("vergelijken/", views.compare, name="compare"),
    path("indicator/<slug:slug>/", views.indicator, name="indicator"),
    path("<str:area>/", views.area, name="area"),
    path("<str:area>/downloads/<slug:indicator>.<slug:extension>", views.download, name="download"),
]
