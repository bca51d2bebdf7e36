"""Reading the files under ``recognise/``, each item checked at its file and line.

What is checked beyond shape: likelihood ratios agree with the published counts, a clue has a weight or a published
accuracy and never both, a dose that was only recalled is not in the files at all, a red flag does not rest on memory,
and everything a clue asks for can be asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Protocol, TypeVar

from eutonia.errors import Code, Problem
from eutonia.knowledge.condition import ALWAYS, Condition
from eutonia.knowledge.items import Item
from eutonia.knowledge.likelihood import likelihood_ratios
from eutonia.knowledge.recognition import (
    Accuracy,
    Clue,
    DeviceStep,
    Direction,
    Dose,
    Explanation,
    Ladder,
    Meaning,
    PointItem,
    Presentation,
    Prior,
    PublishedRule,
    Rank,
    Recognition,
    RedFlag,
    RuleKind,
    Rung,
    Urgency,
    Weight,
    Window,
)
from eutonia.knowledge.recognition_settings import (
    Reads,
    read_contradiction,
    read_cutoffs,
    read_number,
    read_opposites,
)
from eutonia.knowledge.schema import Check, FactDefinition

__all__ = ["RECOGNISE", "read_recognition"]

RECOGNISE = "recognise"
_FILES = ("presentations", "accuracies", "priors", "rules", "ladders", "red_flags", "device", "settings")
_AGREES = 0.03  # published ratios are printed with two or three figures


class _HasId(Protocol):
    @property
    def id(self) -> str: ...


_Made = TypeVar("_Made", bound=_HasId)


def read_recognition(
    documents: Mapping[str, Item], reads: Reads, facts: Mapping[str, FactDefinition], conflicts: Iterable[str]
) -> Recognition:
    """All files of the folder. facts and conflicts: what clues and rungs may name."""
    reader = _Reader(documents, reads, facts, frozenset(conflicts))
    return reader.recognition()


class _Reader:
    def __init__(
        self,
        documents: Mapping[str, Item],
        reads: Reads,
        facts: Mapping[str, FactDefinition],
        conflicts: frozenset[str],
    ) -> None:
        self.documents, self.reads, self.facts, self.conflicts = documents, reads, facts, conflicts
        self.complain = reads.problems.append

    def recognition(self) -> Recognition:
        presentations = self._by_id("presentations", self._presentation)
        self.accuracies = self._by_id("accuracies", self._accuracy)
        self.priors = self._by_id("priors", self._prior)
        self.rules = self._by_id("rules", self._rule)
        self.ladders = self._by_id("ladders", self._ladder)
        self.presentations = presentations
        explanations: dict[str, Explanation] = {}
        for name in sorted(self.documents):
            if name.startswith(f"{RECOGNISE}/explanations/"):
                for item in self.documents[name].items("explanations"):
                    self._keep(explanations, item, self._explanation(item))
        settings = self._file("settings")
        for name in _FILES if any(f.startswith(f"{RECOGNISE}/") for f in self.documents) else ():
            if self._file(name) is None:
                self.complain(
                    Problem(
                        Code.UNKNOWN_REFERENCE, f"The file {RECOGNISE}/{name}.yaml is missing.", path=name
                    )
                )
        return Recognition(
            presentations=MappingProxyType(presentations),
            explanations=MappingProxyType(explanations),
            red_flags=MappingProxyType(self._by_id("red_flags", self._red_flag)),
            rules=MappingProxyType(self.rules),
            accuracies=MappingProxyType(self.accuracies),
            priors=MappingProxyType(self.priors),
            device=MappingProxyType(self._by_id("device", self._step)),
            ladders=MappingProxyType(self.ladders),
            opposites=None if settings is None else read_opposites(settings.child("opposites"), self.reads),
            cutoffs=None if settings is None else read_cutoffs(settings.child("cutoffs"), self.reads),
            contradictions=MappingProxyType(self._listed(settings, "contradictions", read_contradiction)),
            numbers=MappingProxyType(self._listed(settings, "numbers", read_number)),
            responses=() if settings is None else self._named(settings, "responses", self.facts),
            studies=() if settings is None else self._named(settings, "studies", self.facts),
        )

    # -- helpers --------------------------------------------------------------------------------------

    def _file(self, name: str) -> Item | None:
        return self.documents.get(f"{RECOGNISE}/{name}.yaml")

    def _listed(
        self, settings: Item | None, name: str, make: Callable[[Item, Reads], _Made]
    ) -> dict[str, _Made]:
        found: dict[str, _Made] = {}
        for item in settings.items(name) if settings is not None else []:
            self._keep(found, item, make(item, self.reads))
        return found

    def _by_id(self, name: str, make: Callable[[Item], _Made]) -> dict[str, _Made]:
        found: dict[str, _Made] = {}
        document = self._file(name)
        for item in document.items(name) if document is not None else []:
            self._keep(found, item, make(item))
        return found

    def _keep(self, into: dict[str, _Made], item: Item, value: _Made) -> None:
        if value.id in into:
            item.complain(Code.DUPLICATE_ID, f"“{value.id}” is defined twice.", "Give each item its own id.")
        into[value.id] = value

    def _named(self, item: Item, key: str, known: Iterable[str]) -> tuple[str, ...]:
        names = item.texts(key)
        for name in names:
            if name not in known:
                item.complain(Code.UNKNOWN_REFERENCE, f"“{key}” names “{name}”, which does not exist.")
        return names

    def _asked(self, item: Item, condition: Condition) -> None:
        """A missing fact becomes a question, so each one says how to obtain it."""
        for name in condition.facts:
            if name in self.facts and not self.facts[name].ask:
                why = f"The fact {name} is asked for here, and nothing says how to obtain it."
                item.complain(Code.MISSING_VALUE, why, "Give the fact an “ask”.")

    # -- items ----------------------------------------------------------------------------------------

    def _presentation(self, item: Item) -> Presentation:
        return Presentation(
            item.text("id"), item.text("words"), self.reads.condition(item), self.reads.evidence(item)
        )

    def _accuracy(self, item: Item) -> Accuracy:
        listed = [float(v) for v in item.values("counts")]
        counts = (listed[0], listed[1], listed[2], listed[3]) if len(listed) == 4 else None
        if listed and counts is None:
            item.complain(Code.WRONG_TYPE, "“counts” are true+, false-, false+, true-: four numbers.")
        sensitivity = item.number("sensitivity") if item.has("sensitivity") else None
        specificity = item.number("specificity") if item.has("specificity") else None
        positive, negative, corrected = likelihood_ratios(counts, sensitivity, specificity)
        for key, computed in (("positive", positive), ("negative", negative)):
            if not item.has(key):
                continue
            printed = item.number(key)
            if computed is None or abs(printed - computed) > max(_AGREES * computed, 0.006):
                why = f"“{key}: {printed:g}” does not follow from the figures above it ({computed})."
                item.complain(Code.CONFLICTING_VALUES, why, "Take what follows from the published figures.")
        return Accuracy(
            id=item.text("id"),
            title=item.text("title"),
            sensitivity=sensitivity,
            specificity=specificity,
            counts=counts,
            positive=positive,
            negative=negative,
            is_corrected=corrected,
            people=item.text("people"),
            caveat=item.text("caveat", ""),
            evidence=self.reads.evidence(item),
        )

    def _prior(self, item: Item) -> Prior:
        low, high = item.number("low"), item.number("high")
        if not 0 < low <= high < 1:
            item.complain(Code.IMPOSSIBLE_VALUE, "A share lies between 0 and 1, the lower end first.")
        return Prior(
            item.text("id"),
            low,
            high,
            self.reads.condition(item),
            item.text("says"),
            self.reads.evidence(item),
        )

    def _clue(self, item: Item, owner: str, number: int) -> Clue:
        has_weight, accuracy = item.has("weight"), item.text("accuracy", "")
        if has_weight == bool(accuracy):
            item.complain(
                Code.CONFLICTING_VALUES,
                "A clue has a weight of ours or the id of a published accuracy, and never both.",
            )
        if accuracy and accuracy not in self.accuracies:
            item.complain(Code.UNKNOWN_REFERENCE, f"There is no published accuracy “{accuracy}”.")
        weight = Weight[item.one_of("weight", ("strong", "moderate", "weak")).upper()] if has_weight else None
        when = self.reads.condition(item)
        self._asked(item, when)
        group = item.text("group", "")
        evidence = self.reads.evidence(item)
        return Clue(f"{owner}/{number}", item.text("says"), when, weight, accuracy, group, evidence)

    def _window(self, item: Item) -> Window:
        after, low = item.text("after"), item.number("from")
        high = item.number("to") if item.has("to") else None
        if high is not None and high <= low:
            item.complain(Code.CROSSED_DATES, "The window ends before it begins.")
        earliest, latest = f"{after}_to_onset_earliest", f"{after}_to_onset_latest"
        inside = f"{latest} >= {low:g}" + (f" and {earliest} <= {high:g}" if high is not None else "")
        return Window(
            after=after,
            low=low,
            high=high,
            says=item.text("says"),
            evidence=self.reads.evidence(item),
            within=self.reads.parsed(item, inside),
            before=self.reads.parsed(item, f"{latest} < 0"),
            beyond=None
            if high is None or item.flag("later_says_nothing")
            else self.reads.parsed(item, f"{earliest} > {high:g}"),
        )

    def _explanation(self, item: Item) -> Explanation:
        name = item.text("id")
        fits = tuple(self._clue(c, name, n) for n, c in enumerate(item.items("fits"), start=1))
        against = tuple(
            self._clue(c, f"{name}/not", n)
            for n, c in enumerate(item.items("against", required=False), start=1)
        )
        gate = self.reads.condition(item, "gate", ALWAYS)
        self._asked(item, gate)
        return Explanation(
            id=name,
            words=item.text("words"),
            says=item.text("says"),
            presentations=self._named(item, "presentations", self.presentations),
            gate=gate,
            gate_says=item.text("gate_says", ""),
            direction=item.word("direction", Direction, Direction.NEITHER),
            is_dangerous=bool(item.flag("dangerous")),
            fits=fits,
            against=against,
            windows=tuple(self._window(w) for w in item.items("windows", required=False)),
            first_check=item.text("first_check"),
            do=item.text("do"),
            confirms=item.text("confirms", ""),
            published=item.text("published"),
            rules=self._named(item, "rules", self.rules),
            tests=self._named(item, "tests", self.accuracies),
            priors=self._named(item, "priors", self.priors),
            ladders=self._named(item, "ladders", self.ladders),
            evidence=self.reads.evidence(item),
        )

    def _red_flag(self, item: Item) -> RedFlag:
        evidence = self.reads.evidence(item)
        urgency = Urgency[
            item.one_of("urgency", ("keep in mind", "same day", "emergency")).upper().replace(" ", "_")
        ]
        if urgency is Urgency.EMERGENCY and all(c.check is Check.RECALLED for c in evidence):
            item.complain(Code.RECALLED_BLOCKS, "An emergency may not rest on memory alone.")
        when = self.reads.condition(item)
        self._asked(item, when)
        return RedFlag(
            item.text("id"), item.text("title"), when, urgency, item.text("say"), item.text("do"), evidence
        )

    def _rule(self, item: Item) -> PublishedRule:
        kind = item.word("kind", RuleKind)
        items = tuple(
            PointItem(
                i.text("says"),
                self.reads.condition(i),
                int(i.number("points")) if i.has("points") else 1,
                i.text("process", ""),
            )
            for i in item.items("items")
        )
        ranks = tuple(
            Rank(int(r.number("at_least")), r.text("words")) for r in item.items("ranks", required=False)
        )
        enough = int(item.number("enough")) if item.has("enough") else None
        if (kind is RuleKind.COUNT) != (enough is not None):
            item.complain(Code.CONFLICTING_VALUES, "“enough” belongs to a rule that counts, and to no other.")
        if [r.at_least for r in ranks] != sorted({r.at_least for r in ranks}):
            item.complain(Code.CROSSED_DATES, "Ranks stand from the lowest to the highest.")
        accuracy = item.text("accuracy", "")
        if accuracy and accuracy not in self.accuracies:
            item.complain(Code.UNKNOWN_REFERENCE, f"There is no published accuracy “{accuracy}”.")
        return PublishedRule(
            id=item.text("id"),
            title=item.text("title"),
            kind=kind,
            needs=self.reads.condition(item, "needs", ALWAYS),
            needs_says=item.text("needs_says", ""),
            items=items,
            enough=enough,
            ranks=ranks,
            says=item.text("says"),
            accuracy=accuracy,
            caveat=item.text("caveat", ""),
            departs=item.text("departs", ""),
            evidence=self.reads.evidence(item),
            differs=self.reads.differs(item),
        )

    def _step(self, item: Item) -> DeviceStep:
        meanings = tuple(
            Meaning(m.text("says"), self.reads.condition(m), self.reads.evidence(m))
            for m in item.items("meanings", required=False)
        )
        return DeviceStep(
            id=item.text("id"),
            title=item.text("title"),
            do=item.text("do"),
            safety=item.text("safety", ""),
            is_done=self.reads.condition(item, "is_done"),
            meanings=meanings,
            tests=self._named(item, "tests", self.accuracies),
            evidence=self.reads.evidence(item),
        )

    def _ladder(self, item: Item) -> Ladder:
        rungs = tuple(self._rung(r) for r in item.items("rungs"))
        direction = item.word("direction", Direction)
        return Ladder(item.text("id"), item.text("title"), item.text("says"), direction, rungs)

    def _rung(self, item: Item) -> Rung:
        doses = tuple(self._dose(d) for d in item.items("doses", required=False))
        return Rung(
            id=item.text("id"),
            title=item.text("title"),
            say=item.text("say"),
            when=self.reads.condition(item, "when", ALWAYS),
            doses=doses,
            not_shown=item.text("not_shown", ""),
            conflicts=self._named(item, "conflicts", self.conflicts),
            is_always_shown=bool(item.flag("always_shown")),
            evidence=self.reads.evidence(item),
        )

    def _dose(self, item: Item) -> Dose:
        evidence = self.reads.evidence(item)
        if all(c.check in {Check.RECALLED, Check.OURS} for c in evidence):
            why = "A dose nobody has read in a source is not shown."
            item.complain(
                Code.RECALLED_BLOCKS, why, "Find the source, or say under “not_shown” that it is left out."
            )
        return Dose(
            what=item.text("what"),
            amount=item.text("amount"),
            people=item.text("people"),
            daily_mg=item.number("daily_mg") if item.has("daily_mg") else None,
            daily_mg_per_kg=item.number("daily_mg_per_kg") if item.has("daily_mg_per_kg") else None,
            for_children=bool(item.flag("for_children")),
            evidence=evidence,
        )
