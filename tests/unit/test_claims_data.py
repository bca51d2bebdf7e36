"""The claims of the articles: all of them, with the verdicts they were given, in our own careful words."""

from __future__ import annotations

from collections import Counter

import pytest

from eutonia.knowledge.library import Claim, Verdict
from eutonia.knowledge.loader import load_knowledge
from eutonia.knowledge.reference_claims import claims_page
from eutonia.knowledge.schema import Check
from tests.house.display_rules import violations

KNOWLEDGE = load_knowledge()
CLAIMS = tuple(KNOWLEDGE.claims.values())

#: Claims by article (S0 to S4) and verdict, as counted when they were checked.
COUNTED = {
    Verdict.SUPPORTED: (24, 22, 25, 18, 20),
    Verdict.CAVEAT: (26, 12, 6, 10, 19),
    Verdict.CONTRADICTED: (4, 4, 1, 2, 1),
    Verdict.UNVERIFIABLE: (14, 0, 1, 2, 2),
    Verdict.FABRICATED: (3, 0, 0, 0, 0),
}
ARTICLES = ("S0", "S1", "S2", "S3", "S4")
TOTALS = (71, 38, 33, 32, 42)


def test_every_article_has_as_many_claims_of_each_verdict_as_were_counted() -> None:
    counted = Counter((claim.verdict, claim.id[:2]) for claim in CLAIMS)
    for verdict, numbers in COUNTED.items():
        assert tuple(counted[verdict, article] for article in ARTICLES) == numbers, verdict
    assert len(CLAIMS) == 216 == sum(TOTALS)


def test_the_ids_run_without_a_gap() -> None:
    expected = [
        f"{a}-{n:02d}" for a, total in zip(ARTICLES, TOTALS, strict=True) for n in range(1, total + 1)
    ]
    assert [claim.id for claim in CLAIMS] == expected


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        ("S0-39", Verdict.FABRICATED),
        ("S0-40", Verdict.FABRICATED),
        ("S0-42", Verdict.FABRICATED),
        ("S3-31", Verdict.CONTRADICTED),
        ("S3-29", Verdict.CONTRADICTED),
        ("S4-16", Verdict.CONTRADICTED),
        ("S1-02", Verdict.CONTRADICTED),
        ("S1-04", Verdict.CONTRADICTED),
        ("S2-09", Verdict.CONTRADICTED),
        ("S2-22", Verdict.UNVERIFIABLE),
        ("S3-15", Verdict.UNVERIFIABLE),
        ("S4-21", Verdict.UNVERIFIABLE),
        ("S4-11", Verdict.SUPPORTED),
        ("S2-19", Verdict.SUPPORTED),
        ("S2-13", Verdict.CAVEAT),
    ],
)
def test_the_findings_that_matter_keep_their_verdict(claim: str, verdict: Verdict) -> None:
    assert KNOWLEDGE.claims[claim].verdict is verdict


def test_the_dangerous_claims_are_marked_and_say_what_acts_against_them() -> None:
    dangerous = {claim.id: set(claim.see) for claim in CLAIMS if claim.is_dangerous}
    assert dangerous.keys() == {"S0-45", "S0-60", "S2-09", "S2-13", "S3-29", "S3-31", "S4-31", "S4-32"}
    assert {"AE-13", "IND-19", "WD-02"} <= dangerous["S3-31"]
    assert {"AE-13", "IND-19", "WD-02"} <= dangerous["S3-29"]
    assert "AE-08" in dangerous["S0-60"]
    assert {"REN-04", "REN-05"} <= dangerous["S0-45"] & dangerous["S2-09"]
    assert "WD-07" in dangerous["S2-13"] & dangerous["S4-32"]
    assert "TAP-01" in dangerous["S4-31"]


@pytest.mark.parametrize("claim", ["S0-39", "S0-40", "S0-42"])
def test_a_fabricated_study_is_linked_to_the_rule_against_citing_it(claim: str) -> None:
    assert {"CON-21", "IND-11"} <= set(KNOWLEDGE.claims[claim].see)


@pytest.mark.parametrize(
    "claim", [c for c in CLAIMS if c.verdict is Verdict.UNVERIFIABLE], ids=lambda c: c.id
)
def test_what_could_not_be_verified_cites_a_search_or_what_was_found_instead(claim: Claim) -> None:
    assert claim.evidence
    assert claim.verdict.value != claim.fact


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda c: c.id)
def test_a_claim_and_its_fact_are_whole_sentences_in_the_words_readers_see(claim: Claim) -> None:
    assert claim.claim[0].isupper()
    assert claim.claim.endswith(".")
    assert claim.fact[0].isupper() or claim.fact[0].isdigit()
    assert claim.fact.endswith(".")
    assert claim.claim != claim.fact
    assert violations(f"{claim.claim} {claim.numbers} {claim.fact}", is_page=False) == []


def test_no_claim_rests_on_memory_alone() -> None:
    assert not [c.id for c in CLAIMS if all(e.check is Check.RECALLED for e in c.evidence)]


def test_the_page_of_claims_counts_as_the_table_does_and_shows_every_claim_with_its_verdict() -> None:
    page = claims_page(KNOWLEDGE)
    for verdict, numbers in COUNTED.items():
        assert f"| {verdict.value} | {' | '.join(map(str, numbers))} | {sum(numbers)} |" in page
    assert f"| all | {' | '.join(map(str, TOTALS))} | 216 |" in page
    for claim in CLAIMS:
        verdict = claim.verdict.value
        assert f"**{claim.id} {verdict[0].upper()}{verdict[1:]}.**" in page
        assert page.index(f"**{claim.id} ") < page.index(f"- Claim: {claim.claim}\n")
    head = page.partition("## S0")[0]
    assert "**S3-31, contradicted.**" in head
    assert KNOWLEDGE.claims["S3-31"].fact in head
    assert "AE-13" in head
