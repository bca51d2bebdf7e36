"""Search finds what it should under every name, shows verdicts first, and takes any text."""

from __future__ import annotations

import builtins
import re
import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eutonia.errors import SearchUnavailable
from eutonia.knowledge.library import Column, Conflict, Entry, Note, Row, Side, Table, Verdict
from eutonia.knowledge.loader import load_knowledge
from eutonia.knowledge.schema import Check, Citation, Grade
from eutonia.knowledge.search import KINDS, Found, SearchIndex, search, search_index_of
from eutonia.knowledge.search_query import Phrase, Wordbook, fold, match_text, spellings
from eutonia.units import parse_quantity

KNOWLEDGE = load_knowledge()
EVERYTHING = 100_000


def find(query: str, *kinds: str, limit: int = EVERYTHING) -> Found:
    return search(KNOWLEDGE, query, kinds, limit)


def ids(query: str, *kinds: str, limit: int = EVERYTHING) -> list[str]:
    return [hit.id for hit in find(query, *kinds, limit=limit).hits]


# --- names, spellings, ids -------------------------------------------------------------------------------


def test_bachofen_finds_baclofen_and_says_so() -> None:
    found = find("Bachofen")
    assert found.hits[0].id == "baclofen"
    assert "misspelling" in found.hits[0].snippet
    assert any("“Bachofen”" in note and "baclofen" in note for note in found.notes)
    assert {"S1-04", "medicine:baclofen"} <= {hit.id for hit in found.hits}
    assert {hit.kind for hit in found.hits} >= {"rule", "claim", "source"}


def test_an_abbreviation_finds_what_is_written_in_full() -> None:
    found = find("ITB")
    assert found.hits[0].id == "intrathecal baclofen"
    assert "S2-13" in [hit.id for hit in found.hits]
    assert any("intrathecal baclofen" in note for note in found.notes)


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("MAS", "modified ashworth scale"),
        ("Penn", "penn spasm frequency scale"),
        ("SD", "status dystonicus"),
        ("NMS", "neuroleptic malignant syndrome"),
        ("FMD", "functional movement disorder"),
        ("psychogenic", "functional movement disorder"),
        ("CrCl", "creatinine clearance"),
        ("Gablofen", "lioresal intrathecal"),
        ("Zanaflex", "tizanidine"),
        ("Botox", "botulinum toxin"),
        ("t.i.d.", "three times a day"),
        ("pruritus", "itch"),
    ],
)
def test_abbreviations_brands_and_other_names_are_recognised(query: str, first: str) -> None:
    assert ids(query)[0] == first


@pytest.mark.parametrize(
    "brand", ["Lioresal", "Fleqsuvy", "Ozobax", "Lyvispah", "Kemstro", "Baclocur", "lyflex"]
)
def test_a_brand_finds_the_medicine(brand: str) -> None:
    assert "medicine:baclofen" in ids(brand)


@pytest.mark.parametrize(
    ("british", "american"),
    [
        ("haemodialysis", "hemodialysis"),
        ("anaesthesia", "anesthesia"),
        ("sleep apnoea", "sleep apnea"),
        ("oedema", "edema"),
        ("paraesthesia", "paresthesia"),
        ("paediatric", "pediatric"),
        ("randomised", "randomized"),
        ("haemofiltration", "hemofiltration"),
    ],
)
def test_both_spellings_find_the_same(british: str, american: str) -> None:
    assert sorted(ids(british)) == sorted(ids(american)) != []


def test_spellings_go_both_ways() -> None:
    assert "hemodialysis" in spellings("haemodialysis")
    assert "haemodialysis" in spellings("hemodialysis")
    assert "diarrhea" in spellings("diarrhoea")
    assert spellings("dose")[0] == "dose"


def test_the_dose_of_a_child_finds_the_rules_for_children() -> None:
    found = ids("dose of a child")
    assert {"PED-10", "PED-13"} <= set(found)
    assert "PED-10" in ids("dose of a child", "rule")[:10]


