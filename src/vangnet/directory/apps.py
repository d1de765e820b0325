from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "vangnet.directory"
    verbose_name = "Netwerk"
