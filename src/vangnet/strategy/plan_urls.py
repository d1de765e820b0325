"""Addresses of project plans."""

from __future__ import annotations

from django.urls import path

from vangnet.strategy import plan_edit_views, plan_step_views, plan_views

urlpatterns = [
    path("", plan_views.plans, name="plans"),
    path("tijdlijn/", plan_views.plan_timeline, name="plan_timeline"),
    path("nieuw/", plan_edit_views.plan_new, name="plan_new"),
    path("begrenzingen/", plan_views.limits, name="limits"),
    path("begrenzingen/nieuw/", plan_step_views.limit_new, name="limit_new"),
    path("begrenzingen/<uuid:limit>/eindigen/", plan_step_views.limit_end, name="limit_end"),
    path("<uuid:plan>/", plan_views.plan, name="plan"),
    path("<uuid:plan>/versies/", plan_views.plan_versions, name="plan_versions"),
    path("<uuid:plan>/kop/", plan_edit_views.plan_head, name="plan_head"),
    path("<uuid:plan>/stand/", plan_step_views.plan_report, name="plan_report"),
    path("<uuid:plan>/tekst/<slug:part>/", plan_edit_views.plan_part, name="plan_part"),
    path("<uuid:plan>/stap/<slug:step>/", plan_step_views.plan_step, name="plan_step"),
    path("<uuid:plan>/oordeel/<slug:decider>/<slug:body>/", plan_step_views.plan_judge, name="plan_judge"),
    path("<uuid:plan>/lijst/<slug:section>/", plan_edit_views.plan_line_new, name="plan_line_new"),
    path("<uuid:plan>/lijst/<slug:section>/<slug:line>/", plan_edit_views.plan_line, name="plan_line"),
    path(
        "<uuid:plan>/lijst/<slug:section>/<slug:line>/weg/",
        plan_edit_views.plan_line_drop,
        name="plan_line_drop",
    ),
]
