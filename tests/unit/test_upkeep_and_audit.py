"""The log of what was looked up, and the audit of the base."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from eutonia.errors import Code, KnowledgeBroken, Problem
from eutonia.knowledge.audit import audit
from eutonia.knowledge.cited import best_check, cited_items, cited_sources
from eutonia.knowledge.loader import load_knowledge
from eutonia.knowledge.named import kinds_by_name
from eutonia.knowledge.schema import Check, Citation, Severity
from eutonia.knowledge.upkeep import Outcome, Upgrade
from eutonia.report.audit import WIDTH, audit_lines
from tests.unit.broken_base import add, copy_of, refused, stands_at, the_problem

KNOWLEDGE = load_knowledge()
DAY = date(2026, 11, 22)
ENTRY = """upgrades:
  - {{item: DRV-01, was: recalled, now: read, read: "driving", source: {source}, on: {on}, outcome: {outcome}}}
"""


def log(root: Path, source: str = "S07", on: str = "2026-11-22", outcome: str = "upgraded") -> None:
    text = ENTRY.format(source=source, on=on, outcome=outcome)
    (root / "upgrades.yaml").write_text(text, encoding="utf-8")


def test_what_was_looked_up_is_kept_with_what_was_read(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    log(root)
    (entry,) = load_knowledge(root=root).upgrades
    assert (entry.item, entry.outcome, entry.source) == ("DRV-01", Outcome.UPGRADED, "S07")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"source": "S9999"}, Code.UNKNOWN_REFERENCE),
        ({"on": "2026-11-23"}, Code.DATE_IN_FUTURE),
        ({"outcome": "guessed"}, Code.UNKNOWN_WORD),
    ],
)
def test_an_entry_of_the_log_that_cannot_be_is_refused(
    tmp_path: Path, change: dict[str, str], code: Code
) -> None:
    root = copy_of(tmp_path)
    log(root, **change)
    assert the_problem(root, code).path.startswith("upgrades.yaml:2")


def test_only_what_was_not_found_may_name_no_source(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    for outcome in ("upgraded", "not found"):
        log(root, source='""', outcome=outcome)
        if outcome == "not found":
            assert load_knowledge(root=root).upgrades[0].source == ""
        else:
            text = (root / "upgrades.yaml").read_text(encoding="utf-8").replace('source: "", ', "")
            (root / "upgrades.yaml").write_text(text, encoding="utf-8")
            assert {p.code for p in refused(root)} == {Code.MISSING_VALUE}


_MARKS = sorted((check.value for check in Check), key=len, reverse=True)


@pytest.mark.parametrize("entry", KNOWLEDGE.upgrades, ids=lambda u: f"{u.item} {u.source} {u.outcome}")
def test_each_entry_of_the_log_says_what_the_item_says(entry: Upgrade) -> None:
    assert entry.item in kinds_by_name(KNOWLEDGE)
    if not entry.source:
        return
    name = entry.item.removeprefix("use:").removeprefix("equation:")
    parts = (f"{name}, ", f"{name}/")
    mine = [item for item in cited_items(KNOWLEDGE) if item.id == name or item.id.startswith(parts)]
    marks = {c.check.value for item in mine for c in item.evidence if c.source == entry.source}
    heard = {d.source for item in mine for d in item.differs}
    mark = next((m for m in _MARKS if entry.now == m or entry.now.startswith(f"{m}:")), None)
    assert mark in marks if mark is not None else entry.source in heard


def test_the_audit_counts_what_there_is() -> None:
    state = audit(KNOWLEDGE)
    assert state.counts["rules"] == len(KNOWLEDGE.rules)
    marked = sum(sum(row.values()) for row in state.marks.values())
    assert marked == len(KNOWLEDGE.rules) + sum(len(r.cases) for r in KNOWLEDGE.rules)
    assert sum(state.placed.values()) == len(KNOWLEDGE.catalogue)


def test_nothing_that_rests_on_memory_alone_stops() -> None:
    assert audit(KNOWLEDGE).stops_recalled == ()


def test_the_audit_would_show_a_rule_that_stops_from_memory() -> None:
    memory = (Citation("S07", "memory", Check.RECALLED, DAY),)
    rule = replace(KNOWLEDGE.rules[0], id="X-01", severity=Severity.STOP, evidence=memory, cases=())
    state = audit(replace(KNOWLEDGE, rules=(rule,)))
    assert state.stops_recalled == ("X-01",)
    assert "THESE STOP: X-01" in " ".join("\n".join(audit_lines(state)).split())


def test_a_source_nothing_cites_is_unused_and_a_citation_of_none_unresolved() -> None:
    fewer = {name: s for name, s in KNOWLEDGE.sources.items() if name != "S28"}
    state = audit(replace(KNOWLEDGE, sources={**fewer, "NEW": KNOWLEDGE.sources["S07"]}))
    assert state.unresolved == ("S28",)
    assert "NEW" in state.unused


def test_every_source_of_the_base_is_used_and_every_citation_resolves() -> None:
    state = audit(KNOWLEDGE)
    assert (state.unused, state.unresolved) == ((), ())


def test_a_source_that_only_a_code_names_is_used() -> None:
    only = {s for code in KNOWLEDGE.codes for s in code.sources}
    only -= {c.source for item in cited_items(KNOWLEDGE) for c in item.evidence}
    assert "S-AUDX" in only
    assert only <= cited_sources(KNOWLEDGE)


_NEW_SOURCE = '  - {id: NEW, title: t, kind: web, where: "%s", check: read, on: 2026-11-22}\n'


def test_a_base_with_a_source_that_nothing_cites_is_refused(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    line = add(root, "sources.yaml", _NEW_SOURCE % "example.org")
    problem = the_problem(root, Code.UNUSED)
    assert stands_at(problem, "sources.yaml", line)
    assert "NEW" in problem.why


def test_a_source_is_used_by_what_differs_and_by_the_log_too(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    add(root, "sources.yaml", _NEW_SOURCE % "example.org")
    log(root, source="NEW")
    assert not any(p.code is Code.UNUSED and "NEW" in p.why for p in refused_or_none(root))


@pytest.mark.parametrize("name", ["doi 10.1111/jgs.18349", "PMID 36989193"])
def test_a_document_that_stands_twice_is_refused(tmp_path: Path, name: str) -> None:
    root = copy_of(tmp_path)
    line = add(root, "sources.yaml", _NEW_SOURCE % f"A journal; {name}")
    problem = the_problem(root, Code.DUPLICATE_ID)
    assert stands_at(problem, "sources.yaml", line)
    assert "S68" in problem.why


def refused_or_none(root: Path) -> tuple[Problem, ...]:
    """The problems of a base; none where it loads."""
    try:
        load_knowledge(root=root)
    except KnowledgeBroken as broken:
        return broken.problems
    return ()


def test_checks_are_old_a_year_after_the_day_the_base_speaks_for() -> None:
    assert audit(KNOWLEDGE).ages.over_a_year == 0
    later = replace(KNOWLEDGE.base, on=date(2027, 12, 1))
    assert audit(replace(KNOWLEDGE, base=later)).ages.over_a_year > 100


def test_the_closest_look_counts() -> None:
    looks = (Check.RECALLED, Check.SECOND_HAND, Check.READ_ABSTRACT, Check.OURS)
    assert best_check(tuple(Citation("S07", "x", look, DAY) for look in looks)) is Check.READ_ABSTRACT


def test_the_screen_does_not_grow_with_the_base() -> None:
    many = {f"UNUSED-{number}": KNOWLEDGE.sources["S07"] for number in range(500)}
    lines = audit_lines(audit(replace(KNOWLEDGE, sources={**KNOWLEDGE.sources, **many})))
    assert len(lines) <= 44  # 40 or so, with room for the longest lists
    assert all(len(line) <= WIDTH for line in lines)
    assert any(line.endswith("more") for line in lines)


def test_everything_with_sources_is_walked() -> None:
    kinds = {item.kind for item in cited_items(KNOWLEDGE)}
    assert {
        "rule",
        "case",
        "limit",
        "term",
        "product",
        "model",
        "equation",
        "device",
        "plausibility",
    } <= kinds
    assert all(item.evidence for item in cited_items(KNOWLEDGE))
