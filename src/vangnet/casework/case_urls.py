"""Addresses of cases: ids only, so that no address says anything about anybody."""

from __future__ import annotations

from django.urls import include, path

from vangnet.casework import case_views, hand_over_views, letter_views, supplied_views, work_views

app_name = "cases"
CASE = [
    path("", case_views.case, name="case"),
    path("openen/", case_views.open_case, name="open"),
    path("taak/", work_views.task, name="task"),
    path("taak/<uuid:task>/overdragen/", work_views.reassign, name="reassign"),
    path("taak/<uuid:task>/klaar/", work_views.finish, name="finish"),
    path("taak/<uuid:task>/heropenen/", work_views.reopen, name="reopen"),
    path("taak/<uuid:task>/vervalt/", work_views.lapse, name="lapse"),
    path("maatregel/", work_views.measure, name="measure"),
    path("maatregel/<uuid:measure>/", work_views.end_measure, name="end_measure"),
    path("maatregel/<uuid:measure>/brief/", letter_views.letter, name="letter"),
    path("maatregel/<uuid:measure>/later/", work_views.later_outcome, name="later_outcome"),
    path("bijdrage/", work_views.contribution, name="contribution"),
    path("bijdrage/<uuid:contribution>/", work_views.correct, name="correct"),
    path("kind/", work_views.child, name="child"),
    path("besluit/", work_views.decision, name="decision"),
    path("afronden/", work_views.close, name="close"),
    path("overdracht/", hand_over_views.offer, name="offer"),
    path("overdracht/<uuid:offer>/", hand_over_views.answer, name="answer"),
]
urlpatterns = [
    path("", case_views.start, name="start"),
    path("<uuid:purpose>/", case_views.cases, name="cases"),
    path("<uuid:purpose>/bord/", case_views.board, name="board"),
    path("<uuid:purpose>/agenda/", case_views.agenda, name="agenda"),
    path("<uuid:purpose>/nieuw/", case_views.new, name="new"),
    path("<uuid:purpose>/nieuw/<uuid:dossier>/", supplied_views.new, name="from_supply"),
    path("<uuid:purpose>/<uuid:case>/", include(CASE)),
]
