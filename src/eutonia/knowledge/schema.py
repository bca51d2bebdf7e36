"""The shapes of knowledge: sources, facts, rules, limits, products, terms and models.

One item, one place: what it says, the value with its unit, for whom, from which source at which place,
how well graded, from and until when, when and how it was last checked, who says otherwise (``differs``) and
where our form departs from the source (``departs``). These are plain frozen data; the loader checks them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

from eutonia.knowledge.condition import Condition
from eutonia.units import Quantity

if TYPE_CHECKING:
    from eutonia.knowledge.codes import CodeRegister
    from eutonia.knowledge.devices import Device
    from eutonia.knowledge.library import Claim, Conflict, Entry, Note, Placement, Position, Table
    from eutonia.knowledge.populations import Population
    from eutonia.knowledge.pump_numbers import PumpNumber
    from eutonia.knowledge.recognition import Recognition
    from eutonia.knowledge.upkeep import Base, Upgrade


class Severity(IntEnum):
    """How grave a finding is; it belongs to the rule."""

    INFO = 1
    CAUTION = 2
    WARN = 3
    STOP = 4
    BLOCK = 5


class Word(StrEnum):
    """The four words a reader sees."""

    STOP = "Stop"
    CHECK = "Check"
    CANNOT_TELL = "Cannot tell"
    NO_PROBLEM = "No problem found"


class Kind(StrEnum):
    """What a rule is for: a problem, a piece of advice that is no problem, or a question to answer first."""

    FINDING = "finding"
    ADVICE = "advice"
    QUESTION = "question"


class Check(StrEnum):
    """How the statement was checked against its source."""

    READ = "read"
    READ_ABSTRACT = "read abstract"
    SECOND_HAND = "second-hand"
    RECALLED = "recalled"
    OURS = "ours"


class Grade(StrEnum):
    """What kind of evidence a statement rests on."""

    LABEL = "label"
    GUIDELINE = "guideline"
    TRIAL = "trial"
    COHORT = "cohort"
    CASE = "case"
    OPINION = "opinion"
    OURS = "ours"


@dataclass(frozen=True, slots=True)
class Citation:
    """One source for one statement: where in it, how and when it was checked."""

    source: str
    at: str
    check: Check
    on: date


@dataclass(frozen=True, slots=True)
class Differs:
    """A source that says otherwise."""

    source: str
    says: str


@dataclass(frozen=True, slots=True)
class Source:
    """One document, once."""

    id: str
    title: str
    kind: str
    check: Check
    on: date
    authors: str = ""
    year: str = ""
    where: str = ""  # DOI, PMID or address

    def line(self) -> str:
        """A one-line reference."""
        parts = [p for p in (self.authors, self.title, self.year, self.where) if p]
        return ". ".join(p.rstrip(".") for p in parts) + "."


@dataclass(frozen=True, slots=True)
class FactDefinition:
    """One name of the glossary: what it means, its type and unit."""

    name: str
    type: str  # number | boolean | text
    unit: str
    says: str
    values: tuple[str, ...] = ()  # for text facts: the closed list
    ask: str = ""  # how to obtain it when it is missing
    origin: str = "computed"  # computed | problem | medicine | sign | observation
    of: tuple[str, ...] = ()  # the terms behind a problem, medicine or sign fact
    status: str = ""  # problem facts: active | past | ever
    within_days: int | None = None  # observations and signs older than this say nothing about today
    room: str = ""  # "recognise": asked only when something is wrong; a sign of it is absent only by an entry


@dataclass(frozen=True, slots=True)
class Case:
    """A variant of a rule: when it holds, its severity and words replace or add to the rule's."""

    name: str
    when: Condition
    severity: Severity | None
    say: str
    do: str
    evidence: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the catalogue.

    when: SQL boolean expression over glossary facts, three-valued. severity: unless a case says otherwise.
    unknown: "ask" when not being able to evaluate it must be answered with Cannot tell, "list" when it is
    only listed among what could not be checked.
    """

    id: str
    topic: str
    title: str
    when: Condition
    severity: Severity
    kind: Kind
    say: str
    do: str
    unknown: str
    grade: Grade
    evidence: tuple[Citation, ...]
    valid_from: date
    valid_until: date | None = None
    cases: tuple[Case, ...] = ()
    merge: str = ""  # rules with the same merge key share one card
    asks: str = ""  # the question to put first
    differs: tuple[Differs, ...] = ()
    departs: str = ""
    replaced_by: tuple[str, ...] = ()  # once it has ended
    file: str = ""
    line: int = 0

    @property
    def is_recalled_only(self) -> bool:
        """Whether nothing behind it was read anywhere."""
        return all(c.check is Check.RECALLED for c in self.evidence)


@dataclass(frozen=True, slots=True)
class Limit:
    """A number a plan must respect: largest dose, step, interval, fraction kept in kidney disease."""

    id: str
    says: str
    name: str  # which limit, e.g. oral.daily_dose.max
    value: Quantity | Fraction
    when: Condition  # for whom
    jurisdictions: tuple[str, ...]  # empty: all
    grade: Grade
    evidence: tuple[Citation, ...]
    valid_from: date
    valid_until: date | None = None
    differs: tuple[Differs, ...] = ()
    departs: str = ""
    replaced_by: tuple[str, ...] = ()  # once it has ended


@dataclass(frozen=True, slots=True)
class MarketedProduct:
    """A product usual in a jurisdiction."""

    id: str
    jurisdictions: tuple[str, ...]
    form: str
    strength: Quantity | None
    concentration: Quantity | None
    scored: bool | None
    evidence: tuple[Citation, ...]
    says: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """A diagnosis, medicine class, sign or measurement that records may name in several ways."""

    id: str
    kind: str  # problem | medicine | sign | observation
    words: str  # how it is shown
    names: tuple[str, ...]  # lower case, incl. brands and spellings
    codes: Mapping[str, tuple[str, ...]]  # system -> codes or prefixes (trailing *)
    member_of: tuple[str, ...] = ()  # broader terms
    dimensions: tuple[str, ...] = ()  # observations
    grades: tuple[str, ...] = ()  # observations on a scale
    possible: tuple[Quantity, Quantity] | None = None
    usual: tuple[Quantity, Quantity] | None = None
    because: str = ""
    evidence: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Bounds:
    """What is possible (else refused) and usual (else noted) for a field of the record."""

    name: str
    possible: tuple[Quantity, Quantity] | tuple[int, int]
    usual: tuple[Quantity, Quantity] | tuple[int, int]
    because: str
    evidence: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class NotFound:
    """A study people cite that could not be found."""

    id: str
    names: tuple[str, ...]  # lower-case words that together identify it
    says: str
    evidence: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Spread:
    """Between-subject variability: lognormal (CV as fraction) or logit-normal (SD on the logit)."""

    kind: str
    value: float
    shared_with: str | None = None


@dataclass(frozen=True, slots=True)
class Parameter:
    """A model parameter: value in its unit, spread between people, and where it comes from."""

    name: str
    value: float
    unit: str
    says: str
    spread: Spread | None
    evidence: tuple[Citation, ...]
    grade: str


@dataclass(frozen=True, slots=True)
class DomainLimit:
    """Who a model was made for: outside hard it refuses, outside soft it says so."""

    covariate: str
    unit: str
    hard: tuple[float | None, float | None]
    soft: tuple[float | None, float | None]
    because: str


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A published or composed model: parameters with sources, and the people it is valid for."""

    name: str
    title: str
    says: str
    structure: str
    parameters: Mapping[str, Parameter]
    domain: tuple[DomainLimit, ...]
    cannot_see: tuple[str, ...]
    departs: str

    def value(self, name: str) -> float:
        """The parameter's value in the unit its file states. Raises KeyError."""
        return self.parameters[name].value


