"""Addresses of meetings."""

from __future__ import annotations

from django.urls import path

from vangnet.meetings import feed_views, import_views, paper_views, point_views, sitting_views, views

app_name = "meetings"
urlpatterns = [
    path("", views.sittings, name="index"),
    path("mijn/", views.mine, name="mine"),
    path("nieuw/<slug:slug>/", sitting_views.plan, name="plan"),
    path("<uuid:pk>/", views.sitting, name="sitting"),
    path("<uuid:pk>/wijzigen/", sitting_views.change, name="change"),
    path("<uuid:pk>/vervalt/", sitting_views.cancel, name="cancel"),
    path("<uuid:pk>/gehouden/", sitting_views.hold, name="hold"),
    path("<uuid:pk>/vaststellen/", sitting_views.adopt, name="adopt"),
    path("<uuid:pk>/agenda/", sitting_views.agenda, name="agenda"),
    path("<uuid:pk>/aanwezigheid/", sitting_views.attendance, name="attendance"),
    path("<uuid:pk>/aanmelden/", sitting_views.register, name="register"),
    path("oude-lijst/<slug:slug>/", import_views.old_list, name="old_list"),
    path("punten/nieuw/<slug:slug>/", point_views.raise_matter, name="raise"),
    path("punten/<uuid:pk>/", point_views.point, name="point"),
    path("punten/<uuid:pk>/notitie/", point_views.note, name="note"),
    path("punten/<uuid:pk>/besluit/", point_views.rule, name="rule"),
    path("punten/<uuid:pk>/actie/", point_views.agree, name="agree"),
    path("punten/<uuid:pk>/stuk/", paper_views.add, name="add_paper"),
    path("stukken/<uuid:pk>/", paper_views.download, name="paper"),
    path("stukken/<uuid:pk>/weg/", paper_views.remove, name="remove_paper"),
    path("koppelingen/", feed_views.feeds, name="feeds"),
    path("koppelingen/<uuid:pk>/intrekken/", feed_views.revoke, name="revoke"),
    path("kalender/<slug:key>.ics", feed_views.calendar, name="calendar"),
    path("acties/<uuid:pk>/klaar/", point_views.finish, name="finish"),
]