def test_an_author_finds_the_paper_and_an_id_what_it_names() -> None:
    assert "S28" in ids("Muanda", "source")[:2]
    assert "PORTER16" in ids("Porter Merrick", "source")
    assert ids("S0-39")[0] == "S0-39"
    assert ids("ren-05")[0] == "REN-05"
    assert "REN-04" in ids("S27", "rule")


def test_accents_and_capitals_do_not_matter() -> None:
    assert ids("MUÑOZ") == ids("munoz") != []
    assert fold("Ångström") == "angstrom"


def test_the_beginning_of_a_word_finds_it_and_a_plural_its_singular() -> None:
    assert "PREG-01" in ids("omphalo")
    assert "PREG-01" not in ids("om")  # too short to stand for longer words
    assert set(ids("contracture", "word")) <= set(ids("contractures", "word"))


def test_a_hyphen_joins_words_but_a_point_never_joins_figures() -> None:
    assert "neuroleptic malignant syndrome" in ids("neuro-leptic")
    phrases = {p for g in Wordbook([]).groups("2.5 mg")[0] for p in g.phrases}
    assert Phrase(("2", "5")) in phrases
    assert not any("25" in phrase.words for phrase in phrases)


def test_a_word_of_two_entries_means_both() -> None:
    book = Wordbook([Entry("cerebral palsy", ("cp",), "A."), Entry("chest pain", ("cp",), "B.")])
    (group,), _ = book.groups("CP")
    assert group.entries == ("cerebral palsy", "chest pain")


# --- what comes first ------------------------------------------------------------------------------------


def test_a_claim_never_stands_without_its_verdict() -> None:
    for verdict in Verdict:
        hits = [hit for hit in find(verdict.value, "claim").hits if hit.verdict == verdict.value]
        assert hits
        for hit in hits:
            assert hit.title.casefold().startswith(f"{verdict.value}: ")
            assert hit.snippet == KNOWLEDGE.claims[hit.id].fact
    assert not any(hit.verdict for hit in find("baclofen").hits if hit.kind != "claim")


@pytest.mark.parametrize(
    "query",
    [
        "restart baclofen paradoxical worsening",
        "paradoxical reaction re-initiation",
        "resume baclofen after paradoxical effect",
    ],
)
def test_restarting_in_paradoxical_worsening_finds_first_that_the_two_need_the_opposite(query: str) -> None:
    hits = find(query).hits
    assert hits[0].id == "paradoxical worsening"
    assert "lower dose" in hits[0].snippet
    claim = next(hit for hit in hits if hit.id == "S3-31")
    assert claim.is_dangerous
    assert {"AE-13", "WD-02"} <= set(claim.see)
    rules = [hit.id for hit in hits if hit.kind == "rule"]
    assert "WD-02" not in rules[:1] or [hit.id for hit in hits].index("S3-31") < [h.id for h in hits].index(
        "WD-02"
    )


def test_an_excerpt_of_a_rule_begins_with_the_situation_it_is_for() -> None:
    says = {rule.id: rule.say for rule in KNOWLEDGE.rules}
    for query in ("tolerated dose", "feeding tube", "stop", "raise", "restarting", "dialysis"):
        for hit in find(query, "rule").hits:
            situation = re.split(r"(?<=[.!?]) (?=[A-Z“])", says[hit.id])[0]
            assert hit.snippet.startswith(situation[:200]), hit.id
            assert len(hit.snippet) < 600


def test_what_holds_all_words_comes_alone_and_what_holds_some_is_said_to() -> None:
    assert find("haemodialysis clearance").notes == ()
    found = find("Wolf haemodialysis")
    assert {"kidney-dose/wolf-dialysis", "S27"} & {hit.id for hit in found.hits[:3]}
    partly = find("Muanda zebrafish")
    assert "S28" in [hit.id for hit in partly.hits]
    assert any("part of them" in note for note in partly.notes)


