"""The look of Vangnet: base page, components, charts, maps and style sheets; no tables."""

from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Warning, register

from vangnet.ui import vendor


class UiConfig(AppConfig):
    """Registers the module and tells when the front-end packages are missing."""

    name = "vangnet.ui"
    label = "ui"
    verbose_name = "Vormgeving"

    def ready(self) -> None:
        """Add the check on the front-end packages."""
        register(front_end_packages)


def front_end_packages(**_: Any) -> list[CheckMessage]:
    """Warn when the packages that the pages serve are not installed, or are those of another version."""
    if vendor.is_current():
        return []
    hint = "python -m vangnet.ui.vendor"
    return [Warning("the front-end packages are not installed or not up to date", hint=hint, id="ui.W001")]
