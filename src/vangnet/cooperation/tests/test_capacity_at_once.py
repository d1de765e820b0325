"""Two people who tell hours at the same time, each on a connection of their own."""

from __future__ import annotations

import pytest

from vangnet.casework.tests.test_together import at_once
from vangnet.cooperation.tests.hours import PAST, tell
from vangnet.vault.tests.offices import browser

WHERE = "/netwerk/capaciteit"


@pytest.fixture
def clients(own_database, anna, otto):
    return browser(anna), browser(otto)


def test_of_two_who_tell_the_same_months_or_the_same_number_one_is_kept(clients, anna):
    told = {"topic": "ondermijning", "year": PAST, "hours": "10"}
    periods = zip(clients, ("1-3", "2-2"), strict=True)
    answers = at_once(
        *[
            lambda c=one, p=when: c.post(f"{WHERE}/gebruikt/nieuw/", told | {"period": p})
            for one, when in periods
        ]
    )
    assert [answer.status_code for answer in answers] == [302, 422]
    assert "al uren vastgelegd" in answers[1].content.decode()

    offer = tell(anna, "toegezegd", 100, organisation="gm0301")
    where, change = f"{WHERE}/opgave/{offer.series}/wijzigen/", {"seen": "1", "reason": "Zo is het."}
    answers = at_once(
        *[
            lambda c=one, h=hours: c.post(where, change | {"hours": h})
            for one, hours in zip(clients, ("80", "90"), strict=True)
        ]
    )
    assert [answer.status_code for answer in answers] == [302, 422]
    assert "Nu staat er: " in answers[1].content.decode()
