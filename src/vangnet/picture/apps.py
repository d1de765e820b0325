from django.apps import AppConfig


class PictureConfig(AppConfig):
    name = "vangnet.picture"
    verbose_name = "Beelden"
