"""Addresses of agreements."""

from __future__ import annotations

from django.urls import path

from vangnet.agreements import views

app_name = "agreements"
urlpatterns = [
    path("", views.agreements, name="agreements"),
    path("nieuw/", views.new, name="new"),
    path("deelbaar/", views.shareable, name="shareable"),
    path("wat-mag-ik/", views.mine, name="mine"),
    path("verloopt/", views.expiring, name="expiring"),
    path("<slug:code>/", views.agreement, name="agreement"),
    path("<slug:code>/<slug:kind>/<uuid:pk>/", views.step, name="step"),
]
