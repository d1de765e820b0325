from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "vangnet.places"
    verbose_name = "Gebieden"
