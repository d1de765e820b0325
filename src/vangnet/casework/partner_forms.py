"""The form for somebody of a partner: their own words for what they came across in their work."""

from __future__ import annotations

from typing import Any

from django import forms

from vangnet.casework.actions import Report
from vangnet.casework.forms import LONGEST
from vangnet.casework.models import Signal
from vangnet.casework.public_forms import OFF, PublicReportForm
from vangnet.casework.public_reports import Form
from vangnet.vault.forms import Words
from vangnet.vault.marks import new_mark
from vangnet.vault.personal import CarefulForm, PlainField


class PartnerReportForm(PublicReportForm):
    """What a partner saw; the organisation is known, and who it was only to who protects reporters."""

    text = PlainField(
        label="Wat bent u in uw werk tegengekomen?",
        help_text="Alleen wat is waargenomen: wat, waar, hoe laat, hoe vaak. Geen vermoedens over waarom, "
        "geen burgerservicenummers, en niets wat u volgens uw eigen wet of geheimhouding niet mag delen.",
        max_length=LONGEST,
        widget=Words(attrs={"rows": 7, **OFF}),
    )
    source = None  # type: ignore[assignment]
    name = None  # type: ignore[assignment]
    contact = PlainField(
        label="Hoe kan de gemeente u bereiken?",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs=OFF),
        help_text="Hoeft niet. Uw naam en dit worden apart verzegeld; wie weegt, ziet alleen uw organisatie.",
    )
    wants_feedback = forms.BooleanField(label="Ik wil horen wat ermee gebeurt", required=False)
    mark = forms.SlugField(widget=forms.HiddenInput, max_length=40, initial=new_mark)

    def __init__(self, *args: Any, at: Form, **kwargs: Any) -> None:
        super(PublicReportForm, self).__init__(*args, **kwargs)
        if not at.protects:
            del self.fields["contact"]

    def clean(self) -> dict[str, Any]:
        """Ask for nothing more: an answer comes on the page of who reported it."""
        return CarefulForm.clean(self)

    def partner_report(self, at: Form, who: str) -> Report:
        """Return what a valid form reports; a name only with how to reach whoever it is."""
        told = self.cleaned_data
        contact = told.get("contact", "")
        return Report(
            text=f"{told['text']}\n\nWaar: {told['where']}",
            source=Signal.Source.PARTNER,
            place=at.place,
            observed_on=told["observed_on"],
            branch=told["branch"],
            phenomenon=told["phenomenon"],
            reporter={"Naam": who, "Bereikbaar": contact} if contact else None,
            attachments=told["attachments"],
        )
