"""The pages on what baclofen is labelled for and on where sources disagree, made from the knowledge itself."""

from __future__ import annotations

from collections.abc import Iterable

from eutonia.knowledge.library import Conflict, Standing
from eutonia.knowledge.reference_text import citation_text, page_text, source_link, table_row
from eutonia.knowledge.schema import Citation, Knowledge
from eutonia.knowledge.uses import ROUTES, conflicts_of_use, uses

__all__ = ["conflicts_page", "uses_page"]

_MARKS = {
    Standing.LABELLED: "yes",
    Standing.WEAKER: "in weaker words",
    Standing.NOT_RECOMMENDED: "**no**",
    Standing.OFF_LABEL: "outside",
    Standing.CAUTION: "caution only",
    Standing.SILENT: "–",
}
_ROUTES = {"oral": "by mouth", "intrathecal": "by pump"}


def uses_page(knowledge: Knowledge) -> str:
    """Every use against every group of texts, then each position with the text it was read in."""
    lines = [
        "# What baclofen is labelled for",
        "",
        "Generated from `src/eutonia/knowledge/data/uses.yaml`. **Yes**: a product text labels it; **in weaker",
        "words**: it does so with a reservation, or only by general words such as “of cerebral origin”; **no**: it",
        "says that the use is not indicated or not recommended; **caution only**: it names the disease as a reason",
        "for care; a dash: the text that was read is silent. Silence is not consent, and a text of one country says",
        "nothing of another.",
        "",
    ]
    for route in ROUTES:
        lines += [f"## {_ROUTES[route].capitalize()}", "", *_matrix(knowledge, route), ""]
    lines += ["## Each position with its source", ""]
    for indication in uses(knowledge):
        lines += _use(knowledge, indication)
    return page_text(lines)


def _matrix(knowledge: Knowledge, route: str) -> list[str]:
    """One row for each use, one column for each group of texts that belongs to a country."""
    kept = [p for p in knowledge.uses if p.route == route and p.jurisdictions]
    texts = tuple(dict.fromkeys(p.texts for p in kept))
    cells = {(p.indication, p.texts): _MARKS[p.standing] for p in kept}
    lines = [table_row(("use", *texts)), "|" + "---|" * (len(texts) + 1)]
    for indication in uses(knowledge):
        lines.append(table_row((indication, *(cells.get((indication, text), "") for text in texts))))
    return lines


def _use(knowledge: Knowledge, indication: str) -> list[str]:
    lines = [f"### {indication.capitalize()}", ""]
    silent: list[str] = []
    for position in knowledge.uses:
        if position.indication != indication:
            continue
        if position.standing is Standing.SILENT and not position.says:
            silent.append(f"{position.texts} ({_sources(position.evidence)})")
            continue
        said = f" {position.says}" if position.says else ""
        where = ", ".join(position.jurisdictions) or "no country"
        lines.append(
            f"- **{position.texts}** ({where}, {_ROUTES[position.route]}): {position.standing.value}.{said} "
            f"{_sources(position.evidence)}"
        )
    lines += [""] if lines[-1] else []
    lines += [f"Not mentioned in: {'; '.join(silent)}.", ""] if silent else []
    about = [f"[{c.id}](disagreements.md#{c.id.lower()})" for c in conflicts_of_use(knowledge, indication)]
    lines += [f"Disagreements: {', '.join(about)}.", ""] if about else []
    return lines


def conflicts_page(knowledge: Knowledge) -> str:
    """Every disagreement with every side, and what is done meanwhile."""
    lines = [
        "# Where sources disagree",
        "",
        "Generated from `src/eutonia/knowledge/data/conflicts.yaml`. Every side is heard with its sources. Nothing is",
        "averaged; what this programme does meanwhile stands below the sides.",
        "",
    ]
    for conflict in knowledge.conflicts.values():
        lines += _conflict(conflict)
    return page_text(lines)


def _conflict(conflict: Conflict) -> list[str]:
    lines = [f'<a id="{conflict.id.lower()}"></a>', "", f"## {conflict.id} {conflict.question}", ""]
    for side in conflict.sides:
        lines += [f"- {side.says}", *(f"    - {citation_text(c)}" for c in side.evidence)]
    lines += ["", f"**What is done.** {conflict.policy}", ""]
    return [*lines, f"See {', '.join(conflict.see)}.", ""] if conflict.see else lines


def _sources(evidence: Iterable[Citation]) -> str:
    return ", ".join(source_link(citation.source) for citation in evidence)
