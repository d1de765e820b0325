"""Addresses of the network."""

from __future__ import annotations

from django.urls import path

from vangnet.directory import seat_views, views

app_name = "directory"
urlpatterns = [
    path("", views.index, name="index"),
    path("klopt-niet/", views.faults, name="faults"),
    path("overleggen/", views.bodies, name="bodies"),
    path("overleggen/<slug:slug>/", views.body, name="body"),
    path("overleggen/<slug:slug>/zetel/", seat_views.new, name="seat_new"),
    path("zetels/<uuid:seat>/benoemen/", seat_views.appoint, name="appoint"),
    path("zetels/<uuid:seat>/vrijgeven/", seat_views.vacate, name="vacate"),
    path("zetels/<uuid:seat>/eindigen/", seat_views.close, name="close"),
]
