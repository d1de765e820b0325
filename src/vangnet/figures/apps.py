from django.apps import AppConfig


class FiguresConfig(AppConfig):
    name = "vangnet.figures"
    verbose_name = "Cijfers"
