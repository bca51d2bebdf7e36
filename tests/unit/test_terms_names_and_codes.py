"""Recognising terms: exactly, by name or code, or not at all."""

import pytest

from eutonia.knowledge.loader import load_knowledge
from eutonia.knowledge.schema import Term
from eutonia.knowledge.terms import TermIndex, edit_distance, index_of
from eutonia.record import Coded, CodeSystem


def term(
    id_: str, *names: str, kind: str = "medicine", member_of: tuple[str, ...] = (), **codes: str
) -> Term:
    systems = {"icd": "ICD-10-CM", "snomed": "SNOMED CT", "atc": "ATC", "rxnorm": "RxNorm", "loinc": "LOINC"}
    listed = {systems[key]: tuple(value.split()) for key, value in codes.items()}
    return Term(id=id_, kind=kind, words=id_, names=names, codes=listed, member_of=member_of)


def index(*terms: Term) -> TermIndex:
    return TermIndex({f"{t.kind}:{t.id}": t for t in terms})


MS = term("multiple sclerosis", "ms", kind="problem", icd="G35*", snomed="24700007")
OPIOID = term("opioid", atc="N02A* N07BC02", member_of=("depressant",))
METHADONE = term("methadone", atc="N07BC02", rxnorm="6813", member_of=("opioid",))
GABAPENTIN = term("gabapentin", "neurontin", atc="N02BF01", rxnorm="25480", member_of=("gabapentinoid",))
SMALL = index(
    MS,
    OPIOID,
    METHADONE,
    GABAPENTIN,
    term("depressant"),
    term("gabapentinoid", member_of=("depressant",)),
    term("nifedipine"),
    term("hypertension", kind="problem"),
    term("type 2 diabetes", kind="problem"),
    term("creatinine", kind="observation", loinc="2160-0"),
)


def found(kind: str, name: str) -> str | None:
    known = SMALL.by_name(kind, name)
    return known.id if known else None


@pytest.mark.parametrize("name", ["multiple sclerosis", "Multiple  Sclerosis", " MS "])
def test_a_name_is_recognised_whatever_its_capitals_and_spaces(name: str) -> None:
    assert found("problem", name) == "multiple sclerosis"


def test_a_name_of_another_kind_is_not_recognised() -> None:
    assert found("medicine", "multiple sclerosis") is None


@pytest.mark.parametrize("code", ["G35", "G35.A", "G35A", "g35.b0"])
def test_a_diagnosis_code_is_recognised_by_its_beginning_with_or_without_the_dot(code: str) -> None:
    known = SMALL.by_code("problem", "ICD-10-CM", code)
    assert known is MS


@pytest.mark.parametrize("code", ["G3", "G36", "A35"])
def test_a_shorter_or_other_code_is_not_recognised(code: str) -> None:
    assert SMALL.by_code("problem", "ICD-10-CM", code) is None


def test_a_code_counts_only_in_its_own_system() -> None:
    assert SMALL.by_code("problem", "SNOMED CT", "G35") is None
    assert SMALL.by_code("problem", "SNOMED CT", "24700007") is MS
    assert SMALL.by_code("problem", "SNOMED CT", "247000071") is None


def test_a_medicine_is_recognised_by_its_class_code() -> None:
    assert SMALL.by_code("medicine", "ATC", "N02AA05") is OPIOID


def test_a_code_listed_by_a_class_and_its_member_means_the_member() -> None:
    assert SMALL.by_code("medicine", "ATC", "N07BC02") is METHADONE


@pytest.mark.parametrize("text", ["LOINC 2160-0", "loinc 2160-0", "LOINC:2160-0"])
def test_a_code_after_its_system_counts_as_a_name(text: str) -> None:
    assert found("observation", text) == "creatinine"


def test_the_name_decides_and_the_code_stands_in() -> None:
    code = Coded(system=CodeSystem.RXNORM, code="25480")
    assert SMALL.recognise("medicine", "methadone", code) is METHADONE
    assert SMALL.recognise("medicine", "something new", code) is GABAPENTIN
    assert SMALL.recognise("medicine", None, code) is GABAPENTIN
    assert SMALL.recognise("medicine", "something new") is None


def test_broader_terms_are_followed_all_the_way_up() -> None:
    assert SMALL.broader(METHADONE) == {"opioid", "depressant"}
    assert SMALL.broader(MS) == frozenset()


def test_terms_that_contain_each_other_do_not_loop() -> None:
    one, two = term("one", member_of=("two",)), term("two", member_of=("one",))
    assert index(one, two).broader(one) == {"two"}


@pytest.mark.parametrize(
    ("slip", "meant"),
    [("gabapentine", "gabapentin"), ("gabapetin", "gabapentin"), ("gabapentin 300 mg", "gabapentin")],
)
def test_a_slip_of_the_pen_is_recognised_as_such_and_only_suggested(slip: str, meant: str) -> None:
    assert SMALL.by_name("medicine", slip) is None
    assert SMALL.suggest("medicine", slip) == (meant,)


@pytest.mark.parametrize(
    "name", ["atorvastatin", "amlodipine", "aspirin", "xyz", "", "gabapentinoid", "g" * 500]
)
def test_another_medicine_is_not_taken_for_a_slip(name: str) -> None:
    assert SMALL.suggest("medicine", name) == ()


def test_an_opposite_or_another_figure_is_no_slip() -> None:
    assert SMALL.suggest("problem", "hypotension") == ()
    assert SMALL.suggest("problem", "type 1 diabetes") == ()
    assert SMALL.suggest("problem", "hypertention") == ("hypertension",)


def test_a_known_name_in_a_longer_text_is_pointed_out() -> None:
    assert SMALL.suggest("problem", "no multiple sclerosis") == ("multiple sclerosis",)


@pytest.mark.parametrize(
    ("first", "second", "distance"),
    [("abc", "abc", 0), ("abc", "acb", 1), ("abc", "abcd", 1), ("abc", "axc", 1), ("kitten", "sitting", 3)],
)
def test_letters_are_counted_with_neighbours_swapped_as_one(first: str, second: str, distance: int) -> None:
    assert edit_distance(first, second, 3) == distance
    assert edit_distance(first, second, distance - 1) is None


def test_two_unrelated_owners_of_a_name_or_code_are_found() -> None:
    twins = index(term("one", "same", atc="N02*"), term("two", "same", atc="N02*"))
    assert len(list(twins.collisions())) == 2
    assert list(SMALL.collisions()) == []


def test_no_name_or_code_of_the_knowledge_base_means_two_unrelated_things() -> None:
    assert list(index_of(load_knowledge()).collisions()) == []


def test_every_sign_and_measurement_is_known_by_its_own_name() -> None:
    knowledge = load_knowledge()
    for kind in ("sign", "observation"):
        for name in index_of(knowledge).ids(kind):
            known = index_of(knowledge).by_name(kind, name.upper())
            assert known is not None
            assert known.id == name


def test_a_race_based_kidney_code_is_not_taken_for_an_egfr() -> None:
    index_ = index_of(load_knowledge())
    assert index_.by_code("observation", "LOINC", "98979-8") is not None
    for code in ("88293-6", "88294-4", "48642-3", "48643-1"):
        assert index_.by_code("observation", "LOINC", code) is None
