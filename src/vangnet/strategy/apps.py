from django.apps import AppConfig


class StrategyConfig(AppConfig):
    name = "vangnet.strategy"
    verbose_name = "Veiligheidsstrategie"
