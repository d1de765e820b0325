"""What a plan says about a subject, sentence by sentence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vangnet.analysis.coverage import coverage, sentences

ONE = "Wij gaan cybercrime tegen."


@pytest.mark.parametrize(
    ("text", "proposal"),
    [
        ("Wij houden van water.", 0),
        (ONE, 1),
        (f"{ONE} {ONE}", 2),
        (" ".join([ONE] * 5), 3),
        (f"Cybercrime\n{ONE}", 3),
        ("Cybercrime\n" + " ".join([ONE] * 5), 4),
        ("Cybercrime is hier geen prioriteit.", 0),
        ("Niet alleen cybercrime is prioriteit.", 1),
        ("Cybercrime is niet slechts een zaak van de politie.", 1),
        ("Niet alleen water, maar zeker geen cybercrime.", 0),
        ("Cybercrime doen wij niet. Alleen water.", 0),
        (f"Cybercrime is hier geen prioriteit. {ONE}", 1),
        # Copied with a break at the end of each line: one sentence is one sentence, and no line is a heading.
        ("Wij gaan samen\ncybercrime tegen.", 1),
        ("Er is geen ruimte of\ncapaciteit voor cybercrime.", 0),
        ("Wij houden van water.\nOok gaan wij\ncybercrime\ntegen.", 1),
        (f"Wij houden van water.\n\nCybercrime\n\n{ONE}", 3),
        (f"Wij houden van water.\r\n\r\nCybercrime\r\n\r\n{ONE}", 3),
        ("Wij houden van water.\n\nCybercrime", 1),  # nothing stands below it
        ("Onze doelen:\n- geen lawaai\n- cybercrime\n- water", 1),
    ],
)
def test_the_rule_proposes_from_nothing_to_a_priority(text, proposal):
    assert coverage(text, ["cybercrime"]).proposal == proposal


def test_parts_of_words_capitals_and_accents_are_found():
    found = coverage("De CRIMINÉLE jeugd. Jeugdgroepen groeien door.", ["jeugdgroep", "criminele  jeugd"])

    assert [passage.text for passage in found.passages] == [
        "De CRIMINÉLE jeugd.",
        "Jeugdgroepen groeien door.",
    ]


def test_a_word_that_only_begins_alike_is_named_and_counts_when_somebody_adds_it():
    text = "Wij bestrijden cybercriminaliteit. Cybercriminaliteit groeit. Cyber is meer. Geen cyberpesten."
    alone, added = coverage(text, ["Cybercrime"]), coverage(text, ["Cybercrime", "cybercriminaliteit"])

    assert (alone.proposal, alone.near) == (0, ("cybercriminaliteit",))
    assert (added.proposal, added.near) == (2, ())
    assert coverage(text, ["cyber"]).near == ()  # found as part of each


def test_without_terms_nothing_is_found():
    assert coverage(ONE, ["", " "]).passages == ()


@given(st.text(max_size=300), st.text(min_size=1, max_size=5))
def test_cutting_a_text_loses_nothing(text, term):
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())
    assert 0 <= coverage(text, [term]).proposal <= 4


@given(st.text("abG .;\n", max_size=200), st.text("ab", min_size=1, max_size=2))
def test_the_passages_are_the_sentences_that_hold_the_word_and_no_others(text, term):
    passages = coverage(text, [term]).passages

    assert [passage.text for passage in passages] == [one for one in sentences(text) if term in one.lower()]


@given(st.lists(st.sampled_from(["de", "straat", "hennep", "geen", "Wij"]), min_size=2, max_size=30))
def test_it_does_not_matter_where_a_line_breaks(words):
    told = f"Hier begint het. Daar {' '.join(words)}."
    broken = told.replace(" ", "\n")

    assert coverage(broken, ["hennep"]) == coverage(told, ["hennep"])
