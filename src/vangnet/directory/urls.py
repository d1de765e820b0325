"""Addresses of the network."""

from __future__ import annotations

from django.urls import path

from vangnet.directory import body_views, partner_views, people_views, seat_views, views

app_name = "directory"
urlpatterns = [
    path("", views.index, name="index"),
    path("wie/", people_views.who, name="who"),
    path("mensen/", people_views.people, name="people"),
    path("mensen/<uuid:pk>/", people_views.person, name="person"),
    path("mensen/<uuid:pk>/kaart.vcf", people_views.card, name="card"),
    path("mijn-profiel/", people_views.own, name="own"),
    path("organisaties/", partner_views.organisations, name="organisations"),
    path("deelname/", partner_views.participation, name="participation"),
    path("deelname/nieuw/", partner_views.join, name="join"),
    path("deelname/<uuid:pk>/vertrek/", partner_views.leave, name="leave"),
    path("klopt-niet/", views.faults, name="faults"),
    path("overleggen/", views.bodies, name="bodies"),
    path("overleggen/nieuw/", body_views.new, name="body_new"),
    path("overleggen/<slug:slug>/", views.body, name="body"),
    path("overleggen/<slug:slug>/eindigen/", body_views.end, name="body_end"),
    path("overleggen/<slug:slug>/zetel/", seat_views.new, name="seat_new"),
    path("zetels/<uuid:seat>/benoemen/", seat_views.appoint, name="appoint"),
    path("zetels/<uuid:seat>/vrijgeven/", seat_views.vacate, name="vacate"),
    path("zetels/<uuid:seat>/eindigen/", seat_views.close, name="close"),
]
