"""Two versions of the knowledge, side by side: what was added, removed or changed, and whose answers change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from eutonia.assess.findings import Assessment
from eutonia.consult import consult_data
from eutonia.errors import InputRefused
from eutonia.knowledge.recognition import Recognition
from eutonia.knowledge.schema import Knowledge
from eutonia.plan.outcome import Plan
from eutonia.report.words import verdict

__all__ = ["AnswerChange", "Comparison", "ItemChange", "compare", "compare_answers", "compare_items"]

_REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class ItemChange:
    """One item that is not in both versions as it is. change: added, removed or changed."""

    kind: str
    id: str
    change: str
    fields: tuple[str, ...] = ()  # what changed


@dataclass(frozen=True, slots=True)
class AnswerChange:
    """One scenario that two versions answer differently.

    before, after: the word over the answer, or “refused”. appears, vanishes, changes: findings with their
    severities; opens, closes: rules that can no longer, or now, be evaluated.
    """

    scenario: str
    before: str
    after: str
    appears: tuple[str, ...] = ()
    vanishes: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    opens: tuple[str, ...] = ()
    closes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that differs between two versions. scenarios: how many were asked."""

    items: tuple[ItemChange, ...]
    answers: tuple[AnswerChange, ...]
    scenarios: int


def compare(before: Knowledge, after: Knowledge, scenarios: Mapping[str, object]) -> Comparison:
    """Items and answers of two versions. scenarios: plain data by name, as read from files."""
    answers = tuple(compare_answers(before, after, scenarios))
    return Comparison(tuple(compare_items(before, after)), answers, len(scenarios))


def compare_items(before: Knowledge, after: Knowledge) -> Iterator[ItemChange]:
    """Items added, removed and changed, kind by kind, in the order of the later version."""
    for kind, listed in _KINDS.items():
        old, new = listed(before), listed(after)
        for name in (*new, *(n for n in old if n not in new)):
            if name not in old:
                yield ItemChange(kind, name, "added")
            elif name not in new:
                yield ItemChange(kind, name, "removed")
            elif old[name] != new[name]:
                yield ItemChange(kind, name, "changed", tuple(_changed_fields(old[name], new[name])))


def _by(key: str, items: Iterable[Any]) -> dict[str, Any]:
    return {getattr(item, key): item for item in items}


_KINDS: Mapping[str, Callable[[Knowledge], Mapping[str, Any]]] = {
    # where a rule stands in its file is no change of the rule
    "rule": lambda k: {r.id: replace(r, file="", line=0) for r in k.rules},
    "limit": lambda k: _by("id", k.limits),
    "statement": lambda k: k.notes,
    "table": lambda k: k.tables,
    "disagreement": lambda k: k.conflicts,
    "claim": lambda k: k.claims,
    "fact": lambda k: k.facts,
    "name": lambda k: k.terms,
    "product": lambda k: _by("id", k.products),
    "model": lambda k: k.models,
    "equation": lambda k: k.kidney,
    "device": lambda k: k.devices,
    "pump number": lambda k: _by("id", k.pump),
    "use": lambda k: {f"{p.indication}, {p.route}, {p.texts}": p for p in k.uses},
    "id of the catalogue": lambda k: _by("id", k.catalogue),
    "bounds": lambda k: k.bounds,
    "population": lambda k: k.populations,
    "code": lambda k: {f"{c.system} {c.code or c.concept}": c for c in k.codes},
    "study not found": lambda k: _by("id", k.not_found),
    "word": lambda k: _by("id", k.words.values()),
    "presentation": lambda k: k.recognition.presentations,
    "explanation": lambda k: k.recognition.explanations,
    "red flag": lambda k: k.recognition.red_flags,
    "published rule": lambda k: k.recognition.rules,
    "accuracy": lambda k: k.recognition.accuracies,
    "prior": lambda k: k.recognition.priors,
    "step at the device": lambda k: k.recognition.device,
    "ladder": lambda k: k.recognition.ladders,
    "contradiction": lambda k: k.recognition.contradictions,
    "number of recognising": lambda k: k.recognition.numbers,
    "setting of recognising": lambda k: _settings(k.recognition),
    "source": lambda k: k.sources,
}


def _settings(recognition: Recognition) -> Mapping[str, Any]:
    """What stands there once and has no id."""
    return {name: getattr(recognition, name) for name in ("opposites", "cutoffs", "responses", "studies")}


def _changed_fields(old: Any, new: Any) -> Iterator[str]:
    if type(old) is not type(new) or isinstance(new, tuple):
        return  # a list, or something that was not there at all
    for name in type(new).__dataclass_fields__:
        if getattr(old, name) != getattr(new, name):
            yield name


def compare_answers(
    before: Knowledge, after: Knowledge, scenarios: Mapping[str, object]
) -> Iterator[AnswerChange]:
    """The scenarios that the two versions answer differently."""
    for name, data in scenarios.items():
        old, new = _answer(data, before), _answer(data, after)
        if old != new:
            yield _change(name, old, new)


@dataclass(frozen=True, slots=True)
class _Answer:
    word: str
    findings: Mapping[str, str]
    undecided: frozenset[str]


def _answer(data: object, knowledge: Knowledge) -> _Answer:
    try:
        result = consult_data(data, knowledge, people=0)
    except InputRefused:
        return _Answer(_REFUSED, {}, frozenset())
    judged = [("", result.assessment)]
    if isinstance(result.plan, Plan):
        judged.append(("the plan: ", result.plan.assessment))
    return _Answer(
        verdict(result).value,
        {f"{where}{rule}": severity for where, a in judged for rule, severity in _found(a)},
        frozenset(f"{where}{u.rule}" for where, a in judged for u in a.undecided if u.must_ask),
    )


def _found(assessment: Assessment) -> Iterator[tuple[str, str]]:
    for finding in assessment.findings:
        yield finding.rule, finding.severity.name


def _change(name: str, old: _Answer, new: _Answer) -> AnswerChange:
    both = [rule for rule in new.findings if rule in old.findings]
    return AnswerChange(
        scenario=name,
        before=old.word,
        after=new.word,
        appears=tuple(f"{r} {s}" for r, s in new.findings.items() if r not in old.findings),
        vanishes=tuple(f"{r} {s}" for r, s in old.findings.items() if r not in new.findings),
        changes=tuple(
            f"{r} {old.findings[r]} → {new.findings[r]}" for r in both if old.findings[r] != new.findings[r]
        ),
        opens=tuple(sorted(new.undecided - old.undecided)),
        closes=tuple(sorted(old.undecided - new.undecided)),
    )
