"""Addresses of this module."""

from __future__ import annotations

from django.urls import path

from vangnet.strategy import views

app_name = "strategy"
urlpatterns = [
    path("", views.overview, name="strategy"),
    path("doelen/", views.goals, name="goals"),
    path("doelen/<slug:code>/", views.goal, name="goal"),
    path("termijnen/", views.commitments, name="commitments"),
    path("<slug:slug>/", views.theme, name="theme"),
]