def test_kinds_and_limits_are_kept_and_the_total_is_of_all() -> None:
    found = find("baclofen", "claim", "rule", limit=5)
    assert len(found.hits) == 5 < found.total
    assert {hit.kind for hit in find("baclofen", "claim", "rule").hits} == {"claim", "rule"}
    for kind in set(KINDS) - {"note", "row", "conflict"}:
        assert find("baclofen", kind).hits, kind


def test_every_item_can_be_found_by_its_id() -> None:
    index = search_index_of(KNOWLEDGE)
    named = [r.id for r in KNOWLEDGE.rules] + [*KNOWLEDGE.claims, *KNOWLEDGE.sources, *KNOWLEDGE.notes]
    for item in [*named, *KNOWLEDGE.conflicts, *(limit.id for limit in KNOWLEDGE.limits)]:
        assert index.search(item, limit=5).hits[0].id == item


def test_every_word_finds_its_entry_by_every_way_of_writing_it() -> None:
    assert len(KNOWLEDGE.words) >= 150
    for entry in KNOWLEDGE.words.values():
        assert entry.says.endswith(".")
        for name in (entry.id, *entry.also):
            assert entry.id in ids(name, "word"), name


def test_the_mark_is_the_best_check_behind_an_item() -> None:
    marks = {hit.id: hit.mark for hit in find("baclofen").hits}
    assert marks["S3-31"] == "read"
    assert marks["baclofen"] == ""
    assert {hit.mark for hit in find("S28", "source").hits if hit.id == "S28"} == {"read abstract"}


CITED = (Citation("S28", "abstract", Check.READ_ABSTRACT, date(2026, 11, 22)),)
COLUMNS = (Column("who", "For whom", "text", ""), Column("hours", "Time", "number", "h"))
TABLE = Table(
    "zebra-doses",
    "zebras",
    "Doses of zebras",
    "From the savanna.",
    (*COLUMNS, Column("dose", "Dose", "quantity", "")),
    (
        Row("foal", {"who": "Foals", "hours": 2.5, "dose": parse_quantity("5 mg", "mass")}, CITED, (), ""),
        Row("mare", {"who": "Mares", "hours": None, "dose": None}, CITED, (), ""),
    ),
)
NOTE = Note(
    "ZEB-01", "zebras", "Zebras and stripes", "Stripes do not count.", "Look at the hooves.",
    Grade.OURS, CITED, date(2026, 11, 22), None, (), "", ("ZEB-02",),
)  # fmt: skip
CONFLICT = Conflict(
    "CON-99",
    "Are zebras black?",
    (Side("Black with white.", CITED), Side("White with black.", ())),
    "Ask.",
    ("ZEB-01",),
)
WITH_ZEBRAS = replace(
    KNOWLEDGE,
    hash="zebras",
    tables={TABLE.id: TABLE},
    notes={NOTE.id: NOTE},
    conflicts={CONFLICT.id: CONFLICT},
)


def test_rows_of_tables_statements_and_disagreements_are_found() -> None:
    hits = {hit.id: hit for hit in search(WITH_ZEBRAS, "zebra").hits}
    assert hits.keys() == {"zebra-doses/foal", "zebra-doses/mare", "ZEB-01", "CON-99"}
    foal = hits["zebra-doses/foal"]
    assert (foal.kind, foal.title) == ("row", "Doses of zebras: Foals")
    assert foal.snippet == "For whom: Foals; Time: 2.5 h; Dose: 5 mg."
    assert hits["zebra-doses/mare"].snippet == "For whom: Mares."
    assert hits["ZEB-01"].see == ("ZEB-02",)
    assert hits["CON-99"].snippet == "Black with white. White with black. Ask."
    assert {hit.mark for hit in hits.values()} == {"read abstract"}


def test_another_base_has_an_index_of_its_own() -> None:
    assert search(WITH_ZEBRAS, "zebra").total == 4
    assert find("zebra").total == 0


