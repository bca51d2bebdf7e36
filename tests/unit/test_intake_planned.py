"""Questions for tapers, switches and what could happen: what is missing or contradictory is refused at its place."""

from __future__ import annotations

from typing import Any

import pytest

from eutonia.errors import Code, InputRefused
from eutonia.intake import read_scenario
from eutonia.knowledge.loader import load_knowledge
from tests.plan_base import data_of


def refused(**question: Any) -> dict[str, Code]:
    with pytest.raises(InputRefused) as caught:
        read_scenario(data_of(**question), load_knowledge())
    return {problem.path: problem.code for problem in caught.value.problems}


PUMP = {"partner": "intrathecal baclofen", "percent": "25 percent", "every": "7 days"}


@pytest.mark.parametrize(
    ("question", "path", "code"),
    [
        ({"ask": "taper", "taper": {"way": "fixed amount"}}, "taper.cut", Code.MISSING_VALUE),
        ({"ask": "taper", "taper": {"way": "percent of current"}}, "taper.percent", Code.MISSING_VALUE),
        ({"ask": "taper", "taper": {"way": "slow", "cut": "5 mg/day"}}, "taper.cut", Code.CONFLICTING_VALUES),
        ({"ask": "taper", "taper": {"percent": "10 percent"}}, "taper.percent", Code.CONFLICTING_VALUES),
        ({"ask": "taper", "taper": {"way": "quickly"}}, "taper.way", Code.UNKNOWN_WORD),
        (
            {"ask": "taper", "taper": {"way": "fixed amount", "cut": "5 mg"}},
            "taper.cut",
            Code.WRONG_DIMENSION,
        ),
        ({"ask": "taper", "taper": {"way": "fixed amount", "cut": "5"}}, "taper.cut", Code.MISSING_UNIT),
        (
            {"ask": "taper", "taper": {"way": "at once", "every": "7 days"}},
            "taper.every",
            Code.CONFLICTING_VALUES,
        ),
        (
            {"ask": "taper", "target": "5 mg/day", "taper": {"way": "at once"}},
            "target",
            Code.CONFLICTING_VALUES,
        ),
        ({"ask": "check", "taper": {"way": "slow"}}, "taper", Code.CONFLICTING_VALUES),
        ({"ask": "switch"}, "switch", Code.MISSING_VALUE),
        ({"ask": "switch", "switch": {"partner": "tizanidine"}}, "switch.dose", Code.MISSING_VALUE),
        ({"ask": "switch", "switch": {"partner": "PUMP"}}, "switch.partner", Code.UNKNOWN_WORD),
        (
            {"ask": "switch", "switch": {"partner": "tizanidine", "direction": "from", "dose": "6 mg/day"}},
            "target",
            Code.MISSING_VALUE,
        ),
        ({"ask": "switch", "switch": {**PUMP, "dose": "10 mg/day"}}, "switch.dose", Code.CONFLICTING_VALUES),
        (
            {"ask": "switch", "switch": {**PUMP, "direction": "from"}},
            "switch.direction",
            Code.CONFLICTING_VALUES,
        ),
        (
            {"ask": "switch", "switch": {"partner": "intrathecal baclofen"}},
            "switch.percent",
            Code.MISSING_VALUE,
        ),
        ({"ask": "what if"}, "what_if", Code.MISSING_VALUE),
        ({"ask": "what if", "what_if": []}, "what_if", Code.MISSING_VALUE),
        (
            {"ask": "what if", "what_if": [{"what": "supply gap", "from": "2026-11-24"}]},
            "what_if[0].to",
            Code.MISSING_VALUE,
        ),
        (
            {"ask": "what if", "what_if": [{"what": "acute kidney injury", "from": "2026-11-24"}]},
            "what_if[0].filtration",
            Code.MISSING_VALUE,
        ),
        (
            {"ask": "what if", "what_if": [{"what": "vomiting", "from": "2026-11-20", "to": "2026-11-24"}]},
            "what_if[0].from",
            Code.CROSSED_DATES,
        ),
        (
            {"ask": "what if", "what_if": [{"what": "vomiting", "from": "2026-11-25", "to": "2026-11-24"}]},
            "what_if[0].to",
            Code.CROSSED_DATES,
        ),
    ],
)
def test_what_a_question_lacks_or_contradicts_is_refused_at_its_place(
    question: dict[str, Any], path: str, code: Code
) -> None:
    assert refused(**question)[f"question.{path}"] is code


def test_every_refusal_says_what_to_do() -> None:
    with pytest.raises(InputRefused) as caught:
        read_scenario(
            data_of(ask="switch", switch={"partner": "intrathecal baclofen", "direction": "from"}),
            load_knowledge(),
        )
    assert all(problem.why and problem.next_step for problem in caught.value.problems)
    assert len(caught.value.problems) == 3
