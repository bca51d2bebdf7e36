"""What a patient is told rests on the knowledge base, and belongs to the plan."""

from __future__ import annotations

import pytest

from eutonia.knowledge.loader import load_knowledge
from eutonia.printed import Warn
from eutonia.printed.warnings import WARNINGS, usual_warnings
from tests.printed.printed_base import PUMP, both, of, taper

KNOWLEDGE = load_knowledge()
ITEMS = {r.id: r for r in KNOWLEDGE.rules} | dict(KNOWLEDGE.notes)


@pytest.mark.parametrize("warn", Warn)
def test_every_warning_rests_on_items_that_are_there(warn: Warn) -> None:
    assert WARNINGS[warn].basis
    assert set(WARNINGS[warn].basis) <= set(ITEMS)


def test_the_hours_for_a_forgotten_dose_are_those_of_the_note() -> None:
    (line,) = [text for text in WARNINGS[Warn.FORGOTTEN].lines if "2 hours" in text]
    assert "less than 2 hours" in " ".join(KNOWLEDGE.notes["DOS-21"].say.split())
    assert "less than 2 hours" in line


def test_the_days_until_withdrawal_are_those_of_the_rule() -> None:
    rule = next(r for r in KNOWLEDGE.rules if r.id == "TAP-01")
    assert "one to three days" in " ".join(rule.say.split())
    assert any("one to three days" in line for line in WARNINGS[Warn.NOT_SUDDENLY].lines)


def test_every_hand_out_warns_against_a_sudden_stop_and_says_when_to_get_help() -> None:
    for handout in (taper(), both(), of(pump=PUMP)):
        assert usual_warnings(handout)[0] is Warn.NOT_SUDDENLY
        assert Warn.HELP_NOW in usual_warnings(handout)


def test_signs_are_never_given_to_too_much_or_too_little_by_the_patient() -> None:
    # Withdrawal and toxicity look alike and need the opposite.
    lines = WARNINGS[Warn.HELP_NOW].lines
    assert (
        "These signs can come from too much or from too little baclofen. Do not guess which. Get help."
        in lines
    )


def test_warnings_belong_to_the_plan() -> None:
    assert Warn.WORSE in usual_warnings(taper())
    assert Warn.PUMP_ALARM not in usual_warnings(taper())
    assert Warn.FORGOTTEN not in usual_warnings(of(pump=PUMP))
    assert Warn.PUMP_ALARM in usual_warnings(of(pump=PUMP))
