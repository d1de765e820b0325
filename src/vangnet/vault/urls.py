"""Addresses of the vault: ids only, so that no address says anything about a person."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from vangnet.vault import emergency_views, export_views, record_views, views, weighing_views

app_name = "vault"
RECORD = [
    path("markering/", record_views.marking, name="marking"),
    path("bestand/", record_views.add_file, name="add_file"),
    path("wie/", record_views.who, name="who"),
    path("waarom/", record_views.why, name="why"),
]
WEIGHING = [
    path("", weighing_views.weighing, name="weighing"),
    path("deelname/", weighing_views.join, name="join"),
    path("verstrekken/<uuid:record>/", weighing_views.supply, name="supply"),
]
DOSSIER: list[URLPattern | URLResolver] = [
    path("", views.dossier, name="dossier"),
    path("openen/", record_views.open_records, name="open"),
    path("bestand/<uuid:record>/<uuid:file>/", record_views.download, name="file"),
    path("betrokkene/", record_views.add_subject, name="add_subject"),
    path("gegeven/", record_views.add_record, name="add_record"),
    path("gegeven/<uuid:record>/", include(RECORD)),
    path("weging/", weighing_views.ask, name="weigh"),
    path("weging/<uuid:weighing>/", include(WEIGHING)),
    path("verstrekking/<uuid:supply>/terugroepen/", weighing_views.recall, name="recall"),
    path("deelnemer/<uuid:organisation>/beeindigen/", views.leave, name="leave"),
    path("sluiten/", views.close, name="close"),
    path("trede/", views.tier, name="tier"),
    path("export/", export_views.export, name="export"),
    path("export/<str:link>/", export_views.export_file, name="export_file"),
]
EMERGENCY = [
    path("", emergency_views.emergencies, name="emergencies"),
    path("<uuid:emergency>/goedkeuren/", emergency_views.approve, name="approve"),
    path("<uuid:emergency>/beeindigen/", emergency_views.end, name="end_emergency"),
]
urlpatterns = [
    path("", views.purposes, name="purposes"),
    path("berichten/", views.notices, name="notices"),
    path("berichten/<uuid:notice>/gezien/", views.acknowledge, name="acknowledge"),
    path("verstrekkingen/", weighing_views.supplies, name="supplies"),
    path("verstrekkingen/<uuid:supply>/terugroepen/", weighing_views.recall_supply, name="recall_supply"),
    path("<uuid:purpose>/", views.dossiers, name="dossiers"),
    path("<uuid:purpose>/nieuw/", views.new, name="new"),
    path("<uuid:purpose>/noodtoegang/", include(EMERGENCY)),
    path("<uuid:purpose>/<uuid:dossier>/", include(DOSSIER)),
]
