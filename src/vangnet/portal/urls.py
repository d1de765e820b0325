"""Addresses of the portal."""

from __future__ import annotations

from django.urls import path, re_path

from vangnet.portal import views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("zoeken/", views.search, name="search"),
    path("strategie/terugblik/", views.look_back, name="look_back"),
    re_path(r"^strategie/doelen\.(?P<kind>csv|xlsx)$", views.goals_file, name="goals_file"),
    path("handleiding/", views.manual, name="manual"),
    path("handleiding/<slug:slug>/", views.manual_page, name="manual_page"),
    path("toegankelijkheid/", views.accessibility, name="accessibility"),
    path("privacy/", views.privacy, name="privacy"),
    path("bronnen/", views.sources, name="sources"),
    path("gezondheid/", views.health, name="health"),
    path("robots.txt", views.robots, name="robots"),
    path(".well-known/security.txt", views.security_txt, name="security_txt"),
]
