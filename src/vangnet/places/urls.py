"""Addresses of this module."""

from __future__ import annotations

from django.urls import path

from vangnet.places import views

app_name = "places"
urlpatterns = [
    path("", views.areas, name="areas"),
    path("<slug:code>/", views.area, name="area"),
]
