"""What baclofen is labelled for: the matrix is whole, cites what exists, and agrees with the rules."""

from __future__ import annotations

import pytest

from eutonia.knowledge.library import Standing
from eutonia.knowledge.loader import load_knowledge
from eutonia.knowledge.reference_uses import conflicts_page, uses_page
from eutonia.knowledge.schema import Check, Grade
from eutonia.knowledge.uses import conflicts_of_rule, conflicts_of_use, use_of, uses
from tests.scenario_files import ask, base, patched

KNOWLEDGE = load_knowledge()
JURISDICTIONS = KNOWLEDGE.facts["jurisdiction"].values
INDICATIONS = tuple(v for v in KNOWLEDGE.facts["indication"].values if v != "other")
#: The rules that say how a use by mouth stands where the patient is treated.
LABEL_RULES = (
    "IND-01",
    "IND-02",
    "IND-03",
    "IND-04",
    "IND-05",
    "IND-06",
    "IND-07",
    "IND-09",
    "IND-10",
    "IND-21",
)


def test_every_use_a_record_can_name_is_a_row_of_the_matrix() -> None:
    assert set(uses(KNOWLEDGE)) == set(INDICATIONS)


def test_every_use_has_a_position_in_every_group_of_texts_also_where_it_is_silent() -> None:
    groups = {(p.texts, p.jurisdictions, p.route) for p in KNOWLEDGE.uses if p.jurisdictions}
    assert len(groups) == 19
    for indication in INDICATIONS:
        kept = [(p.texts, p.jurisdictions, p.route) for p in KNOWLEDGE.uses if p.indication == indication]
        found = [group for group in kept if group[1]]
        assert len(found) == len(set(found)), indication
        assert set(found) == groups, indication


def test_every_jurisdiction_has_a_text_by_mouth() -> None:
    for jurisdiction in JURISDICTIONS:
        assert use_of(KNOWLEDGE, "multiple sclerosis", "oral", jurisdiction).is_read, jurisdiction


def test_every_position_cites_a_source_that_exists_and_none_rests_on_memory() -> None:
    for position in KNOWLEDGE.uses:
        assert position.evidence, position
        for citation in position.evidence:
            assert citation.source in KNOWLEDGE.sources, position
            assert citation.check is not Check.RECALLED, position


def test_what_labels_or_advises_against_rests_on_a_text_of_regulator_or_maker() -> None:
    kinds = {"label", "leaflet"}
    said = {Standing.LABELLED, Standing.WEAKER, Standing.NOT_RECOMMENDED, Standing.CAUTION}
    for position in KNOWLEDGE.uses:
        if position.jurisdictions and position.standing in said:
            assert {KNOWLEDGE.sources[c.source].kind for c in position.evidence} & kinds, position


@pytest.mark.parametrize(
    ("indication", "route", "jurisdiction", "standings"),
    [
        ("cerebral palsy", "oral", "US", {"not recommended", "not mentioned"}),
        ("cerebral palsy", "oral", "AU", {"not recommended"}),
        ("cerebral palsy", "oral", "UK", {"labelled"}),
        ("cerebral palsy", "intrathecal", "US", {"labelled"}),
        ("spinal cord injury", "oral", "US", {"labelled with weaker wording"}),
        ("stroke", "oral", "US", {"not recommended", "named as a caution only"}),
        ("meningitis sequelae", "oral", "UK", {"labelled"}),
        ("parkinsons disease", "oral", "UK", {"named as a caution only"}),
        ("parkinsons disease", "oral", "DE", {"not recommended"}),
        ("musculoskeletal pain", "oral", "US", {"not recommended"}),
        ("neurogenic bladder", "oral", "AU", {"labelled"}),
        ("alcohol use disorder", "oral", "FR", {"labelled", "not mentioned"}),
        ("hiccups", "oral", "US", {"not mentioned"}),
        ("multiple sclerosis", "intrathecal", "IE", set()),
    ],
)
def test_the_matrix_says_what_the_texts_say(
    indication: str, route: str, jurisdiction: str, standings: set[str]
) -> None:
    found = use_of(KNOWLEDGE, indication, route, jurisdiction)
    assert {p.standing.value for p in found.here} == standings


def test_who_says_otherwise_leaves_out_the_silent_and_those_who_agree() -> None:
    found = use_of(KNOWLEDGE, "cerebral palsy", "oral", "US")
    assert found.is_advised_against
    assert not found.is_labelled
    where = {j for p in found.otherwise for j in p.jurisdictions}
    assert where == {"UK", "IE", "EU", "DE", "FR", "CA"}  # Australia agrees, Switzerland is silent
    assert {p.route for p in found.otherwise} == {"oral"}
    assert [p.texts for p in found.by_other_route] == ["United States Lioresal Intrathecal and Gablofen"]
    assert [c.id for c in found.conflicts] == ["CON-01"]


def test_weaker_wording_is_no_disagreement_with_labelling() -> None:
    found = use_of(KNOWLEDGE, "spinal cord injury", "oral", "US")
    assert found.is_labelled
    assert found.otherwise == ()


