from django.apps import AppConfig


class CooperationConfig(AppConfig):
    name = "vangnet.cooperation"
    verbose_name = "Samenwerking"
