from django.apps import AppConfig


class FiguresConfig(AppConfig):
    name = "vangnet.figures"
    verbose_name = "Cijfers"

    def ready(self) -> None:
        """Let the goals of the strategy be measured with our figures."""
        from vangnet.figures import goals
        from vangnet.strategy import measuring

        measuring.use(goals.measured, goals.choices)
