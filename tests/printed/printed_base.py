"""The worked taper and a pump for the tests of hand-outs, and small builders."""

from __future__ import annotations

import io
from datetime import date, time
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

import pypdf

from eutonia.consult import consult_data
from eutonia.knowledge.loader import load_knowledge
from eutonia.printed import DayDose, Handout, PartOfDay, Phase, Portion, PumpDates, handout_of
from eutonia.record import Form, Jurisdiction
from tests.scenario_files import PUBLISHED, read

LANGUAGES = ("en", "de", "fr")
TEN = Fraction(10)
MONDAY = date(2026, 11, 30)


@cache
def taper() -> Handout:
    """The worked taper, as a consultation gives it."""
    return handout_of(consult_data(read(PUBLISHED / "taper.yaml"), load_knowledge(), people=0))


def handout_from(data: Any) -> Handout:
    return handout_of(consult_data(data, load_knowledge(), people=0))


def tablets(units: str, mg: int = 10, *, scored: bool = True) -> Portion:
    return Portion(Fraction(units), Form.TABLET, Fraction(mg), scored)


def liquid(ml: str, mg_per_ml: str = "1") -> Portion:
    return Portion(Fraction(ml), Form.LIQUID, Fraction(mg_per_ml))


def at(when: PartOfDay, *portions: Portion, clock: time | None = None) -> DayDose:
    return DayDose(when, portions, clock)


def phase(first: date, last: date | None, *doses: DayDose) -> Phase:
    return Phase(first, last, doses)


def of(*phases: Phase, pump: PumpDates | None = None) -> Handout:
    return Handout(date(2026, 11, 22), Jurisdiction.UK, phases, pump, "eutonia test")


#: 20 mL of 2,000 micrograms per mL at 300 a day are 0.15 mL a day: alarm 22 March, refill a week before.
PUMP = PumpDates(
    date(2027, 3, 15),
    date(2027, 3, 22),
    date(2027, 4, 4),
    micrograms_a_day=Decimal(300),
    micrograms_per_ml=Decimal(2000),
)


def both() -> Handout:
    """Tablets of two strengths and a liquid going up, beside a pump: every kind of sentence at once."""
    return of(
        phase(
            MONDAY,
            date(2026, 12, 1),
            at(PartOfDay.MORNING, tablets("1", 5), tablets("1/2")),
            at(PartOfDay.BEDTIME, liquid("2.5")),
        ),
        phase(
            date(2026, 12, 2),
            None,
            at(PartOfDay.MORNING, tablets("3/2")),
            at(PartOfDay.BEDTIME, Portion(Fraction(1), Form.GRANULES, TEN)),
        ),
        pump=PUMP,
    )


def pages(data: bytes) -> list[str]:
    """The text of each page, as a reader's program extracts it."""
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages]
