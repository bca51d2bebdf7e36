"""Every limit was entered twice: its value, unit, countries and borders are the same both times."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from eutonia.assess.mutation import limit_mutants
from eutonia.assess.second_entry import SecondEntry, differences, entries_in, misplaced_ids
from eutonia.assess.thresholds import vocabulary_of
from eutonia.knowledge.loader import load_knowledge
from eutonia.knowledge.schema import Grade, Limit
from eutonia.units import Quantity, unit
from tests.scenario_files import HERE, read

KNOWLEDGE = load_knowledge()
TERMS = vocabulary_of(KNOWLEDGE)
DOCUMENT = read(HERE / "data" / "limits-read-again.yaml")
READ_AGAIN = entries_in(DOCUMENT["read_again"])
OURS_OR_LATER = entries_in(DOCUMENT["ours_or_read_later"])
LIMITS = {limit.id: limit for limit in KNOWLEDGE.limits}


def test_every_limit_stands_in_one_part_and_once() -> None:
    assert list(misplaced_ids(KNOWLEDGE.limits, READ_AGAIN, OURS_OR_LATER)) == []


@pytest.mark.parametrize("name", LIMITS)
def test_both_entries_agree(name: str) -> None:
    entry = READ_AGAIN.get(name) or OURS_OR_LATER[name]
    assert list(differences(LIMITS[name], entry)) == []


@pytest.mark.parametrize(("part", "last"), [("read_again", "stands"), ("ours_or_read_later", "why")])
def test_each_entry_says_for_whom_and_where_the_number_is_from(part: str, last: str) -> None:
    may = {"value", "jurisdictions", "borders", "whom", last}
    for name, fields in DOCUMENT[part].items():
        assert set(fields) <= may, name
        assert fields["whom"], name
        assert fields[last], name


def test_a_limit_graded_as_anything_but_ours_that_was_not_read_again_names_where_it_was_read() -> None:
    for name in OURS_OR_LATER:
        why = str(DOCUMENT["ours_or_read_later"][name]["why"])
        if LIMITS[name].grade is Grade.OURS:
            assert why.startswith("ours"), name
        else:
            assert any(cited.source in why for cited in LIMITS[name].evidence), name


def test_every_change_of_a_number_of_a_limit_is_noticed() -> None:
    entries = READ_AGAIN | OURS_OR_LATER
    unseen = [
        f"{limit.id}: {change}"
        for limit in KNOWLEDGE.limits
        for other, change in limit_mutants(limit, TERMS)
        if not any(differences(other, entries[limit.id]))
    ]
    assert unseen == []


def test_a_difference_is_named_with_both_entries() -> None:
    limit = LIMITS["oral-max-us"]
    entry = READ_AGAIN["oral-max-us"]
    assert list(differences(_valued(limit, "81", "mg/day"), entry)) == [
        "oral-max-us: value 81 mg/day in the limits, 80 mg/day in the second entry"
    ]
    assert list(differences(_valued(limit, "80", "microgram/day"), entry)) == [
        "oral-max-us: unit microgram/day in the limits, mg/day in the second entry"
    ]
    assert list(differences(replace(limit, jurisdictions=("US", "UK")), entry)) == [
        "oral-max-us: countries UK, US in the limits, US in the second entry"
    ]
    assert list(differences(replace(limit, when=LIMITS["kept-egfr-under-30"].when), entry)) == [
        "oral-max-us: borders egfr < 30 in the limits, none in the second entry"
    ]


def test_values_are_compared_exactly() -> None:
    limit = LIMITS["kept-egfr-60"]
    entry = READ_AGAIN["kept-egfr-60"]
    assert list(differences(replace(limit, value=Fraction("0.6667")), entry)) == [
        "kept-egfr-60: value 6667/10000 in the limits, 2/3 in the second entry"
    ]


def test_a_limit_entered_never_or_twice_and_an_entry_without_a_limit_are_named() -> None:
    entry = SecondEntry(Fraction(1), "", frozenset(), frozenset())
    limits = [LIMITS["oral-max-us"], LIMITS["oral-max-uk"]]
    told = list(misplaced_ids(limits, {"oral-max-us": entry, "gone": entry}, {"oral-max-us": entry}))
    assert told == [
        "oral-max-us: stands in 2 parts of the second entry, not in one",
        "oral-max-uk: stands in 0 parts of the second entry, not in one",
        "gone: entered a second time, but there is no such limit",
    ]


def _valued(limit: Limit, number: str, symbol: str) -> Limit:
    return replace(limit, value=Quantity(Decimal(number), unit(symbol)))
