"""Whatever a plan holds: every day stands once, every dose reads back exactly, and no text can be misread."""

from __future__ import annotations

import re
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eutonia.notation import violations
from eutonia.printed import DayDose, Handout, PartOfDay, Phase, Portion
from eutonia.printed.blocks import Step
from eutonia.printed.calendar import calendar_document
from eutonia.printed.languages import language
from eutonia.printed.leaflet import leaflet_document
from eutonia.printed.pharmacy import pharmacy_lines
from eutonia.record import Form, Jurisdiction
from tests.printed.printed_base import LANGUAGES

TABLETS = st.builds(
    lambda halves, mg: Portion(Fraction(halves, 2), Form.TABLET, Fraction(mg), True),
    st.integers(1, 8),
    st.sampled_from([5, 10, 20, 25]),
)
LIQUIDS = st.builds(
    lambda hundredths, mg: Portion(Fraction(hundredths, 100), Form.LIQUID, Fraction(mg)),
    st.integers(1, 3000),
    st.sampled_from([1, 2, 5]),
)
PACKETS = st.builds(
    lambda n, mg: Portion(Fraction(n), Form.GRANULES, Fraction(mg)),
    st.integers(1, 4),
    st.sampled_from([5, 10]),
)
DOSES = st.lists(
    st.tuples(
        st.sampled_from(PartOfDay), st.lists(st.one_of(TABLETS, LIQUIDS, PACKETS), min_size=1, max_size=2)
    ),
    max_size=4,
    unique_by=lambda pair: pair[0],
)


@st.composite
def plans(draw: st.DrawFn) -> Handout:
    begin = draw(st.dates(date(2026, 1, 1), date(2030, 12, 31)))
    phases = []
    chosen = draw(st.lists(st.tuples(st.integers(1, 20), DOSES), min_size=1, max_size=5))
    is_open = draw(st.booleans())
    for index, (days, doses) in enumerate(chosen):
        last = None if is_open and index == len(chosen) - 1 else begin + timedelta(days=days - 1)
        made = tuple(DayDose(when, tuple(portions)) for when, portions in doses)
        phases.append(Phase(begin, last, made))
        begin += timedelta(days=days)
    return Handout(date(2026, 1, 1), Jurisdiction.DE, tuple(phases), None, "eutonia test")


def mg_in(text: str, code: str) -> Fraction:
    """The milligrams of a printed dose, read by a small reader of our own for this test."""
    plain = text.replace("\u00a0", "").replace(" ", "")
    number = r"\d+(?:[.,]\d+)?"
    total = Fraction(0)
    half = r"halfatablet|einehalbeTablette|undemi-comprimé"
    pattern = (
        rf"({half})|({number})(andahalf|undeinehalbe)?(?:tablets?|Tabletten?|comprimés?(etdemi)?|packets?|Beutel|sachets?)"
        rf"|({number})m[lL]"
    )
    strengths = [
        Fraction(s.replace(",", ".")) for s in re.findall(rf"(?:of|zu|de|with|mit|à)({number})mg", plain)
    ]
    units = []
    for found in re.finditer(pattern, plain):
        if found[1]:
            units.append(Fraction(1, 2))
        elif found[2]:
            units.append(Fraction(found[2]) + (Fraction(1, 2) if found[3] or found[4] else 0))
        else:
            units.append(Fraction(found[5].replace(",", ".")))
    for unit, strength in zip(units, strengths, strict=True):
        total += unit * strength
    return total


@pytest.mark.parametrize("code", LANGUAGES)
@settings(max_examples=40, deadline=None)
@given(plan=plans())
def test_every_day_stands_once_and_every_instruction_reads_back_to_its_dose(code: str, plan: Handout) -> None:
    document = calendar_document(plan, language(code))
    steps = [block for block in document.blocks if isinstance(block, Step)]
    assert len(steps) == len(plan.phases)
    for step, phase in zip(steps, plan.phases, strict=True):
        if not phase.doses:
            assert step.table is None
            continue
        assert step.table is not None
        assert len(step.table.rows) == (phase.days or 7)
        # Lines without a dose say that a time is taken no more; they hold no number and add nothing.
        assert sum(mg_in(line, code) for line in step.lines[1 : 1 + len(PartOfDay)]) == phase.daily_mg
        for row in step.table.rows:
            assert sum(cell.has_box for cell in row) == len(phase.doses)


@pytest.mark.parametrize("code", LANGUAGES)
@settings(max_examples=40, deadline=None)
@given(plan=plans())
def test_no_text_of_any_plan_breaks_a_rule_of_notation(code: str, plan: Handout) -> None:
    lang = language(code)
    texts = [
        *calendar_document(plan, lang).texts(),
        *leaflet_document(plan, lang).texts(),
        *pharmacy_lines(plan, lang),
    ]
    assert [v for text in texts for v in violations(text, is_page=True, language=code)] == []


@settings(max_examples=60, deadline=None)
@given(plan=plans())
def test_the_supply_is_the_sum_of_the_days(plan: Handout) -> None:
    by_day: dict[tuple[Form, Fraction], Fraction] = {}
    for phase in plan.phases:
        for _ in range(phase.days or 0):
            for portion in (p for dose in phase.doses for p in dose.portions):
                by_day[portion.product] = by_day.get(portion.product, Fraction(0)) + portion.units
    assert by_day == plan.supply()
