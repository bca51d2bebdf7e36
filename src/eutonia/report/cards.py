"""Findings as the reader meets them: those that speak of one matter share a card, the gravest leads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from eutonia.assess.findings import Assessment, Finding, OpenCase, word_for
from eutonia.assess.sheet import NOT_KNOWN
from eutonia.consult import Result
from eutonia.knowledge.library import Conflict
from eutonia.knowledge.schema import Citation, Differs, Grade, Kind, Word
from eutonia.plan.outcome import Plan
from eutonia.trace import Step

# Which matter a reader should meet first where findings are equally grave.
_SOONEST = (
    "overdose",
    "toxicity",
    "withdrawal",
    "adverse effects",
    "kidney",
    "pregnancy",
    "children",
    "interactions",
    "precautions",
    "taper",
)


GRAVEST_FIRST = (Word.STOP, Word.CHECK, Word.CANNOT_TELL, Word.NO_PROBLEM)


def _rank(finding: Finding) -> tuple[int, int, int]:
    soonest = _SOONEST.index(finding.topic) if finding.topic in _SOONEST else len(_SOONEST)
    return GRAVEST_FIRST.index(finding.word), -finding.severity, soonest


@dataclass(frozen=True, slots=True)
class Card:
    """One matter: the leading finding and those that say more about it."""

    lead: Finding
    others: tuple[Finding, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        return (self.lead, *self.others)

    @property
    def word(self) -> Word:
        return self.lead.word

    @property
    def rules(self) -> tuple[str, ...]:
        return tuple(f.rule for f in self.findings)

    @property
    def because(self) -> tuple[Step, ...]:
        """Every known fact that fired one of them, once."""
        steps = {s.name: s for f in self.findings for s in f.because}
        return tuple(s for s in steps.values() if s.value != NOT_KNOWN)

    @property
    def found(self) -> tuple[str, ...]:
        """Every entry of the record's lists that fired one of them, once: all partners of one card."""
        return tuple(dict.fromkeys(name for f in self.findings for name in f.found))

    @property
    def unknown(self) -> tuple[str, ...]:
        """The facts whose absence fired a question; what is not known fires nothing else."""
        asking = [f for f in self.findings if f.kind is Kind.QUESTION]
        return tuple(dict.fromkeys(s.name for f in asking for s in f.because if s.value == NOT_KNOWN))

    @property
    def asks(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(f.asks for f in self.findings if f.asks))

    @property
    def graver_cases(self) -> tuple[OpenCase, ...]:
        """Cases that could not be decided and would make the card graver."""
        return tuple(c for c in self._open_cases if self._is_graver(c))

    @property
    def other_cases(self) -> tuple[OpenCase, ...]:
        """Cases that could not be decided and would only add to the card."""
        return tuple(c for c in self._open_cases if not self._is_graver(c))

    def _is_graver(self, case: OpenCase) -> bool:
        """Graver in the reader's words: from Check to Stop."""
        return word_for(case.severity, Kind.FINDING) != self.word and case.severity > self.lead.severity

    @property
    def _open_cases(self) -> tuple[OpenCase, ...]:
        return tuple(dict.fromkeys(c for f in self.findings for c in f.open_cases))

    @property
    def evidence(self) -> tuple[Citation, ...]:
        return tuple(dict.fromkeys(c for f in self.findings for c in f.evidence))

    @property
    def differs(self) -> tuple[Differs, ...]:
        return tuple(dict.fromkeys(d for f in self.findings for d in f.differs))

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        found = {c.id: c for f in self.findings for c in f.conflicts}
        return tuple(found.values())

    @property
    def departs(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(f.departs for f in self.findings if f.departs))

    @property
    def grades(self) -> tuple[Grade, ...]:
        return tuple(dict.fromkeys(f.grade for f in self.findings))

    @property
    def is_recalled_only(self) -> bool:
        return all(f.is_recalled_only for f in self.findings)


def group_findings(findings: Iterable[Finding]) -> tuple[Card, ...]:
    """Cards worst first; among equals, what can harm soonest first. Without a merge key a finding stands alone."""
    groups: dict[str, list[Finding]] = {}
    for finding in sorted(findings, key=_rank):
        groups.setdefault(finding.merge or finding.rule, []).append(finding)
    return tuple(Card(group[0], tuple(group[1:])) for group in groups.values())


def problem_cards(result: Result) -> tuple[Card, ...]:
    """The problems and questions of the record as it is asked about."""
    return group_findings(f for f in result.assessment.problems if f.word is not Word.NO_PROBLEM)


def plan_cards(result: Result) -> tuple[Card, ...]:
    """What the rules say of the plan over and above the record's own problems."""
    then = _then(result)
    if then is None:
        return ()
    known = {(f.rule, f.severity) for f in result.assessment.problems}
    fresh = (f for f in then.problems if (f.rule, f.severity) not in known)
    return group_findings(f for f in fresh if f.word is not Word.NO_PROBLEM)


def _then(result: Result) -> Assessment | None:
    """The rules on the record with the plan done, by mouth or by pump."""
    if isinstance(result.plan, Plan):
        return result.plan.assessment
    return None if result.pump is None else result.pump.then


def advice_findings(result: Result) -> tuple[Finding, ...]:
    """Advice and what is worth knowing on the record, then what only the plan brings; each once."""
    then = _then(result)
    assessments = [result.assessment, *([] if then is None else [then])]
    found: dict[str, Finding] = {}
    for finding in (f for a in assessments for f in a.findings):
        if finding.word is Word.NO_PROBLEM:
            found.setdefault(finding.rule, finding)
    return tuple(found.values())
