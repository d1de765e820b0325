"""Addresses of registers."""

from __future__ import annotations

from django.urls import include, path

from vangnet.registers import finds_views, groups_views, powers_views, pressure_views, views

app_name = "registers"
GAINS = [
    path("", views.gains, name="gains"),
    path("afpakken.<slug:extension>", views.gain_file, name="gain_file"),
    path("regels/", views.gain_lines, name="gain_lines"),
    path("regels/nieuw/", views.gain_new, name="gain_new"),
    path("regels/<uuid:entry>/corrigeren/", views.gain_correct, name="gain_correct"),
    path("afspraak/", views.gain_agree, name="gain_agree"),
]
POWERS = [
    path("", powers_views.matrix, name="powers"),
    path("bevoegdheden.<slug:extension>", powers_views.powers_file, name="powers_file"),
    path("<str:place>/", powers_views.municipality, name="municipality"),
    path("<str:place>/<slug:instrument>/", powers_views.power, name="power"),
]
GROUPS = [
    path("", groups_views.overview, name="groups"),
    path("nieuw/", groups_views.new, name="group_new"),
    path("<uuid:group>/", groups_views.group, name="group"),
    path("<uuid:group>/stap/", groups_views.step, name="group_step"),
    path("<uuid:group>/meting/", groups_views.review, name="group_review"),
]
FINDS = [
    path("", finds_views.overview, name="finds"),
    path("aantallen.<slug:extension>", finds_views.table, name="finds_file"),
    path("regels/", finds_views.lines, name="find_lines"),
    path("regels/nieuw/", finds_views.new, name="find_new"),
    path("regels/<uuid:entry>/corrigeren/", finds_views.correct, name="find_correct"),
]
PRESSURE = [
    path("", pressure_views.resilience, name="resilience"),
    path("bijwerken/", pressure_views.resilience_change, name="resilience_change"),
    path("intimidatie/", pressure_views.intimidation, name="intimidation"),
    path("intimidatie/melden/", pressure_views.intimidation_new, name="intimidation_new"),
    path("intimidatie/<uuid:entry>/", pressure_views.intimidation_change, name="intimidation_change"),
]
urlpatterns = [
    path("", views.index, name="index"),
    path("afpakken/", include(GAINS)),
    path("bevoegdheden/", include(POWERS)),
    path("jeugdgroepen/", include(GROUPS)),
    path("vondsten/<slug:book>/", include(FINDS)),
    path("weerbaarheid/", include(PRESSURE)),
]
