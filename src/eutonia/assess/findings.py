"""Every rule on one record: fires, does not fire, cannot tell; and the one word for the whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from eutonia.assess.sheet import FactSheet
from eutonia.knowledge.condition import Holds
from eutonia.knowledge.library import Conflict
from eutonia.knowledge.schema import Case, Citation, Differs, Grade, Kind, Knowledge, Rule, Severity, Word
from eutonia.knowledge.uses import conflicts_of_rule
from eutonia.record import Ask
from eutonia.trace import Step

#: The cards whose advice leads to a higher dose.
_UPWARDS = ("ladder", "response")


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A graver or different variant of a finding that could not be decided, and what is missing."""

    name: str
    severity: Severity
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that fired: what, why (the facts that fired it), what can be done, and on which evidence."""

    rule: str
    topic: str
    title: str
    severity: Severity
    word: Word
    kind: Kind
    say: str
    do: str
    asks: str
    cases: tuple[str, ...]
    open_cases: tuple[OpenCase, ...]
    because: tuple[Step, ...]
    evidence: tuple[Citation, ...]
    differs: tuple[Differs, ...]
    departs: str
    grade: Grade
    merge: str
    conflicts: tuple[Conflict, ...] = ()  # disagreements this rule acts on, every side heard

    @property
    def is_recalled_only(self) -> bool:
        return all(c.check == "recalled" for c in self.evidence)

    @property
    def found(self) -> tuple[str, ...]:
        """The entries of the record's lists that fired it: the partners of an interaction, by name."""
        return tuple(dict.fromkeys(name for step in self.because for name in step.found))


@dataclass(frozen=True, slots=True)
class Undecided:
    """A rule that could not be evaluated: which facts are missing, and whether the answer must ask for them."""

    rule: str
    title: str
    severity: Severity
    missing: tuple[str, ...]
    must_ask: bool


@dataclass(frozen=True, slots=True)
class Assessment:
    """All findings worst first, all rules that could not be evaluated, and those that do not fire."""

    findings: tuple[Finding, ...]
    undecided: tuple[Undecided, ...]
    quiet: tuple[str, ...]
    withheld: tuple[str, ...] = ()  # advice that leads upwards, kept back beside a finding that stops

    @property
    def word(self) -> Word:
        """Stop, Check, Cannot tell or No problem found: the gravest that applies."""
        words = {f.word for f in self.findings if f.kind is not Kind.ADVICE}
        for word in (Word.STOP, Word.CHECK):
            if word in words:
                return word
        if Word.CANNOT_TELL in words or any(u.must_ask for u in self.undecided):
            return Word.CANNOT_TELL
        return Word.NO_PROBLEM

    @property
    def problems(self) -> tuple[Finding, ...]:
        """Findings and questions, without advice."""
        return tuple(f for f in self.findings if f.kind is not Kind.ADVICE)

    @property
    def advice(self) -> tuple[Finding, ...]:
        return tuple(f for f in self.findings if f.kind is Kind.ADVICE)

    def missing(self) -> Mapping[str, tuple[str, ...]]:
        """Each missing fact with the rules it keeps open, the most wanted first."""
        wanted: dict[str, list[str]] = {}
        for item in sorted(self.undecided, key=lambda u: (not u.must_ask, -u.severity)):
            for name in item.missing:
                wanted.setdefault(name, []).append(item.rule)
        return {name: tuple(rules) for name, rules in wanted.items()}


def assess(sheet: FactSheet, knowledge: Knowledge) -> Assessment:
    """Evaluate every rule of the knowledge base on one sheet of facts."""
    findings, undecided, quiet = [], [], []
    is_worse = sheet.get("asks") == Ask.WORSE.value
    for rule in knowledge.rules:
        outcome = rule.when.evaluate(sheet.values)
        if outcome.holds is Holds.YES:
            findings.append(_finding(rule, sheet, conflicts_of_rule(knowledge, rule.id)))
        elif outcome.holds is Holds.UNKNOWN:
            must_ask = rule.unknown == "ask" or (is_worse and _is_grave(rule))
            undecided.append(Undecided(rule.id, rule.title, rule.severity, outcome.missing, must_ask))
        else:
            quiet.append(rule.id)
    order = {f.rule: i for i, f in enumerate(findings)}
    findings.sort(key=lambda f: (-f.severity, f.kind is Kind.ADVICE, order[f.rule]))
    undecided.sort(key=lambda u: (not u.must_ask, -u.severity, u.rule))
    return Assessment(tuple(findings), tuple(undecided), tuple(quiet))


def _is_grave(rule: Rule) -> bool:
    """Whether the silence of a rule may not pass for no problem when somebody is worse."""
    return rule.kind is not Kind.ADVICE and rule.severity >= Severity.STOP


def hold_back_ladders(assessment: Assessment) -> Assessment:
    """The same without advice that leads upwards, where a finding says stop: nobody is shown the way to 80 mg a day
    beside it."""
    if assessment.word is not Word.STOP:
        return assessment
    withheld = tuple(f.rule for f in assessment.advice if f.merge in _UPWARDS)
    kept = tuple(f for f in assessment.findings if f.rule not in withheld)
    return replace(assessment, findings=kept, withheld=withheld)


def word_for(severity: Severity, kind: Kind) -> Word:
    """The reader's word for a severity; advice is no problem, a question cannot be answered yet."""
    if kind is Kind.QUESTION:
        return Word.CANNOT_TELL
    if kind is Kind.ADVICE or severity is Severity.INFO:
        return Word.NO_PROBLEM
    return Word.STOP if severity >= Severity.STOP else Word.CHECK


def _finding(rule: Rule, sheet: FactSheet, conflicts: tuple[Conflict, ...]) -> Finding:
    holding: list[Case] = []
    open_cases: list[OpenCase] = []
    names = list(rule.when.facts)
    for case in rule.cases:
        outcome = case.when.evaluate(sheet.values)
        if outcome.holds is Holds.YES:
            holding.append(case)
            names += case.when.facts
        elif outcome.holds is Holds.UNKNOWN:
            open_cases.append(OpenCase(case.name, case.severity or rule.severity, outcome.missing))
    graded = [case.severity for case in holding if case.severity is not None]
    severity = max(graded) if graded else rule.severity
    evidence = (*rule.evidence, *(c for case in holding for c in case.evidence))
    return Finding(
        rule=rule.id,
        topic=rule.topic,
        title=rule.title,
        severity=severity,
        word=word_for(severity, rule.kind),
        kind=rule.kind,
        say=_join(rule.say, *(case.say for case in holding)),
        do=_todo(rule, holding),
        asks=rule.asks,
        cases=tuple(case.name for case in holding),
        open_cases=tuple(open_cases),
        because=tuple(sheet.step(name) for name in dict.fromkeys(names)),
        evidence=tuple(dict.fromkeys(evidence)),
        differs=rule.differs,
        departs=rule.departs,
        grade=rule.grade,
        merge=rule.merge,
        conflicts=conflicts,
    )


def _todo(rule: Rule, holding: list[Case]) -> str:
    """What can be done: of the cases graver than the rule first, the gravest leading, because readers of the headline
    see one sentence; then of the rule and of its other cases."""
    graver = [c for c in holding if c.severity is not None and c.severity > rule.severity]
    graver.sort(key=lambda case: -(case.severity or rule.severity))
    rest = [case for case in holding if case not in graver]
    return _join(*(case.do for case in graver), rule.do, *(case.do for case in rest))


def _join(*texts: str) -> str:
    return " ".join(text for text in texts if text)
