"""The register of codes: every checked code is accounted for, with its status, and none is trusted more than that."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from eutonia.errors import Code
from eutonia.knowledge import reference
from eutonia.knowledge.codes import CodeStatus
from eutonia.knowledge.loader import load_knowledge
from eutonia.knowledge.schema import Term
from eutonia.knowledge.terms import index_of
from eutonia.units import UnitError, unit
from tests.unit.broken_base import add, copy_of, refused, stands_at, swap, the_problem

KNOWLEDGE = load_knowledge()
INDEX = index_of(KNOWLEDGE)
with (Path(__file__).parents[1] / "data" / "checked_codes.csv").open(encoding="utf-8") as file:
    CHECKED = list(csv.DictReader(file))
KINDS = ("problem", "sign", "medicine", "observation")


def meant_by(system: str, code: str) -> dict[str, Term]:
    """The terms a code stands for, by kind."""
    found = {kind: INDEX.by_code(kind, system, code) for kind in KINDS}
    return {kind: term for kind, term in found.items() if term is not None}


def name(row: dict[str, str]) -> str:
    return f"{row['system']} {row['code'] or row['concept']}"


# --- row by row against the list of checked codes --------------------------------------------------------


def test_the_list_of_checked_codes_is_the_whole_one() -> None:
    assert len(CHECKED) == 414


@pytest.mark.parametrize("row", CHECKED, ids=name)
def test_every_checked_code_is_registered_as_it_was_checked(row: dict[str, str]) -> None:
    same = [
        r
        for r in KNOWLEDGE.codes
        if (r.system, r.code, r.concept) == (row["system"], row["code"], row["concept"])
    ]
    assert [(r.display or "", r.status.value, list(r.sources)) for r in same] == [
        (row["display"], row["status"], row["sources"].split())
    ]


@pytest.mark.parametrize("row", CHECKED, ids=name)
def test_every_checked_code_is_recognised_or_says_why_not(row: dict[str, str]) -> None:
    registered = next(r for r in KNOWLEDGE.codes if (r.system, r.concept) == (row["system"], row["concept"]))
    is_used = bool(row["code"]) and bool(meant_by(row["system"], row["code"]))
    assert is_used is not bool(registered.why)


@pytest.mark.parametrize(
    "row", [r for r in CHECKED if r["system"] in ("RxNorm", "ATC") and r["code"]], ids=name
)
def test_a_medicine_code_means_the_medicine_it_was_checked_for(row: dict[str, str]) -> None:
    by_name = INDEX.by_name("medicine", row["concept"])
    by_code = meant_by(row["system"], row["code"]).get("medicine")
    if by_name is not None and by_code is not None:
        families = [{t.id, *INDEX.broader(t)} for t in (by_name, by_code)]
        assert by_name.id in families[1] or by_code.id in families[0]


@pytest.mark.parametrize("row", [r for r in CHECKED if r["status"] == "not found" and r["code"]], ids=name)
def test_a_code_that_was_not_found_means_nothing(row: dict[str, str]) -> None:
    assert not meant_by(row["system"], row["code"])


def test_codes_of_ours_beyond_the_list_were_read_in_a_table_or_in_two_places() -> None:
    checked = {(row["system"], row["code"]) for row in CHECKED}
    for row in KNOWLEDGE.codes:
        if (row.system, row.code) not in checked:
            assert row.status in {CodeStatus.TABLE, CodeStatus.TWO_SOURCES}, row
            assert set(row.sources) <= {"S-ICD", "S-ATC", "S-ATCPUB"}, row


# --- old and new codes, and what merely resembles ------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "term"),
    [
        ("G35", "G35.B1", "multiple sclerosis"),
        ("G20", "G20.B2", "parkinsons disease"),
        ("G92", "G92.9", "toxic encephalopathy"),
        ("K21.0", "K21.01", "reflux"),
    ],
)
def test_a_code_from_before_its_split_means_the_same_as_one_from_after(old: str, new: str, term: str) -> None:
    assert {meant_by("ICD-10-CM", code)["problem"].id for code in (old, new, new.replace(".", ""))} == {term}


@pytest.mark.parametrize(
    ("system", "code", "is_", "is_not"),
    [
        ("ICD-10-CM", "M62.49", "muscle contracture", "spasticity"),
        ("ICD-10-CM", "R25.2", "cramp", "spasticity"),
        ("ICD-10-CM", "G20.C", "parkinsonism", "parkinsons disease"),
        ("ICD-10-CM", "G92.05", None, "encephalopathy"),
        ("RxNorm", "8163", "phenylephrine", "baclofen"),
        ("ATC", "M03BX01", "baclofen", "muscle relaxant"),
        ("ATC", "M03AX01", "botulinum toxin", "neuromuscular blocker"),
        ("SNOMED CT", "397923000", None, "functional movement disorder"),
        ("LOINC", "54632-5", None, "poss"),
    ],
)
def test_a_code_that_merely_resembles_does_not_count(
    system: str, code: str, is_: str | None, is_not: str
) -> None:
    found = meant_by(system, code)
    assert {t.id for t in found.values()} == ({is_} if is_ else set())
    assert all(is_not not in INDEX.broader(t) for t in found.values())


@pytest.mark.parametrize(
    ("code", "term"),
    [
        ("N05CA01", "barbiturate"),
        ("R06AB04", "sedating antihistamine"),
        ("R05DA08", "opioid"),
        ("N01AX11", "oxybate"),
        ("N05CC01", "other sedative"),
        ("N05CJ01", "other sedative"),
        ("J01EE01", "trimethoprim"),
        ("N03AX14", "antiseizure medicine"),
        ("A04AD11", "cannabinoid"),
        ("N01AX03", "anaesthetic"),
        ("N01BB01", "local anaesthetic"),
        ("N06CA01", "tricyclic"),
        ("M01A", "nsaid"),
        ("N05A", "antipsychotic"),
    ],
)
def test_a_partner_is_recognised_wherever_its_group_stands(code: str, term: str) -> None:
    assert meant_by("ATC", code)["medicine"].id == term


@pytest.mark.parametrize(
    "code", ["R06AE07", "N05CH01", "N06AB06", "R05DA09", "N02BE01", "N03AX12", "N05CM05"]
)
def test_neighbours_in_the_code_system_are_no_partners(code: str) -> None:
    found = meant_by("ATC", code).get("medicine")
    assert found is None or found.id == "gabapentin"


@pytest.mark.parametrize(
    ("written", "read"),
    [("mcg", "microgram"), ("ug/d", "microgram/day"), ("mmHg", "mmHg"), ("mm[Hg]", "mmHg"),
     ("mL/min/{1.73_m2}", "mL/min/1.73m2")],
)  # fmt: skip
def test_units_are_read_as_people_and_as_ucum_write_them(written: str, read: str) -> None:
    assert unit(written).symbol == read


def test_the_kidney_unit_that_ucum_reads_as_a_product_is_refused() -> None:
    with pytest.raises(UnitError):
        unit("mL/min/1.73.m2")


# --- what the loader refuses ------------------------------------------------------------------------------------


def test_a_code_that_is_not_registered_is_refused(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    line = swap(root, "medicines.yaml", 'codes: {RxNorm: ["7052"]', 'codes: {RxNorm: ["7052", "7053"]')
    problem = the_problem(root, Code.UNKNOWN_REFERENCE)
    assert "RxNorm 7053" in problem.why
    assert stands_at(problem, "medicines.yaml", line, within=4)


def test_a_code_that_was_not_found_cannot_be_listed(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    swap(root, "medicines.yaml", 'codes: {ATC: ["N05CF01"]}', 'codes: {RxNorm: ["40001"], ATC: ["N05CF01"]}')
    assert any("was not found" in p.why for p in refused(root))


def test_a_term_that_only_an_unconfirmed_code_could_find_is_refused(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    swap(root, "medicines.yaml", "names: [ramipril, tritace, altace]", "names: []")
    problem = the_problem(root, Code.UNCITED)
    assert "ramipril" in problem.why
    assert "unconfirmed" in problem.why


def test_a_confirmed_code_may_stand_alone(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    swap(root, "medicines.yaml", "names: [tapentadol, nucynta, palexia]", "names: []")
    assert load_knowledge(root=root).terms["medicine:tapentadol"].names == ()


def test_a_registered_code_no_term_lists_must_say_why(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    row = '  - {system: ATC, code: "C10AA05", display: atorvastatin, status: terminology table, sources: [S-ATC]}\n'
    line = add(root, "codes.yaml", row)
    problem = the_problem(root, Code.MISSING_VALUE)
    assert "C10AA05" in problem.why
    assert stands_at(problem, "codes.yaml", line)


def test_a_code_said_to_be_left_out_and_listed_all_the_same_is_refused(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    swap(root, "codes.yaml", "display: morphine,", "display: morphine, why: not wanted,")
    assert "RxNorm 7052" in the_problem(root, Code.CONFLICTING_VALUES).why


def test_a_code_registered_twice_is_refused(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    add(
        root,
        "codes.yaml",
        '  - {system: RxNorm, code: "7052", display: m, status: one source, sources: [S-NEURO]}\n',
    )
    assert "RxNorm 7052" in the_problem(root, Code.DUPLICATE_ID).why


def test_a_status_that_says_read_names_where(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    swap(
        root,
        "codes.yaml",
        "status: terminology table, sources: [S-OHDSI, S-NEURO]",
        "status: terminology table",
    )
    assert "names where" in the_problem(root, Code.UNCITED).why


# --- what a reader sees ---------------------------------------------------------------------------------------


def test_the_page_of_names_shows_each_code_with_its_status_and_what_was_left_out() -> None:
    page = reference.names_page(KNOWLEDGE)
    losartan = next(line for line in page.splitlines() if line.startswith("| losartan |"))
    assert "RxNorm 52175: one source" in losartan
    assert "LOINC 62238-1 (CKD-EPI 2009)" in page
    assert "| RxNorm | 40001 | zopiclone | not found |" in page
    assert "not registered" not in page
