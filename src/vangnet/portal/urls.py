"""Addresses of the portal."""

from __future__ import annotations

from django.urls import path, re_path

from vangnet.meetings import leaving_views
from vangnet.portal import (
    capacity_file,
    contribution_file,
    network_map,
    network_views,
    passage_views,
    recommendation_file,
    score_views,
    views,
)

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("account/berichten/", views.mail, name="mail"),
    path("zoeken/", views.search, name="search"),
    path("strategie/terugblik/", views.look_back, name="look_back"),
    path("strategie/meerjarenplan/inlezen/", passage_views.passage_import, name="passage_import"),
    re_path(
        r"^strategie/meerjarenplan\.(?P<kind>csv|xlsx)$", passage_views.passages_file, name="passages_file"
    ),
    re_path(
        r"^strategie/aanbevelingen\.(?P<kind>csv|xlsx)$",
        recommendation_file.recommendations_file,
        name="recommendations_file",
    ),
    re_path(r"^strategie/doelen\.(?P<kind>csv|xlsx)$", views.goals_file, name="goals_file"),
    path("strategie/keuzes/<uuid:choosing>/inlezen/", score_views.score_import, name="score_import"),
    path("strategie/keuzes/<uuid:choosing>/scores.xlsx", score_views.score_blank, name="score_blank"),
    path("netwerk/mensen/<uuid:pk>/overdragen/", leaving_views.hand_over, name="hand_over"),
    re_path(r"^netwerk/capaciteit\.(?P<kind>csv|xlsx)$", capacity_file.capacity_file, name="capacity_file"),
    re_path(
        r"^netwerk/bijdragen\.(?P<kind>csv|xlsx)$",
        contribution_file.contributions_file,
        name="contributions_file",
    ),
    path("netwerk/kaart/", network_map.participation_map, name="network_map"),
    path("netwerk/lijsten/", network_views.network_import, name="network_import"),
    path("netwerk/lijsten/<slug:kind>.xlsx", network_views.network_list, name="network_list"),
    path("handleiding/", views.manual, name="manual"),
    path("handleiding/<slug:slug>/", views.manual_page, name="manual_page"),
    path("toegankelijkheid/", views.accessibility, name="accessibility"),
    path("privacy/", views.privacy, name="privacy"),
    path("bronnen/", views.sources, name="sources"),
    path("gezondheid/", views.health, name="health"),
    path("robots.txt", views.robots, name="robots"),
    path(".well-known/security.txt", views.security_txt, name="security_txt"),
]
