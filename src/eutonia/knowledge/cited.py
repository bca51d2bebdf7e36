"""Everything in the base that cites a document, in one walk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from eutonia.knowledge.schema import Check, Citation, Differs, Knowledge, Severity

__all__ = ["BEST_FIRST", "CitedItem", "best_check", "cited_items", "cited_sources"]

#: From the closest look at a source to none at all.
BEST_FIRST = (Check.READ, Check.READ_ABSTRACT, Check.SECOND_HAND, Check.OURS, Check.RECALLED)


@dataclass(frozen=True, slots=True)
class CitedItem:
    """One item with what it cites. severity: of rules and their cases only."""

    kind: str
    id: str
    evidence: tuple[Citation, ...]
    differs: tuple[Differs, ...] = ()
    severity: Severity | None = None

    @property
    def is_recalled_only(self) -> bool:
        """Whether nobody has looked at any source of it."""
        return bool(self.evidence) and all(c.check is Check.RECALLED for c in self.evidence)


def best_check(evidence: tuple[Citation, ...]) -> Check:
    """The closest look anybody has had at a source of an item."""
    return min((c.check for c in evidence), key=BEST_FIRST.index, default=Check.RECALLED)


def cited_items(knowledge: Knowledge) -> Iterator[CitedItem]:
    """Every item that cites, in the order of the files. A case without sources of its own rests on its rule's."""
    for rule in knowledge.rules:
        yield CitedItem("rule", rule.id, rule.evidence, rule.differs, rule.severity)
        for case in rule.cases:
            name = f"{rule.id}, {case.name}"
            yield CitedItem("case", name, case.evidence or rule.evidence, (), case.severity or rule.severity)
    for limit in knowledge.limits:
        yield CitedItem("limit", limit.id, limit.evidence, limit.differs)
    for note in knowledge.notes.values():
        yield CitedItem("note", note.id, note.evidence, note.differs)
    for table in knowledge.tables.values():
        for row in table.rows:
            yield CitedItem("row", f"{table.id}/{row.id}", row.evidence, row.differs)
    for conflict in knowledge.conflicts.values():
        cited = tuple(c for side in conflict.sides for c in side.evidence)
        yield CitedItem("disagreement", conflict.id, cited)
    for position in knowledge.uses:
        yield CitedItem("use", f"{position.indication}, {position.texts}", position.evidence)
    for claim in knowledge.claims.values():
        yield CitedItem("claim", claim.id, claim.evidence)
    yield from _registers(knowledge)
    yield from _recognising(knowledge)


def _recognising(knowledge: Knowledge) -> Iterator[CitedItem]:
    """What the recognising room rests on."""
    base = knowledge.recognition
    listed = (
        ("presentation", base.presentations),
        ("red flag", base.red_flags),
        ("accuracy", base.accuracies),
        ("share", base.priors),
        ("explanation", base.explanations),
        ("device step", base.device),
    )
    for kind, items in listed:
        for name, item in items.items():
            yield CitedItem(kind, name, item.evidence)
    for rule in base.rules.values():
        yield CitedItem("published rule", rule.id, rule.evidence, rule.differs)
    for explanation in base.explanations.values():
        for clue in (*explanation.fits, *explanation.against):
            yield CitedItem("clue", clue.id, clue.evidence)
        for number, window in enumerate(explanation.windows, start=1):
            yield CitedItem("window", f"{explanation.id}/{number}", window.evidence)
    for step in base.device.values():
        for number, meaning in enumerate(step.meanings, start=1):
            yield CitedItem("meaning", f"{step.id}/{number}", meaning.evidence)
    for ladder in base.ladders.values():
        for rung in ladder.rungs:
            yield CitedItem("rung", rung.id, rung.evidence)
            for dose in rung.doses:
                yield CitedItem("dose", f"{rung.id}, {dose.what}", dose.evidence)


def cited_sources(knowledge: Knowledge) -> frozenset[str]:
    """The ids of every document that anything names: items, what differs from them, codes, and the log of searches."""
    items = tuple(cited_items(knowledge))
    return frozenset(
        (
            *(citation.source for item in items for citation in item.evidence),
            *(differs.source for item in items for differs in item.differs),
            *(source for code in knowledge.codes for source in code.sources),
            *(upgrade.source for upgrade in knowledge.upgrades if upgrade.source),
        )
    )


def _registers(knowledge: Knowledge) -> Iterator[CitedItem]:
    for key, term in knowledge.terms.items():
        yield CitedItem("term", key, term.evidence)
    for product in knowledge.products:
        yield CitedItem("product", product.id, product.evidence)
    for bounds in knowledge.bounds.values():
        yield CitedItem("plausibility", bounds.name, bounds.evidence)
    for study in knowledge.not_found:
        yield CitedItem("study not found", study.id, study.evidence)
    for equation in knowledge.kidney.values():
        yield CitedItem("equation", equation.name, equation.evidence)
    parameters = {name: model.parameters for name, model in knowledge.models.items()}
    parameters |= {name: people.parameters for name, people in knowledge.populations.items()}
    for name, listed in parameters.items():
        for parameter in listed.values():
            yield CitedItem("model", f"{name}, {parameter.name}", parameter.evidence)
    for number in knowledge.pump:
        yield CitedItem("pump number", number.id, number.evidence, number.differs)
    for device in knowledge.devices.values():
        yield CitedItem("device", device.name, device.evidence)
        for setting in device.settings.values():
            if setting.evidence:
                yield CitedItem("device", f"{device.name}, {setting.name}", setting.evidence)
