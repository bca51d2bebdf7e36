"""The register of codes: what each code is called in its system, and how well that is known.

A code counts only where a term lists it. The register carries how it was confirmed, so that a reader sees it, a code
that rests on one source is never the only way to recognise a term, and a code that is left out says why.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from eutonia.errors import Code, Problem
from eutonia.knowledge.items import Item
from eutonia.knowledge.schema import Source, Term
from eutonia.knowledge.terms import TermIndex, plain_code
from eutonia.record import CodeSystem

__all__ = ["CodeRegister", "CodeStatus", "RegisteredCode", "check_codes", "read_code"]

#: Systems that are only registered: no record names anything by them.
_OTHER_SYSTEMS = ("UCUM", "UNII", "NDC")
_KINDS = {
    CodeSystem.ICD10CM: ("problem", "sign"),
    CodeSystem.SNOMED: ("problem", "sign", "observation"),
    CodeSystem.RXNORM: ("medicine",),
    CodeSystem.ATC: ("medicine",),
    CodeSystem.LOINC: ("observation",),
}


class CodeStatus(StrEnum):
    """How well it is known what a code means."""

    TABLE = "terminology table"
    TWO_SOURCES = "two sources"
    ONE_SOURCE = "one source"
    CORRECTED = "corrected"
    NOT_FOUND = "not found"
    MEMORY = "from memory"

    @property
    def is_confirmed(self) -> bool:
        """Whether the code may stand alone: read in a table, agreed by two sources, or corrected after a look."""
        return self in {CodeStatus.TABLE, CodeStatus.TWO_SOURCES, CodeStatus.CORRECTED}


@dataclass(frozen=True, slots=True)
class RegisteredCode:
    """One code that was looked up. ``code`` is empty where none was found for the concept.

    display: the name in the system. concept: what it was looked up for. why: why no term lists it. equation: of an
    estimated kidney function, which one the code stands for. note: what to know beside it.
    """

    system: str
    code: str
    display: str
    concept: str
    status: CodeStatus
    sources: tuple[str, ...]
    why: str = ""
    equation: str = ""
    note: str = ""
    place: str = ""


class CodeRegister:
    """All registered codes, found by system and code."""

    def __init__(self, rows: Iterable[RegisteredCode]) -> None:
        self.rows = tuple(rows)
        self._by_code = {(r.system, plain_code(r.system, r.code)): r for r in self.rows if r.code}

    def __iter__(self) -> Iterator[RegisteredCode]:
        return iter(self.rows)

    def find(self, system: str, code: str) -> RegisteredCode | None:
        """The row of a code, or of the root of a prefix (``G35*`` is registered as G35)."""
        return self._by_code.get((system, plain_code(system, code.removesuffix("*"))))

    def covering(self, system: str, code: str) -> RegisteredCode | None:
        """The row of an ICD-10-CM code, or of the longest registered code it is a child of; else as ``find``."""
        found = self.find(system, code)
        if found is not None or system != CodeSystem.ICD10CM:
            return found
        plain = plain_code(system, code)
        parents = (self._by_code.get((str(system), plain[:n])) for n in range(len(plain) - 1, 2, -1))
        return next((row for row in parents if row is not None), None)

    def is_confirmed(self, system: str, code: str) -> bool:
        """Whether a code is registered and its meaning confirmed; an unregistered one is not."""
        row = self.find(system, code)
        return row is not None and row.status.is_confirmed


def read_code(item: Item, sources: Mapping[str, Source]) -> RegisteredCode:
    """One row of ``codes.yaml``. What was read anywhere names where."""
    status = item.word("status", CodeStatus)
    cited = item.texts("sources")
    for source in cited:
        if source not in sources:
            item.complain(Code.UNKNOWN_REFERENCE, f"“{source}” is not in the sources register.")
    if not cited and status not in {CodeStatus.NOT_FOUND, CodeStatus.MEMORY}:
        item.complain(Code.UNCITED, f"A code with the status “{status}” names where it was read.")
    display = item.text("display", "")
    return RegisteredCode(
        system=item.one_of("system", (*CodeSystem, *_OTHER_SYSTEMS)),
        code=item.text("code", ""),
        display=display,
        concept=item.text("concept", display or None),
        status=status,
        sources=cited,
        why=item.text("why", ""),
        equation=item.text("equation", ""),
        note=item.text("note", ""),
        place=f"{item.file}:{item.line}",
    )


def check_codes(
    terms: Mapping[str, Term], codes: CodeRegister, places: Mapping[str, Item], problems: list[Problem]
) -> None:
    """Every code of a term is registered, no term rests on an unconfirmed code alone, what is left out says why."""
    for key, term in terms.items():
        listed = [(system, code) for system, some in term.codes.items() for code in some]
        for system, code in listed:
            row = codes.find(system, code)
            if row is None:
                why = f"{system} {code} is not in the register of codes (codes.yaml)."
                step = "Add it with its name, status and source."
                places[key].complain(Code.UNKNOWN_REFERENCE, why, step)
            elif row.status is CodeStatus.NOT_FOUND:
                places[key].complain(Code.UNCITED, f"{system} {code} was not found to mean this.")
        if not term.names and not any(codes.is_confirmed(system, code) for system, code in listed):
            why = f"“{term.id}” could be recognised by unconfirmed codes alone."
            places[key].complain(Code.UNCITED, why, "Add a name, or a code that was confirmed.")
    problems.extend(_contradictions(codes, TermIndex(terms)))


def _contradictions(codes: CodeRegister, index: TermIndex) -> Iterator[Problem]:
    seen: dict[tuple[str, str], str] = {}
    for row in codes:
        name = f"{row.system} {row.code or row.concept}"
        key = (row.system, plain_code(row.system, row.code) or row.concept)
        if seen.setdefault(key, row.place) != row.place:
            yield Problem(Code.DUPLICATE_ID, f"{name} stands twice in the register.", path=row.place)
        is_listed = any(index.by_code(kind, row.system, row.code) for kind in _kinds_of(row) if row.code)
        if is_listed and row.why:
            why = f"{name} is said to be left out (“{row.why}”), and a term lists it."
            yield Problem(Code.CONFLICTING_VALUES, why, path=row.place, next_step="Delete the “why”.")
        elif not is_listed and not row.why:
            why = f"No term lists {name}, and nothing says why."
            yield Problem(Code.MISSING_VALUE, why, path=row.place, next_step="Say why, or list it at a term.")


def _kinds_of(row: RegisteredCode) -> tuple[str, ...]:
    return _KINDS[CodeSystem(row.system)] if row.system in set(CodeSystem) else ()
