"""A patient can read it: grade 8 or below, measured by a library in two ways.

Flesch-Kincaid needs syllables. The library fetches its dictionary of them from the network, so its own fallback is used
here, hyphenation, which finds a few syllables too few. The automated readability index counts letters and needs none.
"""

from __future__ import annotations

import importlib
from dataclasses import replace

import pytest
import textstat

from eutonia.printed import Beside
from eutonia.printed.blocks import Cell, Document, Lines, Notice, Step
from eutonia.printed.calendar import calendar_document
from eutonia.printed.cards import refill_document, wallet_document
from eutonia.printed.languages import language
from eutonia.printed.leaflet import leaflet_document
from eutonia.printed.warnings import WARNINGS
from tests.printed.printed_base import both, taper

HIGHEST = 8


@pytest.fixture(autouse=True)
def _count_by_hyphenation(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = importlib.import_module("textstat.backend.counts._count_syllables")
    monkeypatch.setattr(counts, "get_cmudict", lambda lang: None)


def sentences(document: Document) -> str:
    """What is read as sentences; the cells of tables and the labels of lines are not."""
    found: list[str] = []
    for block in document.blocks:
        if isinstance(block, (Lines, Notice, Step)):
            found += block.lines
    cards = [block for block in document.blocks if hasattr(block, "big")]
    for card in cards:
        found += [text for text in (card.big, *card.lines) if text]
    assert not any(isinstance(text, Cell) for text in found)
    return " ".join(text if text.endswith((".", ":")) else f"{text}." for text in found).replace(
        "\u00a0", " "
    )


TEXTS = {
    "calendar": sentences(calendar_document(taper(), language("en"))),
    "leaflet of a taper": sentences(leaflet_document(taper(), language("en"))),
    **{
        f"leaflet beside {beside.value}": sentences(
            leaflet_document(replace(taper(), beside=beside), language("en"))
        )
        for beside in Beside
    },
    "leaflet with a pump": sentences(leaflet_document(both(), language("en"))),
    "wallet card": sentences(wallet_document(taper(), language("en"))),
    "refill card": sentences(refill_document(both(), language("en"))),
    **{f"warning: {warn.value}": " ".join(found.lines) for warn, found in WARNINGS.items()},
}


@pytest.mark.parametrize("name", TEXTS)
def test_patient_text_is_at_most_of_grade_8(name: str) -> None:
    assert textstat.textstat.flesch_kincaid_grade(TEXTS[name]) <= HIGHEST
    assert textstat.textstat.automated_readability_index(TEXTS[name]) <= HIGHEST


def test_the_measure_finds_a_text_that_is_too_hard() -> None:
    hard = (
        "Abrupt discontinuation of intrathecal administration has precipitated hyperthermia, altered consciousness and "
        "exaggerated rebound spasticity, necessitating immediate reinstitution of pharmacological treatment."
    )
    assert textstat.textstat.flesch_kincaid_grade(hard) > HIGHEST
    assert textstat.textstat.automated_readability_index(hard) > HIGHEST


def test_no_line_holds_more_than_a_short_instruction() -> None:
    for found in WARNINGS.values():
        assert all(len(line.split()) <= 20 for line in found.lines)
