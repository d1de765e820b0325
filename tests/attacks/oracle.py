"""Who may open what, said a second time: from the law and the glossary, without SQL, to compare with.

A world is small and made of plain values. Days are counted from today: `(-3, 5)` is from three days ago until
five days from now, the last day not included; `None` is without an end. Hours are counted from now.
"""

from __future__ import annotations

from dataclasses import dataclass, field

Days = tuple[int, int | None]


@dataclass(frozen=True)
class Version:
    agreement: int
    status: str
    days: Days
    ended_on: int | None = None

    @property
    def was_activated(self) -> bool:
        return self.status != "concept"


@dataclass(frozen=True)
class Purpose:
    agreement: int
    version: int
    ended_on: int | None
    categories: dict[str, tuple[int, int]]  # code: tier, version


@dataclass(frozen=True)
class Partner:
    agreement: int
    version: int
    organisation: int
    days: Days


@dataclass(frozen=True)
class Authorisation:
    partner: int
    purpose: int
    user: int
    task: str
    tier: int
    days: Days
    revoked: bool


@dataclass(frozen=True)
class Circle:
    purpose: int
    visible: bool
    days: Days
    members: dict[int, Days]  # partner: days


@dataclass(frozen=True)
class Dossier:
    purpose: int
    owner: int
    tier: int
    status: str
    circles: tuple[int, ...]
    participants: tuple[tuple[int, Days], ...]


@dataclass(frozen=True)
class Record:
    dossier: int
    category: str
    source: int
    marking: str
    recipients: tuple[tuple[int, int | None], ...]  # organisation, person
    restricted: bool
    delete_by: int


@dataclass(frozen=True)
class Emergency:
    dossier: int
    user: int
    organisation: int
    approved: bool
    until: int  # hours
    ended: bool


@dataclass(frozen=True)
class Session:
    user: int
    organisation: int
    purpose: int
    strong: bool
    hours_left: int


@dataclass
class World:
    active: list[bool] = field(default_factory=list)  # per user
    service: list[bool] = field(default_factory=list)  # per user
    memberships: dict[tuple[int, int], Days] = field(default_factory=dict)  # user, organisation
    versions: list[Version] = field(default_factory=list)
    purposes: list[Purpose] = field(default_factory=list)
    partners: list[Partner] = field(default_factory=list)
    authorisations: list[Authorisation] = field(default_factory=list)
    circles: list[Circle] = field(default_factory=list)
    dossiers: list[Dossier] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    emergencies: list[Emergency] = field(default_factory=list)
    sessions: list[Session] = field(default_factory=list)


# --- the rules -----------------------------------------------------------------------------------------


def is_now(days: Days) -> bool:
    return days[0] <= 0 and (days[1] is None or days[1] > 0)


def in_force(world: World, agreement: int) -> bool:
    """An agreement works by a version that is signed, has begun and has not ended."""
    return any(
        v.agreement == agreement and v.status == "actief" and is_now(v.days) and is_now((-9999, v.ended_on))
        for v in world.versions
    )


def purpose_lives(world: World, number: int) -> bool:
    purpose = world.purposes[number]
    brought_in = world.versions[purpose.version].was_activated
    not_ended = purpose.ended_on is None or purpose.ended_on > 0
    return brought_in and not_ended and in_force(world, purpose.agreement)


def tiers(world: World, session: Session, purpose: int, *tasks: str) -> int:
    """The highest tier of this person's authorisations at this organisation; 0 without any."""
    person_works_there = (
        world.active[session.user]
        and not world.service[session.user]
        and is_now(world.memberships.get((session.user, session.organisation), (1, 1)))
    )
    if not person_works_there or not purpose_lives(world, purpose):
        return 0
    found = [0]
    for given in world.authorisations:
        partner = world.partners[given.partner]
        holds = is_now(given.days) and not given.revoked and is_now(partner.days)
        mine = given.user == session.user and partner.organisation == session.organisation
        if holds and mine and given.purpose == purpose and given.task in tasks:
            found += [given.tier] if world.versions[partner.version].was_activated else []
    return max(found)


def takes_part(world: World, number: int, organisation: int) -> bool:
    dossier = world.dossiers[number]
    if any(who == organisation and is_now(days) for who, days in dossier.participants):
        return True
    circles = [world.circles[c] for c in dossier.circles if is_now(world.circles[c].days)]
    return any(
        world.partners[who].organisation == organisation and is_now(days)
        for circle in circles
        for who, days in circle.members.items()
    )


def in_emergency(world: World, session: Session, dossier: int) -> bool:
    return any(
        e.approved and not e.ended and e.until > 0
        for e in world.emergencies
        if (e.dossier, e.user, e.organisation) == (dossier, session.user, session.organisation)
    )


def is_addressed(record: Record, session: Session) -> bool:
    """Red is for people by name, strict for the source and organisations by name, the rest for who takes part."""
    if record.marking == "red":
        return (session.organisation, session.user) in record.recipients
    if record.marking == "amber+strict":
        return session.organisation in {record.source, *(who for who, _ in record.recipients)}
    return True


def works_for(world: World, session: Session, dossier: Dossier) -> int:
    """The tier up to which this session may work under the purpose of this dossier, now; 0: not at all."""
    alive = session.strong and session.hours_left > 0 and session.purpose == dossier.purpose
    highest = tiers(world, session, dossier.purpose, "verwerking", "rechtmatigheid") if alive else 0
    if dossier.status == "afgeschermd" and not tiers(world, session, dossier.purpose, "rechtmatigheid"):
        return 0
    return highest


def may(world: World, session: Session, record: Record, *, emergencies: bool = True) -> bool:
    """Whether this session may open the record."""
    dossier = world.dossiers[record.dossier]
    tier, version = world.purposes[dossier.purpose].categories[record.category]
    emergency = emergencies and in_emergency(world, session, record.dossier)
    highest = works_for(world, session, dossier)
    return bool(
        highest
        and not record.restricted
        and record.delete_by > 0
        and world.versions[version].was_activated
        and tier <= dossier.tier
        and (
            emergency
            or tier <= highest
            and takes_part(world, record.dossier, session.organisation)
            and is_addressed(record, session)
        )
    )


def lists(world: World, session: Session, number: int) -> bool:
    """Whether the dossier is in the list of this session."""
    known = takes_part(world, number, session.organisation)
    return known and works_for(world, session, world.dossiers[number]) > 0
