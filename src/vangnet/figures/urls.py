"""Addresses of this module."""

from __future__ import annotations

from django.urls import path, re_path

from vangnet.figures import views

app_name = "figures"
urlpatterns = [
    path("", views.indicators, name="indicators"),
    path("inlezen/", views.imports, name="imports"),
    path("inlezen/<uuid:pk>/", views.delivery, name="import"),
    path("inlezen/<uuid:pk>/opslaan/", views.save, name="save"),
    path("inlezen/<uuid:pk>/weggooien/", views.discard, name="discard"),
    path("inlezen/<uuid:pk>/terugdraaien/", views.undo, name="undo"),
    path("ophalen/", views.fetches, name="fetches"),
    path("ophalen/<uuid:pk>/", views.fetch, name="fetch"),
    path("ophalen/<uuid:pk>/opnieuw/", views.retry, name="retry"),
    path("<slug:slug>/", views.indicator, name="indicator"),
    re_path(r"^(?P<slug>[-\w]+)/cijfers\.(?P<kind>csv|xlsx)$", views.download, name="download"),
]
