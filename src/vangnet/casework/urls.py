"""Addresses of signals: ids only, so that no address says anything about anybody."""

from __future__ import annotations

from django.urls import include, path

from vangnet.casework import (
    import_views,
    meeting_views,
    partner_views,
    public_views,
    telling_views,
    views,
    weighing_views,
)

app_name = "casework"
SIGNAL = [
    path("", views.signal, name="signal"),
    path("openen/", weighing_views.open_signal, name="open"),
    path("wegen/", weighing_views.weigh, name="weigh"),
    path("uitkomst/", weighing_views.conclude, name="conclude"),
    path("actie/", weighing_views.act, name="act"),
    path("lijkt-op/", views.likeness, name="likeness"),
    path("terugkoppeling/", weighing_views.feedback, name="feedback"),
    path("antwoord/", partner_views.answer, name="answer"),
]
MEETING = [
    path("", meeting_views.meeting, name="meeting"),
    path("wijzigen/", meeting_views.change, name="meeting_change"),
    path("agenda/", meeting_views.arrange, name="meeting_arrange"),
    path("sluiten/", meeting_views.close, name="meeting_close"),
    path("besluitenlijst.<slug:extension>", meeting_views.decisions, name="meeting_file"),
    path("<uuid:signal>/", meeting_views.item, name="meeting_item"),
]
urlpatterns = [
    path("", views.counters, name="counters"),
    path("meldformulier/", public_views.switch, name="public_form"),
    path("terugkoppelen/", telling_views.reporters, name="reporters"),
    path("<uuid:purpose>/", views.signals, name="signals"),
    path("<uuid:purpose>/nieuw/", views.receive, name="receive"),
    path("<uuid:purpose>/inlezen/", import_views.take_in, name="import"),
    path("<uuid:purpose>/weegoverleg/", views.agenda, name="agenda"),
    path("<uuid:purpose>/weegoverleg/nieuw/", meeting_views.prepare, name="meeting_new"),
    path("<uuid:purpose>/weegoverleg/<uuid:meeting>/", include(MEETING)),
    path("<uuid:purpose>/routes/", views.routes, name="routes"),
    path("<uuid:purpose>/doorlooptijd/", views.turnaround, name="pace"),
    path("<uuid:purpose>/<uuid:signal>/", include(SIGNAL)),
]
