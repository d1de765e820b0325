"""Addresses of this module."""

from __future__ import annotations

from django.urls import include, path

from vangnet.strategy import (
    adoption_views,
    change_views,
    goal_views,
    history_views,
    judging_views,
    lesson_views,
    passage_views,
    views,
)

app_name = "strategy"
urlpatterns = [
    path("", views.overview, name="strategy"),
    path("doelen/", views.goals, name="goals"),
    path("doelen/<slug:code>/", goal_views.goal, name="goal"),
    path("doelen/<slug:code>/vordering/", goal_views.report, name="report"),
    path("doelen/<slug:code>/stand/", goal_views.overrule, name="overrule"),
    path("termijnen/", views.commitments, name="commitments"),
    path("vaststellen/", adoption_views.adopt, name="adopt"),
    path("begrippen/", history_views.definitions, name="definitions"),
    path("terugblik/<slug:sort>/nieuw/", lesson_views.add, name="lesson_new"),
    path("terugblik/aanbevelingen/<uuid:pk>/uitkomst/", lesson_views.decide, name="lesson_outcome"),
    path("meerjarenplan/", passage_views.along, name="along"),
    path("meerjarenplan/nieuw/", passage_views.passage_new, name="passage_new"),
    path("meerjarenplan/<uuid:pk>/einde/", passage_views.passage_end, name="passage_end"),
    path("op/", history_views.on_day, name="on_day"),
    path("vergelijken/", history_views.compare, name="compare"),
    path("wijzigingen/", change_views.changes_list, name="changes"),
    path("wijzigingen/nieuw/<slug:sort>/", change_views.new, name="new"),
    path("wijzigingen/<uuid:version>/", change_views.change, name="change"),
    path("wijzigingen/<uuid:version>/aanpassen/", change_views.revise, name="revise"),
    path("wijzigingen/<uuid:version>/indienen/", judging_views.submit, name="submit"),
    path("wijzigingen/<uuid:version>/intrekken/", judging_views.withdraw, name="withdraw"),
    path("wijzigingen/<uuid:version>/gezien/", judging_views.outcome_seen, name="outcome_seen"),
    path("wijzigingen/<uuid:version>/oordeel/<slug:decider>/<slug:body>/", judging_views.judge, name="judge"),
    path("keuzes/", include("vangnet.strategy.choosing_urls")),
    path("plannen/", include("vangnet.strategy.plan_urls")),
    path("<slug:sort>/<slug:item>/wijzigen/", change_views.edit, name="edit"),
    path("<slug:sort>/<slug:item>/vervallen/", change_views.end, name="end"),
    path("<slug:slug>/", views.theme, name="theme"),
]