# --- nothing found ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("slip", "meant"),
    [
        ("baclofne", "baclofen"),
        ("hemodyalisis", "hemodialysis"),
        ("withdrawl", "withdrawal"),
        ("REN-5", "REN-05"),
        ("tizanidni baclofne", "tizanidine baclofen"),
    ],
)
def test_a_slip_is_answered_with_what_may_have_been_meant_and_never_taken_for_it(
    slip: str, meant: str
) -> None:
    found = find(slip)
    assert any(meant in suggestion for suggestion in found.suggestions)


def test_nothing_is_suggested_for_what_is_near_nothing() -> None:
    found = find("qqqqzzzzxxxx")
    assert found.hits == () == found.suggestions
    assert found.total == 0


@pytest.mark.parametrize("query", ["", "   ", '"', "🙂", "!!! ???", "\x00", "\ud800", "_", "-", "«»"])
def test_a_query_without_a_word_finds_nothing_and_raises_nothing(query: str) -> None:
    assert find(query).hits == ()


# --- any text --------------------------------------------------------------------------------------------

HOSTILE = [
    '"',
    '"" OR "',
    "baclofen OR 1=1",
    "title:baclofen",
    "{id title}: baclofen",
    "- baclofen",
    "NEAR(baclofen dialysis, 2)",
    "baclofen AND",
    "NOT baclofen",
    "^baclofen",
    "baclofen*",
    "(baclofen",
    "baclofen)) --",
    "'; DROP TABLE items; --",
    '"; DELETE FROM items; --',
    "baclofen \x00 dialysis",
    "baclofen 🙂 dialysis",
    "baclofen \ud800",
    "½ µg ² ﬁt",
    "بكلوفين 巴氯芬 баклофен",
    "a" * 10_000,
    "baclofen " * 2_000,
    "haemodialysis paediatric intrathecal opioid antipsychotic tricyclic withdrawal overdose " * 50,
    "(" * 10_000,
    '"' * 10_000,
    " ".join(f"word{n}" for n in range(3_000)),
]


@pytest.mark.parametrize("query", HOSTILE, ids=range(len(HOSTILE)))
def test_no_text_raises_or_reaches_the_search_engine_as_an_order(query: str) -> None:
    index = search_index_of(KNOWLEDGE)
    found = index.search(query)
    assert len(found.query) < 150
    found.query.encode()
    assert index.search("S0-39").total == 1  # everything is still there


def test_operators_are_words_like_others() -> None:
    assert ids("baclofen OR dialysis") == ids("baclofen dialysis")
    assert ids('"baclofen" "dialysis"') == ids("baclofen dialysis")
    assert ids("title:dialysis") == ids("title dialysis")


def test_a_text_that_is_too_long_is_read_in_part_and_that_is_said() -> None:
    assert any("beginning" in note for note in find("dialysis " * 2_000).notes)
    assert not any("beginning" in note for note in find("dialysis").notes)


@given(st.text(max_size=400))
def test_any_text_is_answered(query: str) -> None:
    found = find(query, limit=3)
    assert len(found.hits) <= 3


@given(st.text(max_size=200))
def test_what_reaches_the_engine_is_quoted_words_alone(query: str) -> None:
    groups, _ = Wordbook(KNOWLEDGE.words.values()).groups(query)
    outside = "".join(match_text(groups).split('"')[::2])
    assert set(outside) <= set("() *ANDOR")


# --- when it cannot search -------------------------------------------------------------------------------


class _WithoutFullText:
    """A connection of an SQLite that was built without full-text search."""

    def execute(self, _statement: str) -> None:
        raise sqlite3.OperationalError("no such module: fts5")

    def close(self) -> None:
        pass


def test_an_sqlite_without_full_text_search_is_said_clearly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "connect", lambda *a, **k: _WithoutFullText())
    with pytest.raises(SearchUnavailable, match="FTS5"):
        SearchIndex(KNOWLEDGE)


def test_a_python_without_sqlite_is_said_clearly(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any, **more: Mapping[str, Any]) -> Any:
        if name == "sqlite3":
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(SearchUnavailable, match="without SQLite"):
        SearchIndex(KNOWLEDGE)
