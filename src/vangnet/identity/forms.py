"""Forms of the second factor, with Dutch labels where the library has none of its own, and of systems."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from allauth.account.forms import ReauthenticateForm
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as ReauthenticateCodeForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.utils import timezone


def _as_code(field: forms.Field, help_text: str) -> None:
    field.label = "Code"
    field.help_text = help_text
    field.widget.attrs |= {"inputmode": "numeric", "autocomplete": "one-time-code", "maxlength": "12"}
    field.widget.attrs.pop("placeholder", None)


class ActivateTotp(ActivateTOTPForm):  # type: ignore[misc]
    """The first code of an authenticator app."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _as_code(self.fields["code"], "De zes cijfers die uw app nu toont.")


class Code(AuthenticateForm):  # type: ignore[misc]
    """A code at sign-in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _as_code(self.fields["code"], "Uit uw app, of een herstelcode.")


class ProofCode(ReauthenticateCodeForm):  # type: ignore[misc]
    """A code from whoever is signed in already."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _as_code(self.fields["code"], "Uit uw app, of een herstelcode.")


class ProofPassword(ReauthenticateForm):  # type: ignore[misc]
    """The password again, from whoever has no second factor yet."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].label = "Wachtwoord"
        self.fields["password"].help_text = ""
        self.fields["password"].widget.attrs.pop("placeholder", None)


class NewPasskey(AddWebAuthnForm):  # type: ignore[misc]
    """A name for a new passkey; it signs in by itself, so it always asks for a PIN or a finger."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = "Naam"
        self.fields["name"].help_text = "Waaraan u deze passkey later herkent, zoals ‘werktelefoon’."
        self.fields["passwordless"].widget = forms.HiddenInput()
        self.initial["passwordless"] = "on"


class NewSystem(forms.Form):
    """A system of one's organisation."""

    naam = forms.CharField(
        label="Naam van het systeem",
        max_length=150,
        help_text="Zoals collega’s het kennen, bijvoorbeeld ‘Zaaksysteem’. Geen naam van een mens.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class NewToken(forms.Form):
    """A token for a system, until a day."""

    systeem = forms.ChoiceField(label="Systeem")
    tot_en_met = forms.DateField(
        label="Geldig tot en met",
        help_text="Hoogstens een jaar. Maak op tijd een nieuw; het oude werkt tot zijn laatste dag.",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, systems: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["systeem"].choices = systems  # type: ignore[attr-defined]
        self.fields["tot_en_met"].initial = timezone.localdate() + timedelta(days=180)

    @property
    def until(self) -> date:
        """The first day without it."""
        last: date = self.cleaned_data["tot_en_met"]
        return last + timedelta(days=1)
