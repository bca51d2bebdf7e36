"""The promises of SAFETY.md that no other test keeps, each in one test."""

from __future__ import annotations

import re
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import eutonia
from eutonia.consult import Result
from eutonia.errors import Code, InputRefused, KnowledgeBroken
from eutonia.knowledge.loader import load_knowledge
from eutonia.knowledge.schema import Check, Kind, Limit, Severity, Word
from eutonia.plain_yaml import parse_yaml
from eutonia.plan.outcome import Plan, Reason, Refusal
from eutonia.record import Jurisdiction
from eutonia.report.data import result_json
from eutonia.report.document import html
from eutonia.simulate.course import Course
from eutonia.units import Quantity
from tests.scenario_files import PUBLISHED, SCENARIOS, ask, base, files, patched, read
from tests.unit.broken_base import copy_of, swap

DATA = Path(eutonia.__file__).parent / "knowledge" / "data"
PATIENTS = [*files(SCENARIOS / "vignettes"), *files(SCENARIOS / "practice"), *files(PUBLISHED)]
KNOWLEDGE = load_knowledge()


def changed(name: str, **record: Any) -> Result:
    return ask(patched(base(name), {"record": record}))


def copied(tmp_path: Path, file: str, old: str, new: str) -> Path:
    """The knowledge base with one text changed in one file."""
    root = copy_of(tmp_path)
    swap(root, file, old, new)
    return root


# --- not known is never normal ---------------------------------------------------------------------------


def silent_record(country: str) -> dict[str, Any]:
    return {
        "format": "eutonia/1",
        "title": "A record that says nothing",
        "as_of": "2026-11-22",
        "jurisdiction": country,
        "record": {"patient": {}},
        "question": {"ask": "check", "proposed": [{"dose": "5 mg", "times_per_day": 3}]},
    }


@pytest.mark.parametrize("country", [j.value for j in Jurisdiction])
def test_an_empty_record_is_never_answered_with_no_problem_found(country: str) -> None:
    assert ask(silent_record(country)).assessment.word is Word.CANNOT_TELL


def test_a_list_nobody_reviewed_is_not_an_empty_list() -> None:
    reviewed = {u.rule for u in changed("adult-us").assessment.undecided}
    unread = changed("adult-us", reviewed={"medicines": None}).assessment
    assert "DDI-01" not in reviewed
    assert "DDI-01" in {u.rule for u in unread.undecided}
    assert unread.word is not Word.NO_PROBLEM


@pytest.mark.parametrize("path", PATIENTS, ids=lambda p: p.stem)
def test_every_rule_is_accounted_for_in_every_answer(path: Path) -> None:
    assessment = ask(read(path)).assessment
    named = [f.rule for f in assessment.findings] + [u.rule for u in assessment.undecided]
    assert sorted([*named, *assessment.quiet, *assessment.withheld]) == sorted(r.id for r in KNOWLEDGE.rules)


def test_an_old_creatinine_is_asked_for_again_before_a_rise() -> None:
    def answered(day: date) -> set[str]:
        data = base("adult-us")
        data["record"]["observations"] = [{"what": "creatinine", "value": "0.7 mg/dL", "on": day}]
        data["question"] = {"ask": "check", "proposed": [{"dose": "15 mg", "times_per_day": 3}]}
        return {f.rule for f in ask(data).assessment.findings}

    asked_on = date(2026, 11, 22)
    assert "REN-01" not in answered(asked_on - timedelta(days=90))
    assert "REN-01" in answered(asked_on - timedelta(days=91))


def test_pregnancy_that_nobody_recorded_is_asked_for() -> None:
    unknown = changed("adult-us", patient={"pregnant": None}).assessment
    assert {u.rule for u in unknown.undecided if u.must_ask} >= {"PREG-01"}
    assert unknown.word is Word.CANNOT_TELL


# --- nothing is repaired ---------------------------------------------------------------------------------


def test_yaml_keeps_keys_times_and_numbers_as_written() -> None:
    assert parse_yaml("{on: yes, at: 08:00, code: 010, times: [22:30]}") == {
        "on": "yes",
        "at": "08:00",
        "code": "010",
        "times": ["22:30"],
    }


def test_a_liquid_without_its_strength_is_refused() -> None:
    data = base("adult-us")
    data["record"]["oral_therapy"] = [{"dose": "5 mg", "times_per_day": 3, "product": {"form": "liquid"}}]
    with pytest.raises(InputRefused) as refused:
        ask(data)
    assert [p.path for p in refused.value.problems] == ["record.oral_therapy[0].product.concentration"]


