from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "vangnet.identity"
    verbose_name = "Organisaties en gebruikers"
