"""The page of claims: what articles say about baclofen, and what became of it when it was checked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from eutonia.knowledge.library import Claim, Verdict
from eutonia.knowledge.reference_text import page_text, source_link, table_row
from eutonia.knowledge.schema import Citation, Knowledge
from eutonia.show import show_date

__all__ = ["claims_page"]

_HEAD = """\
# Claims

Generated from `src/eutonia/knowledge/data/claims/`. Five articles on baclofen were taken apart into single
statements, and each was checked against its sources. A claim is the article's, in our words; the fact is what was
found. *Unverifiable* means not found in a search of the literature, which is weaker than false. *Probably fabricated*
means that something that looks like a citation could not be found and contradicts a systematic review. Most papers
were seen as abstracts; how far each was read stands behind it. Search them with `eutonia search`
([how to](../how-to/search-what-is-known.md)).
"""


def claims_page(knowledge: Knowledge) -> str:
    """Every claim with its verdict, by article: counts first, then what would harm, then all of them."""
    claims = tuple(knowledge.claims.values())
    articles = tuple(dict.fromkeys(_article(claim) for claim in claims))
    lines = [_HEAD, *_counts(claims, articles), *_dangerous(claims)]
    for article in articles:
        lines += [f"## {article}: {_title(article, knowledge)}", ""]
        for claim in claims:
            if _article(claim) == article:
                lines += _claim(claim)
    return page_text(lines)


def _article(claim: Claim) -> str:
    return claim.id.partition("-")[0]


def _title(article: str, knowledge: Knowledge) -> str:
    """The register's title of an article: S3 is the document SEED003."""
    source = knowledge.sources.get(f"SEED{int(article[1:]):03d}")
    return source.title if source else "an article that is not in the register"


def _counts(claims: Iterable[Claim], articles: Iterable[str]) -> list[str]:
    named = list(articles)
    counted = Counter((claim.verdict, _article(claim)) for claim in claims)
    lines = [table_row(("verdict", *named, "all")), table_row(("---", *["---:"] * (len(named) + 1)))]
    for verdict in Verdict:
        numbers = [counted[verdict, article] for article in named]
        lines.append(table_row((verdict.value, *map(str, numbers), str(sum(numbers)))))
    totals = [sum(counted[verdict, article] for verdict in Verdict) for article in named]
    return [*lines, table_row(("all", *map(str, totals), str(sum(totals)))), ""]


def _dangerous(claims: Iterable[Claim]) -> list[str]:
    lines = ["## Dangerous when acted on", ""]
    for claim in claims:
        if claim.is_dangerous:
            head = f"- **{claim.id}, {claim.verdict.value}.** {claim.claim}"
            lines.append(f"{head} **Fact:** {claim.fact} {_see(claim)}".rstrip())
    return [*lines, ""]


def _claim(claim: Claim) -> list[str]:
    verdict = claim.verdict.value
    danger = " Dangerous when acted on." if claim.is_dangerous else ""
    numbers = f" ({claim.numbers})" if claim.numbers else ""
    return [
        f'<a id="{claim.id.lower()}"></a>**{claim.id} {verdict[0].upper()}{verdict[1:]}.**{danger} '
        f"*{claim.topic}*{numbers}",
        "",
        f"- Claim: {claim.claim}",
        f"- Fact: {claim.fact}",
        f"- Rests on: {'; '.join(_cited(c) for c in claim.evidence)}.",
        *([f"- {_see(claim)}"] if claim.see else []),
        "",
    ]


def _cited(citation: Citation) -> str:
    link = source_link(citation.source)
    return f"{link}, {citation.at} ({citation.check.value}, {show_date(citation.on)})"


def _see(claim: Claim) -> str:
    return f"See {', '.join(claim.see)}." if claim.see else ""
