"""Addresses of the note, open to anybody."""

from __future__ import annotations

from django.urls import path

from vangnet.reports import note_views

app_name = "note"
urlpatterns = [
    path("", note_views.page, name="note"),
    path("evaluatie/", note_views.page, {"kind": "evaluatie"}, name="review"),
    path("<slug:kind>.<slug:extension>", note_views.file, name="file"),
]
