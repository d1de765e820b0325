from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "vangnet.reports"
    verbose_name = "Rapportages"
