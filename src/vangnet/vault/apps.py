from django.apps import AppConfig


class VaultConfig(AppConfig):
    name = "vangnet.vault"
    verbose_name = "Afgeschermde dossiers"
