"""Addresses of version 1: Dutch nouns, no slash at the end."""

from __future__ import annotations

from django.urls import path

from vangnet.api import views

app_name = "api"
urlpatterns = [
    path("openapi.json", views.openapi, name="openapi"),
    path("signalen", views.all_signals, name="signals"),
    path("signalen/<uuid:signal>", views.signal, name="signal"),
    path("routes", views.routes, name="routes"),
    path("gemeenten", views.municipalities, name="municipalities"),
    path("<path:path>", views.unknown, name="unknown"),
]
