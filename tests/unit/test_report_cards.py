"""Findings that speak of one matter share a card."""

from __future__ import annotations

from dataclasses import replace

from eutonia.assess.findings import Finding, OpenCase
from eutonia.knowledge.schema import Grade, Kind, Severity, Word
from eutonia.report.cards import advice_findings, group_findings, problem_cards
from eutonia.report.data import result_data
from eutonia.report.document import html
from eutonia.trace import Step
from tests.scenario_files import PUBLISHED, ask, base, patched, read

_FINDING = Finding(
    rule="X-1",
    topic="kidney",
    title="Title",
    severity=Severity.WARN,
    word=Word.CHECK,
    kind=Kind.FINDING,
    say="Says.",
    do="Do.",
    asks="",
    cases=(),
    open_cases=(),
    because=(Step("egfr", "38", "as recorded"), Step("albumin", "not known", "not recorded")),
    evidence=(),
    differs=(),
    departs="",
    grade=Grade.COHORT,
    merge="",
)


def test_the_gravest_finding_leads_its_card_and_every_rule_is_kept() -> None:
    mild = replace(_FINDING, rule="X-1", merge="kidney", severity=Severity.CAUTION)
    grave = replace(_FINDING, rule="X-2", merge="kidney", severity=Severity.STOP, word=Word.STOP)
    (card,) = group_findings([mild, grave])
    assert card.lead is grave
    assert card.rules == ("X-2", "X-1")


def test_findings_without_a_common_matter_stand_alone_worst_first() -> None:
    first = replace(_FINDING, rule="X-1")
    worse = replace(_FINDING, rule="X-2", severity=Severity.STOP, word=Word.STOP)
    assert [c.rules for c in group_findings([first, worse])] == [("X-2",), ("X-1",)]


def test_a_question_comes_after_what_is_to_be_checked() -> None:
    question = replace(_FINDING, rule="X-1", kind=Kind.QUESTION, word=Word.CANNOT_TELL)
    check = replace(_FINDING, rule="X-2", topic="indications", severity=Severity.CAUTION)
    assert [c.word for c in group_findings([question, check])] == [Word.CHECK, Word.CANNOT_TELL]


def test_among_equals_the_kidneys_come_before_the_indication() -> None:
    indication = replace(_FINDING, rule="X-1", topic="indications")
    kidney = replace(_FINDING, rule="X-2", topic="kidney")
    assert [c.lead.rule for c in group_findings([indication, kidney])] == ["X-2", "X-1"]


def test_what_is_not_known_is_no_reason_except_for_a_question() -> None:
    (card,) = group_findings([_FINDING])
    assert [s.name for s in card.because] == ["egfr"]
    assert card.unknown == ()
    (asking,) = group_findings([replace(_FINDING, kind=Kind.QUESTION, word=Word.CANNOT_TELL)])
    assert asking.unknown == ("albumin",)


def test_a_case_that_would_stop_is_told_apart_from_one_that_only_adds() -> None:
    stop = OpenCase("would stop", Severity.STOP, ("egfr",))
    same = OpenCase("would add", Severity.WARN, ("egfr",))
    (card,) = group_findings([replace(_FINDING, open_cases=(stop, same))])
    assert card.graver_cases == (stop,)
    assert card.other_cases == (same,)


def test_every_problem_is_on_exactly_one_card() -> None:
    result = ask(base("kidney-older-start"))
    shown = [rule for card in problem_cards(result) for rule in card.rules]
    assert sorted(shown) == sorted(
        f.rule for f in result.assessment.problems if f.word is not Word.NO_PROBLEM
    )


def test_advice_on_record_and_plan_is_given_once() -> None:
    rules = [f.rule for f in advice_findings(ask(read(PUBLISHED / "worked-example.yaml")))]
    assert "DRV-01" in rules
    assert len(rules) == len(set(rules))


def test_a_card_and_the_json_show_every_side_of_a_disagreement() -> None:
    change = {"jurisdiction": "UK", "record": {"indication": {"what": "stroke"}}}
    result = ask(patched(base("adult-us"), change))
    card = next(c for c in problem_cards(result) if "IND-04" in c.rules)
    assert [c.id for c in card.conflicts] == ["CON-02"]
    page = html(result)
    assert "Sources disagree" in page
    used = {source.id for source in result.sources}
    finding = next(f for f in result_data(result)["findings"] if f["rule"] == "IND-04")
    (conflict,) = finding["conflicts"]
    assert conflict["id"] == "CON-02"
    assert conflict["policy"]
    for side in conflict["sides"]:
        assert {c["source"] for c in side["evidence"]} <= used


def test_a_labelled_use_that_others_do_not_recommend_says_so_in_the_advice() -> None:
    result = ask(base("child-uk"))
    assert "IND-03" in {f.rule for f in advice_findings(result)}
    page = html(result)
    assert "Is baclofen by mouth labelled for cerebral palsy?" in page
    assert "Who says otherwise:" in page
