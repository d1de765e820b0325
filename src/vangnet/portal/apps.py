from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "vangnet.portal"
    verbose_name = "Portaal"
