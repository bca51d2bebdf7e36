"""The words and codes of problems and medicines, and the register of sources behind everything."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import pytest
import yaml

from eutonia.knowledge.schema import Term
from eutonia.knowledge.terms import TermIndex

DATA = files("eutonia.knowledge") / "data"

# Codes that circulate for these ideas and could not be confirmed in any table.
NOT_CONFIRMED = {
    "RxNorm": {"40001", "461016", "74667", "8745", "2019"},
    "SNOMED CT": {"129616001"},
}
DEPRESSANT_CLASSES = {"opioid", "benzodiazepine", "z-drug", "gabapentinoid", "tricyclic", "antipsychotic"}
DEPRESSANT_CLASSES |= {"sedating antihistamine", "barbiturate", "muscle relaxant", "oxybate", "alcohol"}
DEPRESSANT_CLASSES |= {"other sedative"}


def read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((DATA / name).read_text(encoding="utf-8"))
    return content


def terms_of(kind: str) -> dict[str, dict[str, Any]]:
    return {term["id"]: term for term in read(f"{kind}.yaml")[kind]}


PROBLEMS = terms_of("problems")
MEDICINES = terms_of("medicines")
SOURCES = [*read("sources.yaml")["sources"], *read("recognise/sources.yaml")["sources"]]
FACTS = {fact["name"]: fact for fact in read("facts.yaml")["facts"]}
INDICATIONS = set(FACTS["indication"]["values"]) - {"other"}
BOTH = pytest.mark.parametrize("terms", [PROBLEMS, MEDICINES], ids=["problems", "medicines"])
INDEX = TermIndex(
    {
        f"{kind}:{term['id']}": Term(
            id=term["id"],
            kind=kind,
            words=term["words"],
            names=tuple(term["names"]),
            codes={system: tuple(codes) for system, codes in term.get("codes", {}).items()},
            member_of=tuple(term.get("member_of", [])),
        )
        for kind, terms in (("problem", PROBLEMS), ("medicine", MEDICINES))
        for term in terms.values()
    }
)


def with_broader(term: Term | None) -> set[str]:
    """The term itself and everything it belongs to, however far up; nothing when it was not recognised."""
    return set() if term is None else {term.id, *INDEX.broader(term)}


def problem(name: str) -> set[str]:
    return with_broader(INDEX.by_name("problem", name))


def medicine(name: str) -> set[str]:
    return with_broader(INDEX.by_name("medicine", name))


def diagnosis(code: str) -> set[str]:
    return with_broader(INDEX.by_code("problem", "ICD-10-CM", code))


def snomed(code: str) -> set[str]:
    return with_broader(INDEX.by_code("problem", "SNOMED CT", code))


def atc(code: str) -> set[str]:
    return with_broader(INDEX.by_code("medicine", "ATC", code))


def rxnorm(code: str) -> set[str]:
    return with_broader(INDEX.by_code("medicine", "RxNorm", code))


# --- what merely resembles does not count ------------------------------------------------------------------


def test_a_muscle_contracture_is_neither_spasticity_nor_a_reason_for_baclofen() -> None:
    assert diagnosis("M62.41") == {"muscle contracture"}


def test_a_cramp_is_neither_spasticity_nor_a_reason_for_baclofen() -> None:
    assert diagnosis("R25.2") == {"cramp"}


def test_unspecified_parkinsonism_is_not_parkinsons_disease() -> None:
    assert "parkinsons disease" not in diagnosis("G20.C")
    for code in ("G20", "G20.A1", "G20.A2", "G20.B1", "G20.B2"):
        assert diagnosis(code) == {"parkinsons disease"}


@pytest.mark.parametrize("code", ["G92.0", "G92.00", "G92.03"])
def test_cell_therapy_neurotoxicity_is_not_an_encephalopathy_of_baclofen(code: str) -> None:
    assert not diagnosis(code)
    assert "encephalopathy" in diagnosis("G92.8")


def test_drug_induced_dyskinesia_is_not_dystonia() -> None:
    assert "dystonia" not in diagnosis("G24.01")
    assert "dystonia" in diagnosis("G24.02")


def test_high_altitude_breathing_is_not_sleep_apnoea() -> None:
    assert "sleep apnoea" not in diagnosis("G47.32")
    assert "sleep apnoea" in diagnosis("G47.33")
    assert "sleep apnoea" in diagnosis("G47.31")


def test_a_somatisation_disorder_is_not_a_functional_movement_disorder() -> None:
    assert not snomed("397923000")
    assert "functional movement disorder" not in snomed("111492006")


def test_withdrawal_from_a_substance_is_not_taken_for_withdrawal_from_baclofen() -> None:
    for code in ("74934004", "735235000"):
        assert "baclofen withdrawal" not in snomed(code)
    assert "baclofen withdrawal" in problem("baclofen withdrawal syndrome")


# --- old and new codes, and three ways to say the same ----------------------------------------------------


@pytest.mark.parametrize("code", ["G35", "G35.A", "G35.B0", "G35.C1", "G35.D"])
def test_multiple_sclerosis_is_recognised_before_and_after_its_code_was_split(code: str) -> None:
    assert diagnosis(code) == {"multiple sclerosis", "disease of brain or spinal cord"}


@pytest.mark.parametrize("code", ["K21.0", "K21.00", "K21.01", "K21.9"])
def test_reflux_is_recognised_before_and_after_its_code_was_split(code: str) -> None:
    assert "reflux" in diagnosis(code)


def test_nicotine_and_prescribed_opioids_are_no_misuse_of_substances() -> None:
    for code in ("F17.210", "F11.90", "Z79.891"):
        assert "substance misuse" not in diagnosis(code)
    for code in ("F11.20", "F13.10", "F19.20"):
        assert diagnosis(code) == {"substance misuse"}


def test_a_recurrent_depression_is_a_depression() -> None:
    for code in ("F32.1", "F32.A", "F33.2"):
        assert diagnosis(code) == {"depression"}


def test_diabetes_with_a_complication_is_diabetes() -> None:
    for code in ("E10.9", "E11.65", "E11.9", "E13.9"):
        assert "diabetes" in diagnosis(code)


def test_hepatic_encephalopathy_is_advanced_liver_disease_and_an_encephalopathy() -> None:
    assert {"advanced liver disease", "liver disease", "encephalopathy"} <= diagnosis("K76.82")
    assert "advanced liver disease" not in diagnosis("K74.60")


def test_schizophrenia_is_a_psychotic_disorder_and_depression_is_none() -> None:
    assert "psychotic disorder" in diagnosis("F20.9")
    assert "psychotic disorder" not in diagnosis("F32.3") | diagnosis("F33.3")


def test_oxycodone_by_atc_code_by_rxnorm_code_and_by_name_is_the_same_opioid() -> None:
    by_name = medicine("oxycodone")
    assert by_name == {"oxycodone", "opioid", "central depressant"}
    assert atc("N02AA05") == by_name
    assert rxnorm("7804") == by_name
    assert medicine("oxycontin") == by_name


def test_gabapentinoids_are_recognised_by_their_codes_before_and_after_the_change() -> None:
    assert atc("N02BF01") == atc("N03AX12") == medicine("gabapentin")
    assert atc("N02BF02") == atc("N03AX16") == medicine("lyrica")
    assert "gabapentinoid" in atc("N02BF01")


def test_american_and_british_names_mean_the_same_medicine() -> None:
    for british, american in [
        ("phenobarbitone", "phenobarbital"),
        ("chlorphenamine", "chlorpheniramine"),
        ("pethidine", "meperidine"),
        ("furosemide", "frusemide"),
        ("ciclosporin", "cyclosporine"),
        ("indometacin", "indomethacin"),
    ]:
        assert medicine(british) == medicine(american) != set()


def test_british_and_american_names_mean_the_same_problem() -> None:
    for british, american in [
        ("sleep apnoea", "sleep apnea"),
        ("haemodialysis", "hemodialysis"),
        ("motor neurone disease", "motor neuron disease"),
        ("tetraplegia", "quadriplegia"),
    ]:
        assert problem(british) == problem(american) != set()


# --- baclofen and its neighbours in the code systems -----------------------------------------------------


BRANDS = ["lioresal", "ozobax", "fleqsuvy", "lyvispah", "gablofen", "baclocur", "lyflex"]


@pytest.mark.parametrize("name", ["baclofen", *BRANDS])
def test_baclofen_under_any_name_is_never_its_own_partner(name: str) -> None:
    assert medicine(name) == {"baclofen"}


def test_baclofen_by_code_is_never_its_own_partner() -> None:
    assert atc("M03BX01") == {"baclofen"}
    assert rxnorm("1292") == {"baclofen"}


def test_the_code_of_phenylephrine_is_never_baclofen() -> None:
    assert rxnorm("8163") == {"phenylephrine"}


def test_other_muscle_relaxants_are_partners() -> None:
    for code in ("M03BX02", "M03BX08", "M03BA02", "M03BA03", "M03BC01"):
        assert {"muscle relaxant", "central depressant"} <= atc(code)


def test_dantrolene_relaxes_the_muscle_itself_and_is_no_central_depressant() -> None:
    assert atc("M03CA01") == medicine("dantrium") == rxnorm("3105") == {"dantrolene"}


def test_botulinum_toxin_is_neither_a_central_depressant_nor_a_neuromuscular_blocker() -> None:
    assert atc("M03AX01") == {"botulinum toxin"}


def test_lithium_is_not_counted_as_an_antipsychotic_though_its_code_stands_among_them() -> None:
    assert atc("N05AN01") == {"lithium"}
    assert "antipsychotic" in atc("N05AH02")


def test_glucosamine_is_not_a_painkiller_that_harms_the_kidney() -> None:
    assert not atc("M01AX05")
    assert "kidney-affecting" in atc("M01AE01")


def test_an_ace_inhibitor_lowers_pressure_and_affects_the_kidney() -> None:
    for found in (atc("C09AA03"), rxnorm("29046"), medicine("losartan")):
        assert {"antihypertensive", "kidney-affecting"} <= found


def test_lofexidine_is_not_an_opioid_though_its_code_stands_among_them() -> None:
    assert not atc("N07BC04")
    assert "opioid" in atc("N07BC02")


def test_every_class_that_is_counted_as_a_central_depressant_is_one() -> None:
    counted = {id_ for id_, term in MEDICINES.items() if "central depressant" in term.get("member_of", [])}
    assert counted == DEPRESSANT_CLASSES


@pytest.mark.parametrize(
    "name", ["lisinopril", "ibuprofen", "lithium", "levodopa", "metformin", "selegiline"]
)
def test_medicines_that_do_not_sedate_are_not_counted_as_central_depressants(name: str) -> None:
    assert medicine(name)
    assert "central depressant" not in medicine(name)


# --- what the facts ask for -------------------------------------------------------------------------------


def test_a_cervical_or_high_thoracic_cord_injury_counts_as_high_and_as_low_muscle_mass() -> None:
    for code in ("S14.115A", "S24.111S", "S24.112A", "S24.152D"):
        assert {"high spinal cord injury", "spinal cord injury", "low muscle mass"} <= diagnosis(code)


def test_a_cord_injury_below_t6_is_not_a_high_one() -> None:
    for code in ("S24.113A", "S24.104A", "S34.111A"):
        assert "spinal cord injury" in diagnosis(code)
        assert "high spinal cord injury" not in diagnosis(code)


def test_motor_neurone_disease_and_paralysis_count_as_low_muscle_mass() -> None:
    for code in ("G12.21", "G82.21", "G82.50"):
        assert "low muscle mass" in diagnosis(code)
    assert "low muscle mass" not in diagnosis("G35.D")


def test_every_stage_of_chronic_kidney_disease_is_chronic_kidney_disease() -> None:
    for code in ("N18.30", "N18.31", "N18.32", "N18.4", "N18.5", "N18.6"):
        assert "chronic kidney disease" in diagnosis(code)
    assert "chronic kidney disease" not in diagnosis("N17.9")


def test_a_muscle_spasm_of_the_back_is_musculoskeletal_pain() -> None:
    assert "musculoskeletal pain" in diagnosis("M62.830")
    assert "musculoskeletal pain" in problem("osteoarthritis")


def test_every_problem_and_medicine_a_fact_asks_for_exists() -> None:
    for fact in FACTS.values():
        terms = {"problem": PROBLEMS, "medicine": MEDICINES}.get(fact.get("origin", ""), {})
        if terms:
            assert set(fact["of"]) <= set(terms), fact["name"]


def test_every_indication_has_a_term_of_the_same_name() -> None:
    assert set(PROBLEMS) >= INDICATIONS


@pytest.mark.parametrize("id_", sorted(PROBLEMS))
def test_no_diagnosis_stands_for_two_indications(id_: str) -> None:
    assert len(problem(id_) & INDICATIONS) <= 1


@pytest.mark.parametrize("indication", sorted(INDICATIONS))
def test_an_indication_written_as_its_value_is_recognised_as_itself(indication: str) -> None:
    assert problem(indication) & INDICATIONS == {indication}


# --- the files as a whole ---------------------------------------------------------------------------------


def test_no_name_and_no_code_belongs_to_two_terms() -> None:
    assert list(INDEX.collisions()) == []


def test_a_code_inside_another_terms_range_belongs_to_a_narrower_term_or_to_a_stated_exception() -> None:
    # Baclofen's own code is in no range; these lie in one and mean something else on purpose.
    exceptions: set[str] = set()
    for terms, kind in ((PROBLEMS, "problem"), (MEDICINES, "medicine")):
        for term in terms.values():
            for system, codes in term.get("codes", {}).items():
                for code in codes:
                    wider = [
                        other["id"]
                        for other in terms.values()
                        for pattern in other.get("codes", {}).get(system, [])
                        if pattern.endswith("*") and pattern != code and code.startswith(pattern[:-1])
                    ]
                    above = with_broader(INDEX.by_name(kind, term["id"]))
                    if not set(wider) <= above:
                        exceptions.add(code)
    assert exceptions == {"G82.51", "G82.52", "G82.53", "G82.54"}


@BOTH
def test_names_are_lower_case_texts_written_once(terms: dict[str, dict[str, Any]]) -> None:
    for term in terms.values():
        assert term["names"], term["id"]
        assert len(set(term["names"])) == len(term["names"]), term["id"]
        for name in term["names"]:
            assert isinstance(name, str), (term["id"], name)
            assert name == name.lower().strip(), name


@BOTH
def test_every_broader_term_exists_and_every_term_is_found_by_its_own_words_or_id(
    terms: dict[str, dict[str, Any]],
) -> None:
    for term in terms.values():
        assert set(term.get("member_of", [])) <= set(terms), term["id"]
        assert {term["id"], term["words"].lower()} & set(term["names"]), term["id"]


@BOTH
def test_codes_that_could_not_be_confirmed_are_absent(terms: dict[str, dict[str, Any]]) -> None:
    for term in terms.values():
        for system, refused in NOT_CONFIRMED.items():
            assert not set(term.get("codes", {}).get(system, [])) & refused, term["id"]


@BOTH
def test_only_code_systems_a_record_can_use_appear(terms: dict[str, dict[str, Any]]) -> None:
    for term in terms.values():
        assert set(term.get("codes", {})) <= {"ICD-10-CM", "SNOMED CT", "RxNorm", "ATC"}, term["id"]


# --- sources ----------------------------------------------------------------------------------------------


def knowledge_files(folder: Traversable = DATA) -> list[Traversable]:
    found = []
    for entry in folder.iterdir():
        if entry.is_dir():
            found += knowledge_files(entry)
        elif entry.name.endswith(".yaml"):
            found.append(entry)
    return found


def cited_in(value: Any) -> set[str]:
    """Every source named anywhere below a value."""
    if isinstance(value, dict):
        own = {value["source"]} if isinstance(value.get("source"), str) else set()
        return own.union(*(cited_in(child) for child in value.values()))
    if isinstance(value, list):
        return set().union(*(cited_in(child) for child in value))
    return set()


def test_every_cited_source_is_in_the_register() -> None:
    registered = {source["id"] for source in SOURCES}
    for file in knowledge_files():
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
        assert cited_in(content) <= registered, file.name


def test_every_source_is_registered_once() -> None:
    ids = [source["id"] for source in SOURCES]
    assert len(set(ids)) == len(ids)


def test_a_machine_written_page_is_never_more_than_second_hand() -> None:
    for source in SOURCES:
        if "droracle" in source.get("where", ""):
            assert source["check"] == "second-hand", source["id"]


def test_no_term_claims_to_have_read_what_its_source_only_reports() -> None:
    order = ["read", "read abstract", "second-hand", "recalled", "ours"]
    checks = {source["id"]: source["check"] for source in SOURCES}
    for term in (*PROBLEMS.values(), *MEDICINES.values()):
        for citation in term["evidence"]:
            if citation["source"] != "EUTONIA":
                assert order.index(citation["check"]) >= order.index(checks[citation["source"]]), term["id"]


def test_only_our_own_proposals_are_marked_as_ours() -> None:
    assert [source["id"] for source in SOURCES if source["check"] == "ours"] == ["EUTONIA"]
    kinds = {source["kind"] for source in SOURCES}
    allowed = "label guideline trial cohort case review formulary leaflet web terminology animal maker ours"
    assert kinds <= set(allowed.split())
