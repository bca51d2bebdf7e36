"""Nothing of the catalogue is dropped without a word: every id has its place, and the place exists."""

from __future__ import annotations

import importlib
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from eutonia.knowledge.library import Column, Conflict, KeptAs, Note, Placement, Row, Side, Table
from eutonia.knowledge.loader import load_knowledge
from eutonia.knowledge.named import KIND_OF_KEPT, PYTHON_PATH, kinds_by_name
from eutonia.knowledge.reference_catalogue import catalogue_page, notes_page, tables_page
from eutonia.knowledge.schema import Check, Citation, Differs, Grade
from eutonia.plain_yaml import parse_yaml

LISTED = parse_yaml((Path(__file__).parents[1] / "data" / "catalogue-ids.yaml").read_text(encoding="utf-8"))
IDS = [name for names in LISTED.values() for name in names]
KNOWLEDGE = load_knowledge()
KINDS = kinds_by_name(KNOWLEDGE)
DAY = date(2026, 11, 22)
CITED = (Citation("S26", "abstract", Check.READ_ABSTRACT, DAY),)


def test_the_list_holds_255_ids_and_the_49_rows_of_codes_once_each() -> None:
    assert len(IDS) == len(set(IDS)) == 255 + 49


def test_every_id_of_the_catalogue_is_placed_exactly_once() -> None:
    placed = [entry.id for entry in KNOWLEDGE.catalogue]
    missing = [name for name in IDS if name not in placed]
    assert not missing, f"{len(missing)} ids without a place: {', '.join(missing)}"
    assert len(placed) == len(set(placed))
    assert set(placed) <= set(IDS), f"no ids of the catalogue: {sorted(set(placed) - set(IDS))}"


@pytest.mark.parametrize("entry", KNOWLEDGE.catalogue, ids=lambda e: e.id)
def test_what_an_id_became_is_what_stands_there(entry: Placement) -> None:
    if entry.kept_as is KeptAs.LEFT_OUT:
        assert entry.why.endswith(".")
        return
    kinds = {kind for name in entry.where for kind in KINDS.get(name, ("programme",))}
    assert kinds & KIND_OF_KEPT[entry.kept_as], (
        f"{entry.id} is kept as {entry.kept_as.value}, but stands at {kinds}"
    )


@pytest.mark.parametrize(
    "path", sorted({w for e in KNOWLEDGE.catalogue for w in e.where if PYTHON_PATH.fullmatch(w)})
)
def test_a_place_in_the_programme_can_be_imported(path: str) -> None:
    assert _imported(path) is not None


def _imported(path: str) -> object:
    """A module, or a name inside one."""
    try:
        return importlib.import_module(path)
    except ModuleNotFoundError:
        module, _, name = path.rpartition(".")
        return getattr(importlib.import_module(module), name)


def test_a_place_that_is_not_there_would_be_found() -> None:
    assert _imported("eutonia.plan.titrate")
    assert _imported("eutonia.plan.titrate.__name__")
    with pytest.raises((ModuleNotFoundError, AttributeError)):
        _imported("eutonia.plan.nowhere")


# --- the pages --------------------------------------------------------------------------------------------

TABLE = Table(
    id="a-table",
    topic="dosing",
    title="Doses by age",
    says="What a reader sees first.",
    columns=(
        Column("who", "for whom", "text", ""),
        Column("least", "from", "number", "year"),
        Column("dose", "dose", "quantity", ""),
    ),
    rows=(
        Row(
            "young",
            {"who": "young | small", "least": 2.0, "dose": None},
            CITED,
            (Differs("S27", "More."),),
            "We take the lower.",
        ),
    ),
)
NOTE = Note(
    "NOTE-1",
    "dosing",
    "A title",
    "Said.",
    "Done.",
    Grade.OURS,
    CITED,
    DAY,
    None,
    (),
    "",
    ("REN-04", "a-table/young"),
)
CONFLICT = Conflict(
    "CON-99", "Which?", (Side("One.", CITED), Side("Other.", CITED)), "Both are shown.", ("REN-04",)
)
PLACED = (
    Placement("DOS-90", "dosing", KeptAs.TABLE, ("a-table/young", "REN-04"), "A table, because it has rows."),
    Placement("DOS-91", "dosing", KeptAs.CODE, ("eutonia.plan.titrate",), ""),
    Placement("DOS-92", "dosing", KeptAs.LEFT_OUT, (), "No source says it."),
)
FULL = replace(
    KNOWLEDGE,
    tables={"a-table": TABLE},
    notes={"NOTE-1": NOTE},
    conflicts={"CON-99": CONFLICT},
    catalogue=PLACED,
)


def test_the_page_of_the_catalogue_says_where_each_id_went_and_why() -> None:
    page = catalogue_page(FULL)
    assert "3 ids: 1 table, 1 programme, 1 left out." in page
    assert (
        '| <a id="dos-90"></a>DOS-90 | table | [a-table/young](tables.md#a-table--young), [REN-04](rules.md#ren-04) | '
        "A table, because it has rows. |" in page
    )
    assert "`eutonia.plan.titrate`" in page
    assert "- DOS-92: No source says it." in page


def test_the_page_of_tables_leaves_silence_empty_and_shows_who_says_otherwise() -> None:
    page = tables_page(FULL)
    assert "| for whom | from, years | dose | rests on |" in page
    assert (
        '<a id="a-table--young"></a>young \\| small | 2 |  | [S26](sources.md#s26), abstract (read abstract) |'
        in page
    )
    assert "says otherwise. More." in page
    assert "where we depart. We take the lower." in page


def test_the_page_of_statements_hears_every_side_of_a_disagreement() -> None:
    page = notes_page(FULL)
    assert '### <a id="note-1"></a>NOTE-1 A title' in page
    assert "**What can be done.** Done." in page
    assert "See also [REN-04](rules.md#ren-04), [a-table/young](tables.md#a-table--young)." in page
    assert page.index("One.") < page.index("Other.") < page.index("Both are shown.")
