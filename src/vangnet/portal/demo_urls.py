"""Addresses of the demo sign-in; config mounts them in demo mode only."""

from __future__ import annotations

from django.urls import path

from vangnet.portal import demo_views

app_name = "demo"
urlpatterns = [
    path("", demo_views.roles, name="roles"),
    path("bevestigen/", demo_views.prove, name="prove"),
    path("<str:token>/", demo_views.sign_in, name="sign_in"),
]
