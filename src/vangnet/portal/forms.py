"""Forms of the portal."""

from __future__ import annotations

from django import forms

from vangnet.portal.models import MailWish


class RhythmForm(forms.Form):
    """How often somebody wants mail."""

    rhythm = forms.ChoiceField(
        label="Hoe vaak wilt u bericht?",
        choices=MailWish.Rhythm.choices,
        widget=forms.RadioSelect,
        help_text="U krijgt alleen bericht als er iets nieuws op u wacht.",
    )