# --- knowledge that breaks its rules answers nothing -----------------------------------------------------


@pytest.mark.parametrize(
    ("file", "old", "new", "code"),
    [
        ("rules/kidney.yaml", "egfr < 30", "egrf < 30", Code.BROKEN_CONDITION),
        ("rules/kidney.yaml", "source: S26", "source: S2600", Code.UNKNOWN_REFERENCE),
        ("rules/kidney.yaml", "id: REN-02", "id: REN-01", Code.DUPLICATE_ID),
        ("limits.yaml", "value: 80 mg/day", "value: 80 mg/dya", Code.UNKNOWN_UNIT),
        ("rules/kidney.yaml", "    severity: BLOCK", "    severity: BLOCKED", Code.UNKNOWN_WORD),
    ],
)
def test_a_knowledge_base_with_one_broken_item_does_not_load(
    tmp_path: Path, file: str, old: str, new: str, code: Code
) -> None:
    with pytest.raises(KnowledgeBroken) as broken:
        load_knowledge(root=copied(tmp_path, file, old, new))
    assert code in {p.code for p in broken.value.problems}


def test_an_item_that_has_ended_is_left_out_from_its_last_day_on(tmp_path: Path) -> None:
    last = "    until: 2027-01-31\n  - id: REN-06"
    text = (DATA / "rules" / "kidney.yaml").read_text(encoding="utf-8")
    assert "\n\n  - id: REN-06" in text
    root = copied(tmp_path, "rules/kidney.yaml", "\n\n  - id: REN-06", "\n" + last)

    def has_rule(on: date) -> bool:
        return "REN-05" in {r.id for r in load_knowledge(on, root).rules}

    assert has_rule(date(2027, 1, 31))
    assert not has_rule(date(2027, 2, 1))


# --- what is only recalled never stops -------------------------------------------------------------------


def test_no_rule_that_stops_rests_on_memory_alone() -> None:
    for rule in KNOWLEDGE.rules:
        parts = [(rule.severity, rule.evidence)]
        parts += [(c.severity or rule.severity, c.evidence or rule.evidence) for c in rule.cases]
        for severity, evidence in parts:
            if severity >= Severity.STOP:
                assert any(c.check is not Check.RECALLED for c in evidence), rule.id


def test_a_rule_that_stops_from_memory_alone_does_not_load(tmp_path: Path) -> None:
    root = copied(tmp_path, "rules/kidney.yaml", "topic: kidney", "topic: kidney")
    path = root / "rules" / "kidney.yaml"
    text = path.read_text(encoding="utf-8")
    start, end = text.index("id: REN-04"), text.index("id: REN-05")
    recalled = re.sub(r"check: [a-z -]+,", "check: recalled,", text[start:end])
    path.write_text(text[:start] + recalled + text[end:], encoding="utf-8")
    with pytest.raises(KnowledgeBroken) as broken:
        load_knowledge(root=root)
    assert {p.code for p in broken.value.problems} == {Code.RECALLED_BLOCKS}


# --- never averages --------------------------------------------------------------------------------------


MAXIMA = {"oral.daily_dose.max", "oral.daily_dose.max.child", "oral.dose_per_weight.max.child"}


def alone(limit: Limit, whole: Fraction, weight: Quantity | None) -> Fraction:
    """The daily dose one limit allows by itself, worked out a second time."""
    if isinstance(limit.value, Fraction):
        return whole * limit.value
    if limit.value.unit.symbol == "mg/kg/day":
        assert weight is not None
        return Fraction(limit.value.value) * Fraction(weight.to("kg").value)
    return Fraction(limit.value.to("mg/day").value)


@pytest.mark.parametrize("path", PATIENTS, ids=lambda p: p.stem)
def test_a_ceiling_is_always_one_of_the_figures_considered(path: Path) -> None:
    result = ask(read(path))
    ceiling, weight = result.ceiling, result.scenario.record.patient.weight
    whole = min((mg for limit, mg in ceiling.considered if limit.name in MAXIMA), default=Fraction(0))
    for limit, mg in ceiling.considered:
        assert mg == alone(limit, whole, weight), limit.id
    if ceiling.mg_per_day is not None:
        assert ceiling.mg_per_day == min(mg for _, mg in ceiling.considered)


