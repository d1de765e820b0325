"""Fields for text that anybody may read."""

from __future__ import annotations

from typing import Any

from django import forms

from vangnet.vault.personal import ODD_SIGNS, find_bsn

ODD = ODD_SIGNS | {13}


class Words(forms.CharField):
    """Text that anybody may read: without steering signs, and without a number of a citizen."""

    has_number = "Hier staat iets dat een burgerservicenummer lijkt. De strategie is openbaar: haal het weg."

    def __init__(self, label: str, *, longest: int, rows: int = 0, **more: Any) -> None:
        widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
        super().__init__(label=label, max_length=longest, widget=widget, **more)

    def clean(self, value: Any) -> str:
        """Return the text as it may be kept."""
        text = str(super().clean(value)).replace("\r\n", "\n").replace("\r", "\n")
        text = "".join(sign for sign in text if ord(sign) not in ODD).strip()
        if find_bsn(text):
            raise forms.ValidationError(self.has_number)
        return text


class Lines(Words):
    """One thing per line."""

    def clean(self, value: Any) -> list[str]:  # type: ignore[override]
        """Return the lines that say something."""
        return [line.strip() for line in super().clean(value).split("\n") if line.strip()]
