"""Addresses of choosing themes."""

from __future__ import annotations

from django.urls import path

from vangnet.strategy import choosing_views as views

urlpatterns = [
    path("", views.rounds, name="rounds"),
    path("nieuw/", views.round_new, name="round_new"),
    path("<uuid:choosing>/", views.round_page, name="round"),
    path("<uuid:choosing>/vastzetten/", views.round_lock, name="round_lock"),
    path("<uuid:choosing>/sluiten/", views.round_close, name="round_close"),
    path("<uuid:choosing>/scores/", views.round_scores, name="round_scores"),
    path("<uuid:choosing>/tekst/", views.round_text, name="round_text"),
    path("<uuid:choosing>/<slug:sort>/nieuw/", views.round_add, name="round_add"),
    path("<uuid:choosing>/<slug:sort>/<uuid:piece>/weg/", views.round_drop, name="round_drop"),
]
