"""A patient without problems is left in peace: how often the rules warn where nothing is wrong."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from eutonia.assess.facts import derive_facts
from eutonia.assess.findings import Assessment, assess
from eutonia.intake import read_scenario
from eutonia.knowledge.loader import load_knowledge
from eutonia.knowledge.schema import Severity, Word
from tests.scenario_files import SCENARIOS, ask, read
from tests.unremarkable import ADULT_USES, CHILD_USES, unremarkable

PATIENTS = 400
MOST = 0.02  # of patients warned, or asked, for nothing
KNOWLEDGE = load_knowledge()


def judged(data: dict[str, Any]) -> Assessment:
    scenario, _ = read_scenario(data, KNOWLEDGE)
    return assess(derive_facts(scenario, KNOWLEDGE)[0], KNOWLEDGE)


@pytest.fixture(scope="module")
def answers() -> list[tuple[dict[str, Any], Assessment]]:
    return [(data, judged(data)) for data in unremarkable(PATIENTS)]


def told(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {number}" for name, number in counts.most_common())


def test_fewer_than_two_in_a_hundred_are_warned_for_nothing(
    answers: list[tuple[dict[str, Any], Assessment]],
) -> None:
    warnings: Counter[str] = Counter()
    warned = 0
    for _, assessment in answers:
        grave = {f"{f.rule} {f.severity.name}" for f in assessment.findings if f.severity >= Severity.WARN}
        warnings.update(grave)
        warned += bool(grave)
    rate = warned / len(answers)
    assert rate < MOST, (
        f"{warned} of {len(answers)} patients ({rate:.1%}) get WARN or worse: {told(warnings)}"
    )


def test_fewer_than_two_in_a_hundred_are_asked_for_something_although_all_is_recorded(
    answers: list[tuple[dict[str, Any], Assessment]],
) -> None:
    asked = Counter(u.rule for _, a in answers for u in a.undecided if u.must_ask)
    untold = sum(a.word is Word.CANNOT_TELL for _, a in answers)
    assert untold / len(answers) < MOST, f"{untold} of {len(answers)} get Cannot tell: {told(asked)}"


#: What may be said of them, because it is true of them. Nothing of it is graver than a caution.
TRUE_OF_SOME = {
    "DOS-10": "the labelled first dose and step, in an adult whose spasticity comes from the brain: slower is advised",
    "REN-02": "a slightly built person near 60: a creatinine clearance of less than 80 mL per minute",
    "REN-11": "the same: eGFR and clearance fall into different bands",
    "CON-25": "the same: the two doses kept for the kidneys differ",
}


def test_whoever_is_told_something_is_told_what_is_true_and_the_others_that_no_problem_was_found(
    answers: list[tuple[dict[str, Any], Assessment]],
) -> None:
    said: Counter[str] = Counter()
    for data, assessment in answers:
        rules = {f.rule for f in assessment.problems if f.word is not Word.NO_PROBLEM}
        said.update(rules)
        assert rules or assessment.word is Word.NO_PROBLEM, data["title"]
        if "DOS-10" in rules:
            assert data["record"]["indication"]["what"] == "cerebral palsy"
            assert "proposed" in data["question"]
    assert said.keys() == TRUE_OF_SOME.keys(), told(said)


def test_the_people_are_many_and_various(answers: list[tuple[dict[str, Any], Assessment]]) -> None:
    assert len(answers) >= 200
    patients = [data["record"]["patient"] for data, _ in answers]
    ages = [int(p["age"].split()[0]) for p in patients]
    assert sum(age < 18 for age in ages) >= 50
    assert {p["sex"] for p in patients} == {"female", "male"}
    assert {data["jurisdiction"] for data, _ in answers} == {*ADULT_USES, *CHILD_USES}
    proposed = sum("proposed" in data["question"] for data, _ in answers)
    assert 0 < proposed < len(answers) / 2


def test_two_runs_see_the_same_people() -> None:
    assert list(unremarkable(30)) == list(unremarkable(60))[:30]


def test_the_generator_would_show_a_rule_that_warns_everybody() -> None:
    # One thing wrong, and the same people are warned: silence is not built into them.
    warned = 0
    for data in unremarkable(20):
        data["record"]["patient"]["dialysis"] = "haemodialysis"
        warned += any(f.severity >= Severity.WARN for f in judged(data).findings)
    assert warned == 20


def test_the_negative_control_stays_quiet() -> None:
    result = ask(read(SCENARIOS / "vignettes" / "C-50.yaml"))
    assert result.assessment.word is Word.NO_PROBLEM
    assert all(f.severity < Severity.WARN for f in result.assessment.findings)
