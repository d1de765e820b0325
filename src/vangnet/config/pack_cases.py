"""Invented cases for a demonstration, done by members of the cast through the verbs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from vangnet.agreements.models import Authorisation, Purpose
from vangnet.casework import case_actions, supplied
from vangnet.casework.models import Case, MeasureKind, Phenomenon, Term
from vangnet.config.pack_casework import Pack, content_of
from vangnet.config.pack_vault import at_work, let_join, purpose_of
from vangnet.identity.models import Organisation, User

Entry = Mapping[str, Any]


def load_demo(pack: Pack, people: Mapping[str, User], *, at: datetime) -> int:
    """Open the cases of `demo_cases` with all that is done in them; return how many."""
    wanted = content_of(pack).get("demo_cases", [])
    for entry in wanted:
        _Demonstration(entry, people, at).load()
    return len(wanted)


def _term(name: str, code: str) -> Term:
    return Term.objects.get(pk=f"{name}/{code}")


@dataclass(frozen=True)
class _Demonstration:
    entry: Entry
    people: Mapping[str, User]
    now: datetime

    @property
    def purpose(self) -> Purpose:
        return purpose_of(self.entry["purpose"])

    @property
    def opened(self) -> datetime:
        return self.now - timedelta(days=self.entry["days_ago"])

    def after(self, days: int) -> datetime:
        """Return the moment some days after the case was opened."""
        return self.opened + timedelta(days=days)

    def load(self) -> None:
        """Open the case, let partners join, and do what was done."""
        entry, purpose, owner = self.entry, self.purpose, self.people[self.entry["by"]]
        with at_work(owner, purpose):
            case = self._open(owner)
        for partner in entry.get("partners", []):
            let_join(case.pk, purpose, partner, owner, self.people[entry["decided_by"]], self.now)
        if "child" in entry:
            with at_work(owner, purpose):
                case_actions.weigh_child(case, words=entry["child"], by=owner, at=self.after(1))
        for told in entry.get("tasks", []):
            self._task(case, told)
        for told in entry.get("decisions", []):
            self._decision(case, told)
        for told in entry.get("measures", []):
            self._measure(case, told)
        for told in entry.get("contributions", []):
            self._contribution(case, told)
        self._end(case)

    def _open(self, owner: User) -> Case:
        """Open it with a dossier of its own, or on the dossier that was supplied last."""
        entry = self.entry
        told: dict[str, Any] = {
            "tier": entry["tier"],
            "phenomenon": Phenomenon.objects.filter(pk=entry.get("phenomenon", "")).first(),
            "has_minor": entry.get("minor", False),
            "by": owner,
            "at": self.opened,
        }
        if not entry.get("supplied"):
            return case_actions.open_case(purpose=self.purpose, place=entry["place"], **told)
        newest = supplied.waiting()[0]
        return supplied.open_on_supplied(newest.dossier, place=newest.place, **told)

    def _contribution(self, case: Case, told: Entry) -> None:
        author, when = self.people[told["by"]], self.after(told["after"])
        with at_work(author, self.purpose):
            case_actions.record_contribution(
                case,
                kind=_term("bijdrage", told["kind"]),
                on=when.date(),
                hours=told["hours"],
                by=author,
                at=when,
            )

    def _task(self, case: Case, told: Entry) -> None:
        owner, assignee = self.people[self.entry["by"]], self.people[told["for"]]
        given = Authorisation.objects.filter(user=assignee, purpose=self.purpose, revoked_at=None)
        with at_work(owner, self.purpose):
            task = case_actions.assign_task(
                case,
                kind=_term("taak", told["kind"]),
                organisation=given.select_related("organisation")[0].organisation,
                assignee=assignee,
                due_on=self.after(told["due"]).date(),
                details=told["text"],
                by=owner,
                at=self.after(told["after"]),
            )
        if "done" in told:
            with at_work(assignee, self.purpose):
                case_actions.finish_task(task, by=assignee, at=self.after(told["done"]))

    def _decision(self, case: Case, told: Entry) -> None:
        owner, when = self.people[self.entry["by"]], self.after(told["after"])
        with at_work(owner, self.purpose):
            case_actions.record_decision(
                case,
                kind=_term("besluit", told["kind"]),
                on=when.date(),
                words=told["text"],
                by=owner,
                at=when,
            )

    def _measure(self, case: Case, told: Entry) -> None:
        author, when = self.people[told.get("by", self.entry["by"])], self.after(told["after"])
        until = self.after(told["until"]).date() if "until" in told else None
        plan = case_actions.Plan(
            kind=MeasureKind.objects.get(pk=told["kind"]),
            organisation=Organisation.objects.get(slug=told["of"]),
            since=when.date(),
            until=until,
            place=self.entry["place"],
            effect=_term("effect", told["effect"]),
            indicator=told.get("indicator", ""),
            period=told.get("period", ""),
            no_baseline=_term("geen-nulmeting", told["no_baseline"]) if "no_baseline" in told else None,
        )
        with at_work(author, self.purpose):
            measure = case_actions.impose_measure(case, plan, reasons=told["text"], by=author, at=when)
            if "outcome" in told and until:
                outcome = _term("afloop", told["outcome"])
                case_actions.end_measure(
                    measure, outcome=outcome, until=until, by=author, at=self.after(told["until"])
                )

    def _end(self, case: Case) -> None:
        owner = self.people[self.entry["by"]]
        close, offer = self.entry.get("close"), self.entry.get("offer")
        with at_work(owner, self.purpose):
            if close:
                case_actions.close_case(
                    case,
                    result=_term("resultaat", close["result"]),
                    lesson=close["text"],
                    by=owner,
                    at=self.after(close["after"]),
                )
            if offer:
                receiver = Organisation.objects.get(slug=offer["to"])
                case_actions.offer_case(case, receiver=receiver, reasons=offer["text"], by=owner, at=self.now)