def test_where_no_text_was_read_everybody_who_speaks_is_heard() -> None:
    found = use_of(KNOWLEDGE, "multiple sclerosis", "intrathecal", "IE")
    assert not found.is_read
    assert {j for p in found.otherwise for j in p.jurisdictions} == {
        "US",
        "UK",
        "EU",
        "DE",
        "FR",
        "CH",
        "AU",
        "CA",
    }


@pytest.mark.parametrize(
    "asked", [("gout", "oral", "US"), ("stroke", "rectal", "US"), ("stroke", "oral", "Atlantis")]
)
def test_a_use_a_route_or_a_country_that_does_not_exist_is_an_error(asked: tuple[str, str, str]) -> None:
    with pytest.raises(KeyError):
        use_of(KNOWLEDGE, *asked)


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
@pytest.mark.parametrize("indication", INDICATIONS)
def test_no_rule_says_labelled_where_the_matrix_does_not_and_the_other_way_round(
    indication: str, jurisdiction: str
) -> None:
    change = {"jurisdiction": jurisdiction, "record": {"indication": {"what": indication}}}
    result = ask(patched(base("adult-us"), change))
    said = {f.rule: f for f in result.assessment.findings if f.rule in LABEL_RULES}
    use = use_of(KNOWLEDGE, indication, "oral", jurisdiction)
    for rule, finding in said.items():
        names_labelled = rule in {"IND-01", "IND-02", "IND-09"} or any(
            case.startswith("labelled") or (case.endswith(("Ireland", "Australia")) and rule == "IND-21")
            for case in finding.cases
        )
        advises = any(case.startswith("not recommended") for case in finding.cases)
        assert use.is_labelled or not names_labelled, (rule, indication, jurisdiction)
        # What only general words cover (“of cerebral origin”) is left open by IND-21.
        assert names_labelled or not use.is_labelled or rule == "IND-21", (rule, indication, jurisdiction)
        assert not (names_labelled and use.is_advised_against), (rule, indication, jurisdiction)
        assert not advises or use.is_advised_against, (rule, indication, jurisdiction)
    if use.is_advised_against:
        worst = max((f.severity.name for f in said.values()), default="none")
        assert worst == "WARN", (indication, jurisdiction)


#: Those of the catalogue, and those of pump plans.
DISAGREEMENTS = [f"CON-{n:02}" for n in (*range(1, 26), *range(61, 65))]


def test_every_disagreement_has_sides_with_sources_and_something_that_acts_on_it() -> None:
    assert list(KNOWLEDGE.conflicts) == DISAGREEMENTS
    for conflict in KNOWLEDGE.conflicts.values():
        assert len(conflict.sides) >= 2, conflict.id
        assert conflict.see, conflict.id
        assert conflict.policy, conflict.id
        for side in conflict.sides:
            assert side.evidence, conflict.id


def test_the_disagreement_behind_a_rule_or_a_use_can_be_reached() -> None:
    assert [c.id for c in conflicts_of_rule(KNOWLEDGE, "IND-03")] == ["CON-01"]
    assert [c.id for c in conflicts_of_rule(KNOWLEDGE, "IND-04")] == ["CON-02"]
    assert conflicts_of_rule(KNOWLEDGE, "IND-13") == ()
    assert [c.id for c in conflicts_of_use(KNOWLEDGE, "alcohol use disorder")] == ["CON-03", "CON-23"]


def test_the_page_of_uses_shows_every_cell_and_every_position() -> None:
    page = uses_page(KNOWLEDGE)
    assert (
        "| cerebral palsy | **no** | – | yes | yes | yes | yes | yes | – | – | **no** | caution only |"
        in page
    )
    for position in KNOWLEDGE.uses:
        assert position.texts in page
        assert position.says in page
    assert "Disagreements: [CON-01](disagreements.md#con-01)." in page


def test_the_page_of_disagreements_shows_every_side_and_every_source() -> None:
    page = conflicts_page(KNOWLEDGE)
    for conflict in KNOWLEDGE.conflicts.values():
        assert f"## {conflict.id} {conflict.question}" in page
        assert conflict.policy in page
        for side in conflict.sides:
            assert side.says in page
            assert all(f"[{c.source}](sources.md#{c.source.lower()}), {c.at}" in page for c in side.evidence)


@pytest.mark.parametrize("topic", ["indications", "disagreements", "governing"])
def test_every_id_of_these_parts_of_the_catalogue_went_somewhere(topic: str) -> None:
    wanted = {
        "indications": {f"IND-{n:02}" for n in range(1, 21)},
        "disagreements": {f"CON-{n:02}" for n in range(1, 26)},
        "governing": {"GOV-01", "GOV-02"},
    }
    assert {p.id for p in KNOWLEDGE.catalogue if p.topic == topic} == wanted[topic]


def test_only_what_is_ours_is_graded_ours_among_the_indications() -> None:
    for rule in KNOWLEDGE.rules:
        if rule.topic == "indications":
            assert rule.grade is not Grade.OURS, rule.id
