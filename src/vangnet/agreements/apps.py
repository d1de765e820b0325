from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    name = "vangnet.agreements"
    verbose_name = "Convenanten"