@dataclass(frozen=True, slots=True)
class Equation:
    """A kidney-function equation: coefficients with units, population and sources."""

    name: str
    says: str
    unit: str
    population: str
    coefficients: Mapping[str, float]
    evidence: tuple[Citation, ...]
    grade: str

    @property
    def mark(self) -> str:
        """The best check behind it: how closely anybody has looked at a source of it."""
        order = [Check.READ, Check.READ_ABSTRACT, Check.SECOND_HAND, Check.OURS, Check.RECALLED]
        return min((c.check for c in self.evidence), key=order.index, default=Check.RECALLED).value


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Everything known, as of one date, with a content hash over the files it came from."""

    hash: str
    base: Base
    as_of: date
    sources: Mapping[str, Source]
    facts: Mapping[str, FactDefinition]
    rules: tuple[Rule, ...]
    limits: tuple[Limit, ...]
    products: tuple[MarketedProduct, ...]
    terms: Mapping[str, Term]
    codes: CodeRegister
    bounds: Mapping[str, Bounds]
    not_found: tuple[NotFound, ...]
    models: Mapping[str, ModelFile]
    devices: Mapping[str, Device]
    populations: Mapping[str, Population]
    pump: tuple[PumpNumber, ...]  # what plans for a pump respect
    kidney: Mapping[str, Equation]
    tables: Mapping[str, Table]
    notes: Mapping[str, Note]
    conflicts: Mapping[str, Conflict]
    uses: tuple[Position, ...]
    claims: Mapping[str, Claim]
    catalogue: tuple[Placement, ...]
    words: Mapping[str, Entry]  # of the field, for readers
    upgrades: tuple[Upgrade, ...]
    recognition: Recognition

    def rule(self, rule_id: str) -> Rule:
        """The rule with this id. Raises KeyError."""
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise KeyError(rule_id)
