"""Verbs of what one chooses from in cases: terms and kinds of measures, as a region pack delivers them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from string import Template
from typing import Any, Final

from django.db import transaction

from vangnet.audit import log
from vangnet.casework.models import Letter, MeasureKind, Term
from vangnet.casework.protocol import BadProtocol
from vangnet.identity.models import Organisation, User

PARTS: Final = {"family", "name", "article", "competent", "health"}
# What the text of a letter may name as `$name`.
NAMES: Final = {"gemeente", "datum", "nummer", "maatregel", "artikel", "bevoegd", "vanaf", "tot"}


@transaction.atomic
def record_case_lists(entry: Mapping[str, Any], *, by: User, at: datetime) -> None:
    """Make the choices in cases what is given; what cases name already stays.

    Raises
    ------
    BadProtocol
        A list or a kind of measure is not one that Vangnet knows, or lacks something.
    """
    terms = list(_terms(entry["lists"]))
    kinds = list(_kinds(entry["measures"], _bodies(entry.get("competent", {}))))
    letters = list(_letters(entry.get("letters", {}), {code for code, _ in kinds}))
    for pk, told in terms:
        Term.objects.update_or_create(id=pk, defaults=told)
    for code, told in kinds:
        MeasureKind.objects.update_or_create(code=code, defaults=told)
    for code, told in letters:
        Letter.objects.update_or_create(code=code, defaults=told)
    log.record("casework.case_lists.recorded", "", by=by, at=at, terms=len(terms), measures=len(kinds))


def _terms(lists: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    unlike = set(lists) ^ set(Term.List.values)
    if unlike:
        raise BadProtocol(f"cases: the lists are {sorted(Term.List.values)}; look at {sorted(unlike)}")
    for name, choices in lists.items():
        for order, (code, words) in enumerate(choices.items()):
            told = words if isinstance(words, Mapping) else {"name": words}
            use = told.get("use", "")
            allowed = name == Term.List.OUTCOME and use in Term.Use
            if set(told) - {"name", "use"} or "name" not in told or (use and not allowed):
                raise BadProtocol(
                    f"cases: {name}/{code} has a name and, in 'afloop', perhaps a use: {Term.Use.values}"
                )
            yield f"{name}/{code}", {"list": name, "name": told["name"], "use": use, "order": order}


def _bodies(competent: Mapping[str, list[str]]) -> Mapping[str, list[str]]:
    """Return which kinds of organisation are who is competent; who is left out may be any."""
    for who, kinds in competent.items():
        if who not in MeasureKind.Competent or not kinds or set(kinds) - set(Organisation.Kind.values):
            raise BadProtocol(
                f"cases: competent {who!r} is nobody known, or no kind of organisation: {kinds}"
            )
    return competent


def _kinds(
    measures: Mapping[str, Mapping[str, Any]], bodies: Mapping[str, list[str]]
) -> Iterator[tuple[str, dict[str, Any]]]:
    for order, (code, told) in enumerate(measures.items()):
        where = f"cases: measure {code!r}"
        if set(told) - PARTS or not {"family", "name", "competent"} <= set(told):
            raise BadProtocol(f"{where} has other parts than {sorted(PARTS)}, or lacks one")
        if told["family"] not in MeasureKind.Family or told["competent"] not in MeasureKind.Competent:
            raise BadProtocol(f"{where} has an unknown family or nobody known who is competent")
        yield (
            code,
            {
                "family": told["family"],
                "name": told["name"],
                "article": told.get("article", ""),
                "competent": told["competent"],
                "bodies": list(bodies.get(told["competent"], [])),
                "is_health": bool(told.get("health", False)),
                "order": order,
            },
        )


def _letters(
    letters: Mapping[str, Mapping[str, Any]], kinds: set[str]
) -> Iterator[tuple[str, dict[str, Any]]]:
    for order, (code, told) in enumerate(letters.items()):
        where = f"cases: letter {code!r}"
        if set(told) != {"measure", "name", "subject", "text"} or told["measure"] not in kinds:
            raise BadProtocol(f"{where} has measure (one of this pack), name, subject and text")
        for words in (told["subject"], *told["text"]):
            found = Template(words)
            if not found.is_valid() or set(found.get_identifiers()) - NAMES:
                raise BadProtocol(f"{where} names something else than {sorted(NAMES)}: {words!r}")
        yield (
            code,
            {
                "kind_id": told["measure"],
                "name": told["name"],
                "subject": told["subject"],
                "paragraphs": list(told["text"]),
                "order": order,
            },
        )
