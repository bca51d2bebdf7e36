"""Checked knowledge files in, knowledge out: one method for each kind of item.

Each method takes one item and reports what is wrong with it at its file and line; the loader refuses the whole
base as soon as one problem was reported.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from types import MappingProxyType
from typing import Any, TypeVar

from eutonia.errors import Code, Problem
from eutonia.knowledge.codes import CodeRegister, check_codes, read_code
from eutonia.knowledge.condition import ALWAYS, Condition, ConditionError, Vocabulary, parse_condition
from eutonia.knowledge.devices import read_devices
from eutonia.knowledge.items import Item
from eutonia.knowledge.library import (
    read_claim,
    read_conflict,
    read_entry,
    read_note,
    read_placement,
    read_positions,
    read_table,
)
from eutonia.knowledge.limit_names import LIMIT_UNITS, accepts
from eutonia.knowledge.model_items import read_equation, read_model
from eutonia.knowledge.populations import read_population
from eutonia.knowledge.pump_numbers import read_pump_number
from eutonia.knowledge.recognition_read import RECOGNISE, read_recognition
from eutonia.knowledge.register_items import (
    read_bounds,
    read_not_found,
    read_product,
    read_range,
    read_source,
)
from eutonia.knowledge.schema import (
    Case,
    Check,
    Citation,
    Differs,
    FactDefinition,
    Grade,
    Kind,
    Knowledge,
    Limit,
    Rule,
    Severity,
    Source,
    Term,
)
from eutonia.knowledge.threshold_ranges import threshold_ranges
from eutonia.knowledge.upkeep import Base, check_day, read_base, read_upgrade, read_validity
from eutonia.knowledge.whole import (
    check_completeness,
    check_ids,
    check_memory,
    check_references,
    check_shared,
    check_sources,
    check_terms,
)
from eutonia.units import Quantity, UnitError, parse_quantity
from eutonia.units import unit as known_unit

_Made = TypeVar("_Made")
_TERM_FILES = {"problems": "problem", "medicines": "medicine", "signs": "sign", "observations": "observation"}


class Reader:
    """Turns checked documents into knowledge, collecting every problem on the way.

    documents: by file name, all ``FILES`` of the loader among them.
    """

    def __init__(self, documents: Mapping[str, Item], problems: list[Problem]) -> None:
        self.documents = documents
        self.problems = problems
        self.sources: dict[str, Source] = {}
        self.places: dict[str, Item] = {}
        self.homes: dict[str, list[Item]] = {}  # every item of an id, in the order they were read
        self.references: list[tuple[Item, str, tuple[str, ...]]] = []  # item, key, what it names
        self.jurisdictions: tuple[str, ...] = ()
        self.vocabulary = Vocabulary({})
        self.base = Base("", date.max)

    @property
    def stated_on(self) -> date:
        """The day the base speaks for."""
        return self.base.on

    def knowledge(self, digest: str) -> Knowledge:
        self.base = read_base(self.documents["base.yaml"])
        self.sources = self._kept(self._both("sources"), self._by(read_source))
        facts = self._kept(self._both("facts"), self._fact, key="name")
        self.vocabulary = Vocabulary(
            {name: fact.type for name, fact in facts.items()},
            {name: fact.values for name, fact in facts.items() if fact.values},
            {name: fact.unit for name, fact in facts.items() if fact.type == "number"},
        )
        self.jurisdictions = facts["jurisdiction"].values if "jurisdiction" in facts else ()
        terms: dict[str, Term] = {}
        for file, kind in _TERM_FILES.items():
            for item in self._both(file):
                self._keep(terms, item, f"{kind}:{item.text('id')}", self._term(item, kind))
        self.vocabulary = replace(
            self.vocabulary,
            ranges=threshold_ranges(facts, terms, self.documents.get("facts.yaml")),
            refuses_constants=True,
        )
        rules = self._kept_by_topic("rules", self._rule)
        limits = self._kept(self._list("limits.yaml", "limits"), self._limit)
        models = self._kept(self._files("models"), lambda item: read_model(item, self.evidence), key="name")
        equations = self.documents["kidney.yaml"].mapping("equations")
        wanted = facts["indication"].values if "indication" in facts else ()
        uses = [read_positions(item, wanted, self) for item in self._list("uses.yaml", "uses")]
        check_terms(facts, terms, self.places, self.problems)
        codes = CodeRegister(read_code(item, self.sources) for item in self._list("codes.yaml", "codes"))
        check_codes(terms, codes, self.places, self.problems)
        check_completeness(rules, limits, models, self.problems)
        check_shared(models, self.places)
        conflicts = MappingProxyType(self._kept(self._both("conflicts"), self._by(read_conflict)))
        whole = Knowledge(
            hash=digest,
            base=self.base,
            as_of=date.max,
            sources=MappingProxyType(self.sources),
            facts=MappingProxyType(facts),
            rules=tuple(rules.values()),
            limits=tuple(limits.values()),
            products=tuple(self._whole("products.yaml", "products", self._by(read_product)).values()),
            terms=MappingProxyType(terms),
            codes=codes,
            bounds=self._whole("plausibility.yaml", "bounds", self._by(read_bounds), key="name"),
            not_found=tuple(self._whole("not_found.yaml", "not_found", self._by(read_not_found)).values()),
            models=MappingProxyType(models),
            populations=self._whole(
                "populations.yaml",
                "populations",
                lambda item: read_population(item, self.evidence),
                key="name",
            ),
            devices=read_devices(self.documents["devices.yaml"], self.evidence),
            pump=tuple(self._kept(self._list("pump.yaml", "pump"), self._by(read_pump_number)).values()),
            tables=MappingProxyType(self._kept(self._files("tables"), self._by(read_table))),
            notes=MappingProxyType(
                self._kept_by_topic("notes", lambda item, topic: read_note(item, topic, self))
            ),
            conflicts=conflicts,
            uses=tuple(position for positions in uses for position in positions),
            claims=MappingProxyType(self._kept_by_topic("claims", lambda item, _: read_claim(item, self))),
            catalogue=tuple(
                self._kept_by_topic(
                    "catalogue", lambda item, topic: read_placement(item, topic, self), prefix="catalogue:"
                ).values()
            ),
            words=self._whole("words.yaml", "words", read_entry, prefix="word:"),
            kidney=MappingProxyType({n: read_equation(n, i, self.evidence) for n, i in equations.items()}),
            upgrades=tuple(read_upgrade(item, self) for item in self._list("upgrades.yaml", "upgrades")),
            recognition=read_recognition(self.documents, self, facts, conflicts),
        )
        check_ids(whole, self.homes)
        check_references(whole, self.references)
        check_sources(whole, self.places)
        return whole

    # -- helpers --------------------------------------------------------------------------------------

    def _by(self, read: Callable[[Item, Reader], _Made]) -> Callable[[Item], _Made]:
        """A reading function of another module, told who reads."""
        return lambda item: read(item, self)

    def _list(self, file: str, key: str) -> list[Item]:
        return self.documents[file].items(key)

    def _both(self, name: str) -> list[Item]:
        """A list of the base with what the recognising room adds to it: one register, in two files."""
        added = self.documents.get(f"{RECOGNISE}/{name}.yaml")
        return self._list(f"{name}.yaml", name) + ([] if added is None else added.items(name))

    def _files(self, folder: str) -> list[Item]:
        return [self.documents[name] for name in sorted(self.documents) if name.startswith(f"{folder}/")]

    def _kept(
        self, items: Iterable[Item], make: Callable[[Item], _Made], *, key: str = "id", prefix: str = ""
    ) -> dict[str, _Made]:
        """The items by their id (behind a prefix, where ids of another kind could be the same)."""
        found: dict[str, _Made] = {}
        for item in items:
            self._keep(found, item, prefix + item.text(key), make(item))
        return found

    def _whole(
        self, file: str, name: str, make: Callable[[Item], _Made], *, key: str = "id", prefix: str = ""
    ) -> Mapping[str, _Made]:
        return MappingProxyType(self._kept(self._list(file, name), make, key=key, prefix=prefix))

    def _kept_by_topic(
        self, folder: str, make: Callable[[Item, str], _Made], *, prefix: str = ""
    ) -> dict[str, _Made]:
        """The items of a folder's files, each with its file's topic; the list is called as the folder."""
        found: dict[str, _Made] = {}
        for document in self._files(folder):
            topic = document.text("topic")
            for item in document.items(folder):
                self._keep(found, item, prefix + item.text("id"), make(item, topic))
        return found

    def _keep(self, into: dict[str, Any], item: Item, key: str, value: object) -> None:
        if key in into:
            item.complain(Code.DUPLICATE_ID, f"“{key}” is defined twice.", "Give each item its own id.")
        into[key] = value
        self.places.setdefault(key, item)
        self.homes.setdefault(key, []).append(item)

    def refer(self, item: Item, key: str) -> tuple[str, ...]:
        """Ids of other items; that they exist is checked once everything is read."""
        named = item.texts(key)
        self.references.append((item, key, named))
        return named

    def register(self, item: Item, source: str) -> None:
        """Complain of a source that is not in the register."""
        if source not in self.sources:
            near = difflib.get_close_matches(source, self.sources, n=2)
            hint = f"Is {' or '.join(near)} meant?" if near else "Add it to sources.yaml."
            item.complain(Code.UNKNOWN_REFERENCE, f"“{source}” is not in the sources register.", hint)

    def evidence(self, item: Item, *, required: bool = True) -> tuple[Citation, ...]:
        cited = []
        for entry in item.items("evidence", required=required):
            source, day = entry.text("source"), entry.date_of("on")
            self.register(entry, source)
            check_day(entry, day, self.stated_on)
            cited.append(Citation(source, entry.text("at"), entry.word("check", Check), day))
        if required and not cited:
            item.complain(Code.UNCITED, "It cites no source.", "Name the source, or mark it as ours.")
        return tuple(cited)

    def differs(self, item: Item) -> tuple[Differs, ...]:
        entries = [Differs(e.text("source"), e.text("says")) for e in item.items("differs", required=False)]
        for entry in entries:
            self.register(item, entry.source)
        return tuple(entries)

    def condition(self, item: Item, key: str = "when", default: Condition | None = None) -> Condition:
        """The condition under a key; a broken one is reported and holds nowhere else."""
        text = item.text(key, "" if default is not None else None)
        if not text:
            return default if default is not None else ALWAYS
        return self.parsed(item, text)

    def parsed(self, item: Item, text: str) -> Condition:
        """A condition that stands under no key of its own."""
        try:
            return parse_condition(text, self.vocabulary)
        except ConditionError as error:
            accepted = f"Conditions are made of: {'; '.join(error.problem.accepted)}."
            hint = error.problem.next_step or (accepted if error.problem.accepted else "")
            item.complain(Code.BROKEN_CONDITION, error.problem.why, hint)
            return ALWAYS

    def quantity(self, item: Item, text: str) -> Quantity:
        symbol = text.strip().partition(" ")[2] or text.strip().lstrip("0123456789.")
        try:
            return parse_quantity(text, known_unit(symbol.strip()).dimension)
        except UnitError as error:
            item.complain(error.problem.code, error.problem.why, error.problem.next_step)
            return parse_quantity("0 mg", "mass")

    # -- items ----------------------------------------------------------------------------------------

    def _fact(self, item: Item) -> FactDefinition:
        return FactDefinition(
            name=item.text("name"),
            type=item.one_of("type", ("number", "boolean", "text")),
            unit=self.unit(item),
            says=item.text("says"),
            values=item.texts("values"),
            ask=item.text("ask", ""),
            origin=item.one_of("origin", ("computed", *_TERM_FILES.values()), "computed"),
            of=item.texts("of"),
            status=item.one_of("status", ("", "active", "past", "ever"), ""),
            within_days=int(item.number("within_days")) if item.has("within_days") else None,
            room=RECOGNISE if item.file.startswith(f"{RECOGNISE}/") else "",
        )

    def _term(self, item: Item, kind: str) -> Term:
        ranged = bool(item.values("possible"))
        return Term(
            id=item.text("id"),
            kind=kind,
            words=item.text("words"),
            names=tuple(name.lower() for name in item.texts("names")),
            codes=MappingProxyType(item.lists("codes")),
            member_of=item.texts("member_of"),
            dimensions=item.texts("dimensions"),
            grades=item.texts("grades"),
            possible=read_range(item, self, "possible") if ranged else None,
            usual=read_range(item, self, "usual") if ranged else None,
            because=item.text("because", ""),
            evidence=self.evidence(item),
        )

    def _rule(self, item: Item, topic: str) -> Rule:
        severity, validity = item.member("severity", Severity), read_validity(item, self)
        kind = item.word("kind", Kind, Kind.FINDING)
        default = "ask" if kind is Kind.FINDING and severity >= Severity.WARN else "list"
        rule = Rule(
            id=item.text("id"),
            topic=topic,
            title=item.text("title"),
            when=self.condition(item),
            severity=severity,
            kind=kind,
            say=item.text("say"),
            do=item.text("do", ""),
            unknown=item.one_of("unknown", ("ask", "list"), default),
            grade=item.word("grade", Grade),
            evidence=self.evidence(item),
            valid_from=validity.start,
            valid_until=validity.end,
            replaced_by=validity.replaced_by,
            cases=tuple(self._case(case) for case in item.items("cases", required=False)),
            merge=item.text("merge", ""),
            asks=item.text("asks", ""),
            differs=self.differs(item),
            departs=item.text("departs", ""),
            file=item.file,
            line=item.line,
        )
        check_memory(item, rule)
        return rule

    def _case(self, item: Item) -> Case:
        return Case(
            name=item.text("name"),
            when=self.condition(item),
            severity=item.member("severity", Severity) if item.has("severity") else None,
            say=item.text("say", ""),
            do=item.text("do", ""),
            evidence=self.evidence(item, required=False),
        )

    def _limit(self, item: Item) -> Limit:
        name, value = item.one_of("name", tuple(LIMIT_UNITS)), self.amount(item, item.text("value"))
        validity = read_validity(item, self)
        if not accepts(name, value):
            units = " or ".join(LIMIT_UNITS[name]).strip() or "a plain number"
            item.complain(Code.WRONG_DIMENSION, f"“{name}” is given in {units}, not as {item.text('value')}.")
        return Limit(
            id=item.text("id"),
            says=item.text("says"),
            name=name,
            value=value,
            when=self.condition(item, default=ALWAYS),
            jurisdictions=self.jurisdictions_of(item),
            grade=item.word("grade", Grade),
            evidence=self.evidence(item),
            valid_from=validity.start,
            valid_until=validity.end,
            replaced_by=validity.replaced_by,
            differs=self.differs(item),
            departs=item.text("departs", ""),
        )

    def amount(self, item: Item, text: str) -> Quantity | Fraction:
        """A quantity with its unit, or a plain number or fraction."""
        try:
            return Fraction(text)
        except (ValueError, ZeroDivisionError):
            return self.quantity(item, text)

    def jurisdictions_of(self, item: Item) -> tuple[str, ...]:
        """Jurisdictions; one that does not exist would make the item apply nowhere."""
        named = item.texts("jurisdictions")
        for name in named:
            if name not in self.jurisdictions:
                item.complain(Code.UNKNOWN_WORD, f"“{name}” is not a jurisdiction.")
        return named

    def unit(self, item: Item) -> str:
        symbol = item.text("unit", "")
        try:
            return symbol if symbol in {"", "1"} else known_unit(symbol).symbol
        except UnitError as error:
            item.complain(error.problem.code, error.problem.why)
            return ""