# --- what is shown ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PATIENTS, ids=lambda p: p.stem)
def test_no_answer_calls_anything_safe(path: Path) -> None:
    result = ask(read(path))
    shown = html(result) + result_json(result)
    for source in KNOWLEDGE.sources.values():
        shown = shown.replace(source.title, "").replace(source.authors or "\0", "")
    body = re.sub(r"<style>.*?</style>", "", shown, flags=re.DOTALL)
    assert not re.findall(r"\b(?:safe|safely|harmless)\b.{0,40}", body, flags=re.IGNORECASE)


def test_equal_questions_give_equal_pages_and_equal_data() -> None:
    data = read(PUBLISHED / "worked-example.yaml")
    first, second = ask(data, people=40), ask(data, people=40)
    assert html(first) == html(second)
    assert result_json(first) == result_json(second)
    assert result_json(first) != result_json(ask(data, people=41))


@pytest.mark.parametrize("path", PATIENTS, ids=lambda p: p.stem)
def test_findings_come_worst_first_and_advice_is_kept_apart(path: Path) -> None:
    assessment = ask(read(path)).assessment
    grave = [f.severity for f in assessment.problems]
    assert grave == sorted(grave, reverse=True)
    assert all(f.kind is Kind.ADVICE for f in assessment.advice)
    assert len(assessment.problems) + len(assessment.advice) == len(assessment.findings)


def course_of(result: Result) -> Course:
    assert isinstance(result.course, Course)
    return result.course


def test_assumed_clock_times_are_said_to_be_assumed() -> None:
    assumed = course_of(changed("adult-us"))
    times = [{"dose": "10 mg", "times": ["07:00", "13:00", "21:00"], "from": "2026-02-01"}]
    stated = course_of(changed("adult-us", oral_therapy=times))
    assert any("Clock times are assumed" in line for line in assumed.assumptions)
    assert not any("Clock times are assumed" in line for line in stated.assumptions)


def test_a_pump_in_the_record_is_said_not_to_be_in_the_curve() -> None:
    pump = [{"daily_dose": "300 micrograms/day", "from": "2026-01-10"}]
    with_pump, without = (course_of(changed("adult-us", pump_therapy=p)) for p in (pump, []))
    assert any("pump is not in this curve" in line for line in with_pump.assumptions)
    assert not any("pump" in line for line in without.assumptions)


def test_the_return_to_the_full_dose_after_missed_ones_is_said_to_be_assumed() -> None:
    events = [{"what": "missed doses", "from": "2026-02-01", "to": "2026-02-02"}]
    missed, kept = (course_of(changed("adult-us", events=e)) for e in (events, []))
    assert any("taken to go on in full" in line for line in missed.assumptions)
    assert not any("taken to go on in full" in line for line in kept.assumptions)


def test_a_curve_on_dialysis_says_that_sessions_are_not_in_it() -> None:
    course = course_of(changed("kidney-dialysis"))
    assert any("Dialysis sessions are not in this curve" in line for line in course.assumptions)


# --- plans -----------------------------------------------------------------------------------------------


def titration(stock: list[dict[str, Any]]) -> Result:
    data = read(PUBLISHED / "worked-example.yaml")
    data["question"]["stock"] = stock
    return ask(data)


def test_a_tablet_without_a_recorded_score_line_is_never_halved() -> None:
    scored = titration([{"form": "tablet", "strength": "10 mg", "scored": True}]).plan
    assert isinstance(scored, Plan)
    assert scored.steps[0].doses[0].dose.pieces[0].units == Fraction(1, 2)
    for tablet in (
        {"form": "tablet", "strength": "10 mg", "scored": False},
        {"form": "tablet", "strength": "10 mg"},
    ):
        plan = titration([tablet]).plan
        assert isinstance(plan, Refusal)
        assert plan.reason is Reason.CANNOT_BE_MADE


def test_a_quoted_dose_is_judged_and_never_planned() -> None:
    data = read(PUBLISHED / "worked-example.yaml")
    quoted = patched(
        data, {"question": {"quotes": [{"text": "Up to 300 mg a day", "daily_dose": "300 mg/day"}]}}
    )
    plain, with_quote = ask(data), ask(quoted)
    assert isinstance(plain.plan, Plan)
    assert isinstance(with_quote.plan, Plan)
    assert with_quote.plan.steps == plain.plan.steps
    assert "CON-20" in {f.rule for f in with_quote.assessment.findings}
    assert "CON-20" not in {f.rule for f in plain.assessment.findings}
