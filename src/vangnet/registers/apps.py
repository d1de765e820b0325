from django.apps import AppConfig


class RegistersConfig(AppConfig):
    name = "vangnet.registers"
    verbose_name = "Registers"
