"""Every address of the site, read from the URL table, and how to fill in the parts that differ per record.

A page with a part in its address needs a line in `RECIPES`. Without it `test_a01_every_route.py` fails, so a
new page is attacked from the day it is made.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from vangnet.identity.models import User

Kwargs = dict[str, Any]
NO_RECORD = {"kind", "extension"}  # parts of an address that choose a form, not a record


@dataclass(frozen=True)
class Route:
    """One line of the URL table."""

    name: str  # with its namespaces; the pattern itself when it has no name
    parts: tuple[str, ...]
    view: Callable[..., Any]

    @property
    def is_ours(self) -> bool:
        return self.view.__module__.startswith("vangnet.")

    @property
    def is_strict(self) -> bool:
        """Say whether the view itself says which methods it takes; class views answer OPTIONS and PUT too."""
        return self.is_ours and not hasattr(self.view, "view_class")

    def address(self, kwargs: Mapping[str, Any] | None = None) -> str:
        """Return the address with its parts filled in."""
        return reverse(self.name, kwargs=dict(kwargs or {}))


def routes(
    resolver: URLResolver | None = None, spaces: tuple[str, ...] = (), parts: tuple[str, ...] = ()
) -> Iterator[Route]:
    """Yield every line of the URL table, through all includes, with the parts of those too."""
    for entry in (resolver or get_resolver()).url_patterns:
        found = (*parts, *entry.pattern.regex.groupindex)
        if isinstance(entry, URLResolver):
            below = (*spaces, entry.namespace) if entry.namespace else spaces
            yield from routes(entry, below, found)
        elif isinstance(entry, URLPattern):
            name = ":".join((*spaces, entry.name)) if entry.name else str(entry.pattern)
            yield Route(name, found, entry.callback)


# --- recipes -----------------------------------------------------------------------------------------


def everybody(person: User) -> bool:
    """Say that whoever is signed in may see it."""
    return True


@dataclass(frozen=True)
class Recipe:
    """How to make an address that exists, and who may know that it does.

    `make(owner)` returns the parts of the address of a record of `owner`, and makes the record when there is
    none. Whoever `may_see` denies must get the answer that a record gets that does not exist. `owner` is the
    member of the cast whose record it is; several owners are several records.
    """

    make: Callable[[User], Kwargs]
    may_see: Callable[[User], bool] = everybody
    owners: tuple[str, ...] = ("carla",)


def fixed(**kwargs: Any) -> Recipe:
    """Return the recipe of something that is always there, for everybody."""
    return Recipe(lambda owner: dict(kwargs))


def an_import(owner: User) -> Kwargs:
    """Return a file that waits for a yes; a new one each time, because pages use it up."""
    from vangnet.figures import actions
    from vangnet.identity.operator import service_session

    told = actions.Delivery(title="proef", source="eigen-opgave", checksum=uuid.uuid4().hex)
    with service_session(owner):
        record = actions.prepare(told, [], by=owner, at=datetime(2026, 3, 2, 12, tzinfo=UTC))
    return {"pk": record.pk}


def a_fetch(owner: User) -> Kwargs:
    """Return a request for a published table."""
    from vangnet.figures import actions, catalogue
    from vangnet.identity.operator import service_session

    asked = catalogue.Request("odata3", "47018NED", "", "misdrijven-gemeente", (2024,)).stored()
    with service_session(owner):
        fetch = actions.ask_fetch("47018NED", asked, by=owner, at=datetime(2026, 3, 2, 12, tzinfo=UTC))
    return {"pk": fetch.pk}


def only(name: str) -> Callable[[User], bool]:
    """Return the rule that one member of the cast may see it."""
    return lambda person: person.name.lower().startswith(f"{name} ")


def a_passkey(owner: User) -> Kwargs:
    """Return a passkey of this person, in the form in which a browser gives it."""
    from allauth.mfa.models import Authenticator
    from cryptography.hazmat.primitives.asymmetric import ec
    from fido2 import cose, utils, webauthn

    key = cose.ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    name = uuid.uuid4().bytes
    holder = webauthn.AttestedCredentialData.create(webauthn.Aaguid.NONE, name, key)
    proof = webauthn.AuthenticatorData.create(bytes(32), webauthn.AuthenticatorData.FLAG(0x45), 1, holder)
    told = {"type": "webauthn.create", "challenge": "", "origin": "https://testserver"}
    response = {
        "clientDataJSON": utils.websafe_encode(json.dumps(told).encode()),
        "attestationObject": utils.websafe_encode(webauthn.AttestationObject.create("none", proof, {})),
    }
    text = utils.websafe_encode(name)
    credential = {"type": "public-key", "id": text, "rawId": text, "response": response}
    data = {"name": "proef", "credential": credential}
    return {"pk": Authenticator.objects.create(user=owner, type="webauthn", data=data).pk}


def step_recipes() -> dict[str, Recipe]:
    """Return a recipe for each kind of step on an agreement."""
    from tests.attacks import agreements

    return {
        kind: Recipe(make, may_see=agreements.may_see(kind), owners=("nora",))
        for kind, make in agreements.MAKERS.items()
    }


def vault_recipes() -> dict[str, Recipe]:
    """Return the recipes of the vault, whose records are made through its pages."""
    from tests.attacks import vault

    return {
        name: Recipe(
            partial(vault.parts, name), may_see=vault.may_see(name), owners=(vault.OWNERS.get(name, "esra"),)
        )
        for name in vault.PARTS
    }


def signal_recipes() -> dict[str, Recipe]:
    """Return the recipes of signals, which are taken in and weighed through the pages."""
    from tests.attacks import casework

    return {
        name: Recipe(partial(casework.parts, name), may_see=casework.may_see(name), owners=("anna",))
        for name in casework.PARTS
    }


def partner_recipes() -> dict[str, Recipe]:
    """Return the recipe of the form of a partner."""
    from tests.attacks import casework

    there = Recipe(lambda owner: {"slug": "gm0301"}, may_see=casework.may_report, owners=("carla",))
    return {"melden:partner_report": there}


def register_recipes() -> dict[str, Recipe]:
    """Return the recipes of registers."""
    from tests.attacks import registers

    return {
        name: Recipe(
            partial(registers.parts, name), may_see=registers.may_see(name), owners=registers.owners(name)
        )
        for name in registers.PARTS
    }


def strategy_recipes() -> dict[str, Recipe]:
    """Return the recipes of proposals."""
    from tests.attacks import strategy

    return {
        name: Recipe(
            partial(strategy.parts, name), may_see=strategy.may_see(name), owners=strategy.owners(name)
        )
        for name in strategy.PARTS
    }


def plan_recipes() -> dict[str, Recipe]:
    """Return the recipes of project plans."""
    from tests.attacks import plans

    return {
        name: Recipe(partial(plans.parts, name), may_see=plans.may_see(name), owners=plans.owners(name))
        for name in plans.SEEN_BY
    }


def network_recipes() -> dict[str, Recipe]:
    """Return the recipes of the network."""
    from tests.attacks import network

    return {
        name: Recipe(partial(network.parts, name), may_see=network.may_see(name), owners=network.owners(name))
        for name in network.PARTS
    }


def meeting_recipes() -> dict[str, Recipe]:
    """Return the recipes of meetings."""
    from tests.attacks import meetings

    return {
        name: Recipe(
            partial(meetings.parts, name), may_see=meetings.may_see(name), owners=meetings.owners(name)
        )
        for name in meetings.PARTS
    }


def cooperation_recipes() -> dict[str, Recipe]:
    """Return the recipes of what partners do together."""
    from tests.attacks import cooperation

    return {
        name: Recipe(
            partial(cooperation.parts, name),
            may_see=cooperation.may_see(name),
            owners=cooperation.owners(name),
        )
        for name in cooperation.PARTS
    }


def case_recipes() -> dict[str, Recipe]:
    """Return the recipes of cases, which are opened and worked in through the pages."""
    from tests.attacks import cases

    return {
        name: Recipe(partial(cases.parts, name), may_see=cases.may_see(name), owners=("esra",))
        for name in cases.PARTS
    }


def api_recipes() -> dict[str, Recipe]:
    """Return the recipes of the API, which systems ask: one for each member of the cast."""
    from tests.attacks import api

    return {
        "api:signal": Recipe(api.a_signal, may_see=api.may_see, owners=("anna",)),
        "api:unknown": Recipe(
            lambda owner: {"path": "bestaat-niet"}, may_see=lambda person: False, owners=("anna",)
        ),
    }


RECIPES: dict[str, Recipe] = {
    **api_recipes(),
    **partner_recipes(),
    **network_recipes(),
    **meeting_recipes(),
    **cooperation_recipes(),
    **vault_recipes(),
    **signal_recipes(),
    **register_recipes(),
    **strategy_recipes(),
    **plan_recipes(),
    "melden:report": fixed(slug="gm0301"),
    **case_recipes(),
    "readings:words": Recipe(lambda owner: {"event": 1}, may_see=lambda person: False),
    "agreements:agreement": fixed(code="riec"),
    "agreements:step": step_recipes()["wijzigen"],
    "portal:goals_file": fixed(kind="csv"),
    "portal:recommendations_file": fixed(kind="csv"),
    "portal:passages_file": fixed(kind="csv"),
    "portal:contributions_file": fixed(kind="csv"),
    "portal:capacity_file": fixed(kind="csv"),
    "portal:network_list": fixed(kind="organisaties"),
    "portal:manual_page": fixed(slug="aan-de-slag"),
    "picture:indicator": fixed(slug="woninginbraak"),
    "picture:area": fixed(area="GM0301"),
    "picture:download": fixed(area="GM0301", indicator="woninginbraak", extension="csv"),
    "figures:import": Recipe(an_import),
    "figures:save": Recipe(an_import),
    "figures:discard": Recipe(an_import),
    "figures:undo": Recipe(an_import),
    "figures:fetch": Recipe(a_fetch),
    "figures:retry": Recipe(a_fetch),
    "figures:indicator": fixed(slug="woninginbraak"),
    "figures:download": fixed(slug="woninginbraak", kind="csv"),
    "mfa_remove_webauthn": Recipe(a_passkey, may_see=only("carla")),
    "strategy:goal": fixed(code="KWP-10"),
    "strategy:theme": fixed(slug="ondermijning"),
    "places:area": fixed(code="GM0301"),
    "note:file": fixed(kind="nota", extension="pdf"),
    "reports:factsheet": fixed(code="GM0301", extension="docx"),
}

# A route that does several things with several records is tried with each of them.
KINDS: dict[str, dict[str, Recipe]] = {"agreements:step": step_recipes()}

# Who is not signed in may read these; every other page asks to sign in.
PUBLIC = {
    "portal:home",
    "portal:manual",
    "portal:manual_page",
    "portal:accessibility",
    "portal:privacy",
    "portal:sources",
    "portal:security_txt",
    "portal:robots",
    "portal:health",
    "account_login",
    "account_logout",
    "account_signup",
    "account_inactive",
    "ui:style_guide",
    "directory:index",
    "directory:bodies",
    "directory:body",
    "directory:organisations",
    "directory:participation",
    "portal:network_map",
    "note:note",
    "note:review",
    "note:file",
    "melden:choose",
    "melden:report",
    "meetings:calendar",  # the key in the address is asked
    # These ask for a token and answer 401 without one: there is no page to sign in on.
    "api:openapi",
    "api:signals",
    "api:signal",
    "api:routes",
    "api:municipalities",
    "api:unknown",
}


def strangers(kwargs: Kwargs) -> Iterator[Kwargs]:
    """Yield the same parts with a record that does not exist: each in turn, and all at once."""
    records = [part for part in kwargs if part not in NO_RECORD]
    for chosen in [[part] for part in records] + ([records] if len(records) > 1 else []):
        yield kwargs | {part: _made_up(kwargs[part]) for part in chosen}


def _made_up(value: Any) -> Any:
    """Return a value of the same kind that nothing has."""
    if isinstance(value, uuid.UUID):
        return uuid.uuid4()
    if isinstance(value, int):
        return 2**31 - 1 - uuid.uuid4().int % 10**6
    return f"zz-{uuid.uuid4().hex[:8]}"
