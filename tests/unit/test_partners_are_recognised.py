"""Partners of baclofen: by name, brand, spelling or code; named in the finding; nothing unreadable is nothing."""

from __future__ import annotations

import pytest

from eutonia.assess.findings import Finding
from eutonia.errors import Code
from eutonia.knowledge.loader import load_knowledge
from eutonia.knowledge.terms import index_of
from eutonia.report.cards import problem_cards
from eutonia.report.data import result_data
from eutonia.report.document import html
from tests.scenario_files import ask, base, patched
from tests.unit.facts_base import Change, both, facts
from tests.unit.intake_base import (
    only_problem,
    problems_of,
    read,
    with_change,
    with_medicine,
    with_observation,
)

INDEX = index_of(load_knowledge())
MEDICINES = [t for t in load_knowledge().terms.values() if t.kind == "medicine"]


def medicines(*entries: dict[str, object]) -> Change:
    return {"record": {"medicines": list(entries)}}


def coded(system: str, code: str) -> dict[str, object]:
    return {"code": {"system": system, "code": code}}


def findings(change: Change) -> dict[str, Finding]:
    return {f.rule: f for f in ask(patched(base("adult-us"), change)).assessment.findings}


# --- spelling -------------------------------------------------------------------------------------------------


def _slips() -> list[tuple[str, str]]:
    """Every long name with a letter in its middle left out, where that is not another known name."""
    found = []
    for term in MEDICINES:
        for name in term.names:
            if len(name) >= 9 and " " not in name and name.isalpha():
                slip = name[: len(name) // 2] + name[len(name) // 2 + 1 :]
                if INDEX.by_name("medicine", slip) is None:
                    found.append((slip, name))
    return found


def test_a_letter_lost_from_any_long_generic_or_brand_name_is_refused_with_a_suggestion() -> None:
    slips = _slips()
    assert len(slips) > 200
    silent = [(slip, name) for slip, name in slips if name not in INDEX.suggest("medicine", slip)]
    assert silent == []


@pytest.mark.parametrize(
    ("slip", "meant"),
    [("Neurontine", "neurontin"), ("sirdalut", "sirdalud"), ("Oxycontn", "oxycontin"), ("lyricaa", "lyrica")],
)
def test_a_misspelt_brand_is_refused_with_the_brand_meant(slip: str, meant: str) -> None:
    problem = only_problem(with_medicine(what=slip))
    assert problem.code is Code.UNKNOWN_WORD
    assert meant in problem.accepted


# --- named in the finding -------------------------------------------------------------------------------------


def test_a_finding_names_the_partners_in_the_record_as_they_were_found() -> None:
    change = medicines({"what": "Neurontin"}, coded("RxNorm", "7804"), {"what": "alprazolam"})
    found = findings(change)
    assert found["DDI-04"].found == ("gabapentin (Neurontin)",)
    assert found["DDI-01"].found[0] == "oxycodone (RxNorm 7804)"
    assert found["DDI-02"].found == ("alprazolam",)
    assert set(found["DDI-23"].found) == {"gabapentin (Neurontin)", "oxycodone (RxNorm 7804)", "alprazolam"}


def test_all_depressants_share_one_card_with_the_gravest_severity_every_partner_and_every_rule() -> None:
    names = [
        "oxycodone",
        "alprazolam",
        "zolpidem",
        "amitriptyline",
        "quetiapine",
        "Sativex",
        "phenelzine",
        "alcohol",
    ]
    result = ask(patched(base("adult-us"), medicines(*({"what": n} for n in names))))
    cards = [c for c in problem_cards(result) if any(rule.startswith("DDI") for rule in c.rules)]
    assert len(cards) == 1
    card = cards[0]
    assert card.lead.severity.name == "STOP"
    rules = {"DDI-01", "DDI-02", "DDI-03", "DDI-05", "DDI-08", "DDI-11", "DDI-15", "DDI-18", "DDI-23"}
    assert set(card.rules) == rules
    assert {name.split(" (")[0] for name in card.found} >= {
        "oxycodone", "alprazolam", "zolpidem", "amitriptyline", "quetiapine", "cannabinoid", "phenelzine", "alcohol",
    }  # fmt: skip


def test_the_partners_stand_on_the_page_and_in_the_data() -> None:
    result = ask(patched(base("adult-us"), medicines({"what": "Neurontin"})))
    assert "Gabapentin (Neurontin)." in html(result)
    data = next(f for f in result_data(result)["findings"] if f["rule"] == "DDI-04")
    assert data["found"] == ["gabapentin (Neurontin)"]


def test_a_problem_behind_a_finding_is_named_with_its_status_respected() -> None:
    problems = [{"what": "peptic ulcer", "status": "past"}, coded("ICD-10-CM", "G47.33")]
    sheet = facts({"record": {"problems": problems}})
    assert sheet.step("has_past_peptic_ulcer").found == ("peptic ulcer",)
    assert sheet.step("has_active_peptic_ulcer").found == ()
    assert sheet.step("has_sleep_apnoea").found == ("obstructive sleep apnoea (ICD-10-CM G47.33)",)


# --- the count of depressants -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "two", "three"),
    [
        (["diazepam", "lorazepam", "clobazam"], False, False),
        (["dantrolene", "botulinum toxin", "diazepam"], False, False),
        (["tizanidine", "diazepam"], True, False),
        (["nortriptyline", "quetiapine", "nytol"], True, True),
        (["chloral hydrate", "zopiclone", "phenobarbital"], True, True),
    ],
)
def test_depressants_are_counted_by_class_each_once(names: list[str], two: bool, three: bool) -> None:
    sheet = facts(medicines(*({"what": n} for n in names)))
    assert (sheet.get("takes_two_depressants"), sheet.get("takes_three_depressants")) == (two, three)


