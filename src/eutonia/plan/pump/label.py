"""Whose text a pump is planned by, for whom, and the numbers it gives.

There is no text for everybody: rules on the first dose and the steps differ by country. Without one nothing is
worked out, and what other texts say stands beside the one that is followed.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from eutonia.errors import Code, InputRefused, KnowledgeBroken, Problem
from eutonia.knowledge.pump_numbers import LABELS, POPULATIONS, PUMP_UNITS, PumpNumber
from eutonia.knowledge.schema import Knowledge
from eutonia.plan.pump.exact import sentence, show_amount
from eutonia.units import unit

__all__ = ["LABEL_WORDS", "Guide", "number_of", "numbers_of", "percent_of", "show_pump_number"]

LABEL_WORDS = {
    "US": "the United States text",
    "DE": "the German text",
    "NL": "the Dutch formulary",
    "BE": "the Belgian text",
    "JP": "the Japanese text",
}


@dataclass(frozen=True, slots=True)
class Guide:
    """The text followed and the patient's population: “spinal” or “cerebral” for adults, “child” for children.

    Raises InputRefused for a text that was not read (with those that were) and for a population that does not
    exist: both decide the numbers, so neither is guessed.
    """

    knowledge: Knowledge
    label: str
    population: str

    def __post_init__(self) -> None:
        problems = []
        if self.label not in LABELS:
            why = (
                "No text of this country on dosing by pump was read; which text is followed decides the dose."
            )
            step = "Choose the text the clinic works by."
            problems.append(Problem(Code.UNKNOWN_WORD, why, "label", str(self.label), LABELS, step))
        if self.population not in POPULATIONS:
            why = "The steps differ between spasticity from the spinal cord, from the brain, and children."
            step = "Say which of them the patient belongs to."
            problems.append(
                Problem(Code.UNKNOWN_WORD, why, "population", str(self.population), POPULATIONS, step)
            )
        if problems:
            raise InputRefused(problems)

    @property
    def words(self) -> str:
        """The text followed, for people."""
        return LABEL_WORDS[self.label]

    def find(self, name: str) -> PumpNumber | None:
        """The number of this name for this text and population; None where the text was not read for it.

        A number of the text goes before one of no country, one for the population before one for everybody.
        Raises KeyError for a name that does not exist.
        """
        if name not in PUMP_UNITS:
            raise KeyError(name)
        fitting = [
            n
            for n in self.knowledge.pump
            if n.name == name
            and (not n.labels or self.label in n.labels)
            and (not n.populations or self.population in n.populations)
        ]
        return max(fitting, key=lambda n: (bool(n.labels), bool(n.populations)), default=None)

    def others(self, name: str) -> tuple[PumpNumber, ...]:
        """What other texts give under this name for the same population, where it differs."""
        mine = self.find(name)
        return tuple(
            n
            for n in self.knowledge.pump
            if n.name == name
            and n.labels
            and self.label not in n.labels
            and (not n.populations or self.population in n.populations)
            and (mine is None or n.exact != mine.exact)
        )

    def silence(self, name: str, what: str) -> str:
        """The sentence for a number this text was not read for, with what others say."""
        others = self.others(name)
        said = " ".join(f"{sentence(_texts(n))}: {n.says}" for n in others)
        tail = f" {said}" if said else ""
        return f"{sentence(what)} was not read in {self.words}.{tail}"

    def not_read(self, name: str, what: str) -> str:
        """The same, for what was left unchecked."""
        text = self.silence(name, what)
        return f"Not checked: {text[:1].lower()}{text[1:]}"


def _texts(number: PumpNumber) -> str:
    return " and ".join(LABEL_WORDS[label] for label in number.labels)


def number_of(knowledge: Knowledge, name: str) -> PumpNumber:
    """The one number of this name that no text or population sets apart.

    Raises KnowledgeBroken where it has ended by the day the base was loaded for: without it nothing is worked out.
    """
    for number in knowledge.pump:
        if number.name == name and not number.labels and not number.populations:
            return number
    raise _gone(name)


def numbers_of(knowledge: Knowledge, name: str) -> tuple[PumpNumber, ...]:
    """Every number of this name, whosever it is; at least one. Raises KnowledgeBroken as ``number_of``."""
    found = tuple(number for number in knowledge.pump if number.name == name)
    if not found:
        raise _gone(name)
    return found


def _gone(name: str) -> KnowledgeBroken:
    why = f"There is no number “{name}” for pumps that still holds."
    step = "Bring the base up to date; no other number stands in for it."
    return KnowledgeBroken([Problem(Code.MISSING_VALUE, why, path="pump.yaml", next_step=step)])


def show_pump_number(number: PumpNumber) -> str:
    """Its value for people: “30 per cent”, “2 mL”, “1.3”."""
    symbol = PUMP_UNITS[number.name]
    text = show_amount(number.exact)
    return f"{text} {unit(symbol).words}" if symbol else text


def percent_of(value: Fraction, percent: Fraction) -> Fraction:
    """So many per cent of a value, exactly."""
    return value * percent / 100