def test_an_active_alcohol_use_disorder_counts_as_alcohol_once_and_a_past_one_does_not() -> None:
    def two(status: str, *names: str) -> object:
        change = {"record": {"problems": [{"what": "alcohol dependence", "status": status}]}}
        return facts(both(change, medicines(*({"what": n} for n in names)))).get("takes_two_depressants")

    assert two("active", "diazepam") is True
    assert two("active", "alcohol") is False
    assert two("past", "diazepam") is False


# --- codes that cannot be read, or not for sure -----------------------------------------------------------------


@pytest.mark.parametrize("code", ["1049611", "40001"])
def test_a_medicine_given_by_an_unknown_rxnorm_code_alone_leaves_every_class_open(code: str) -> None:
    sheet = facts(medicines(coded("RxNorm", code)))
    assert sheet.get("takes_opioid") is None
    assert sheet.get("takes_two_depressants") is None
    assert f"RxNorm {code}" in sheet.step("takes_opioid").how
    _, notes = read(with_medicine(**coded("RxNorm", code)))
    assert "nothing counts as absent" in notes[0].says


def test_a_name_beside_it_or_a_code_of_an_ordered_system_closes_the_list_again() -> None:
    named = {"what": "atorvastatin", **coded("RxNorm", "83367")}
    assert facts(medicines(named)).get("takes_opioid") is False
    assert facts(medicines(coded("ATC", "C10AA05"))).get("takes_opioid") is False


def test_what_is_found_counts_although_another_entry_cannot_be_read() -> None:
    sheet = facts(medicines(coded("RxNorm", "1049611"), {"what": "morphine"}))
    assert sheet.get("takes_opioid") is True


def test_a_problem_given_by_an_unknown_snomed_code_alone_leaves_the_problem_list_open() -> None:
    def epilepsy(*problems: dict[str, object]) -> object:
        return facts({"record": {"problems": list(problems)}}).get("has_epilepsy")

    assert epilepsy(coded("SNOMED CT", "19598007")) is None
    assert epilepsy(coded("SNOMED CT", "19598007"), {"what": "epilepsy", "status": "absent"}) is False
    assert epilepsy(coded("ICD-10-CM", "J45.909")) is False


def test_an_indication_given_by_an_unknown_snomed_code_alone_is_not_known() -> None:
    assert facts({"record": {"indication": None, "problems": []}}).get("indication") is None
    unread = {"record": {"indication": {"what": None, **coded("SNOMED CT", "19598007")}}}
    assert facts(unread).get("indication") is None
    assert facts({"record": {"indication": {"what": "stiff person syndrome"}}}).get("indication") == "other"


def test_a_code_that_rests_on_one_source_is_read_and_asks_for_the_name() -> None:
    _, notes = read(with_medicine(**coded("RxNorm", "39993")))
    assert [n.path for n in notes] == ["record.medicines[0].code.code"]
    assert "one source" in notes[0].says
    assert read(with_medicine(what="zolpidem", **coded("RxNorm", "39993")))[1] == ()
    assert read(with_medicine(**coded("RxNorm", "7804")))[1] == ()


# --- the strength of a product --------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["197391", "197392", "430902", "2679605", "1300890", "1666613", "805678"])
def test_no_strength_is_read_from_a_product_code(code: str) -> None:
    problem = only_problem(with_medicine(**coded("RxNorm", code)))
    assert problem.code is Code.CONFLICTING_VALUES
    assert "does not say the strength" in problem.next_step

    def product(**fields: object) -> object:
        return with_change(
            lambda d: d["record"]["oral_therapy"][0].update(product={"form": "tablet", **fields})
        )

    codes = {p.code for p in problems_of(product(**coded("RxNorm", code)))}
    assert codes == {Code.UNKNOWN_KEY, Code.MISSING_VALUE}
    assert only_problem(product()).path == "record.oral_therapy[0].product.strength"


# --- which equation made a kidney value --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "equation"),
    [
        ("98979-8", "CKD-EPI 2021 from creatinine"),
        ("62238-1", "CKD-EPI 2009"),
        ("33914-3", "MDRD, a discouraged code"),
        ("69405-9", "equation not stated by the code"),
    ],
)
def test_an_egfr_by_its_code_shows_the_equation_of_the_code(code: str, equation: str) -> None:
    entry = {"what": f"LOINC {code}", "value": "55 mL/min/1.73m2", "on": "2026-11-10"}
    sheet = facts({"record": {"observations": [entry]}})
    assert sheet.get("egfr") == 55
    assert sheet.step("egfr").how == f"reported on 10-Nov-2026, {equation} (LOINC {code})"


def test_a_method_in_words_stands_beside_what_the_code_says() -> None:
    entry = {
        "what": "LOINC 62238-1",
        "value": "55 mL/min/1.73m2",
        "on": "2026-11-10",
        "method": "CKD-EPI 2021",
    }
    how = facts({"record": {"observations": [entry]}}).step("egfr").how
    assert how == "reported on 10-Nov-2026, CKD-EPI 2021; by its code CKD-EPI 2009 (LOINC 62238-1)"


def test_a_discouraged_or_vague_kidney_code_is_read_with_a_note_and_the_preferred_one_without() -> None:
    def notes(code: str) -> tuple[str, ...]:
        return tuple(n.says for n in read(with_observation(f"LOINC {code}", "55 mL/min/1.73m2"))[1])

    assert "Discouraged" in notes("33914-3")[0]
    assert "equation" in notes("69405-9")[0]
    assert notes("98979-8") == ()


def test_a_kidney_code_with_a_term_for_race_is_refused_with_the_reason() -> None:
    problem = problems_of(with_observation("LOINC 88293-6", "55 mL/min/1.73m2"))[0]
    assert "race" in problem.why
