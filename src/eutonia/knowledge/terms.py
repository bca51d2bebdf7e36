"""Recognising diagnoses, medicines, signs and measurements by name or code.

A term is recognised exactly or not at all: a near miss is only ever suggested, never taken for the term,
because two medicines a letter apart can be two different medicines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from eutonia.knowledge.schema import Knowledge, Term
from eutonia.record import Coded, CodeSystem

__all__ = ["TermIndex", "edit_distance", "index_of", "plain_code", "split_code"]

_LONGEST_NAME = 80  # letters; a longer text is a sentence, not a misspelt name
_LONG_ENOUGH_TO_STAND_OUT = 6  # letters a known name needs to be pointed out inside a longer one


class TermIndex:
    """All terms of the knowledge base, by kind, name and code.

    terms: as in ``Knowledge.terms``, keyed “kind:id”. Kinds are problem, medicine, sign and observation.
    """

    def __init__(self, terms: Mapping[str, Term]) -> None:
        self._terms = terms
        self._broader = {key: self._climb(term) for key, term in terms.items()}
        self._names: dict[tuple[str, str], Term] = {}
        self._exact: dict[tuple[str, str, str], Term] = {}
        self._prefixes: dict[tuple[str, str], list[tuple[str, Term]]] = {}
        # A code or name that a class lists beside its member means the member: narrower terms come first.
        for term in sorted(terms.values(), key=lambda t: len(self.broader(t)), reverse=True):
            for name in (term.id, *term.names):
                self._names.setdefault((term.kind, _plain(name)), term)
            for system, code in _codes_of(term):
                if code.endswith("*"):
                    listed = self._prefixes.setdefault((term.kind, system), [])
                    listed.append((plain_code(system, code[:-1]), term))
                else:
                    self._exact.setdefault((term.kind, system, plain_code(system, code)), term)
        for listed in self._prefixes.values():
            listed.sort(key=lambda entry: len(entry[0]), reverse=True)

    def by_name(self, kind: str, name: str) -> Term | None:
        """The term of a kind with exactly this name, whatever its capitals and spaces.

        A code written after its system counts as a name: “LOINC 2160-0”.
        """
        found = self._names.get((kind, _plain(name)))
        if found is not None:
            return found
        coded = split_code(name)
        return None if coded is None else self.by_code(kind, *coded)

    def by_code(self, kind: str, system: str, code: str) -> Term | None:
        """The term of a kind that lists this code, or the longest prefix of it (``G35*`` covers G35.A)."""
        plain = plain_code(system, code)
        exact = self._exact.get((kind, system, plain))
        if exact is not None:
            return exact
        for prefix, term in self._prefixes.get((kind, system), ()):
            if plain.startswith(prefix):
                return term
        return None

    def ids(self, kind: str) -> tuple[str, ...]:
        """The ids of all terms of a kind."""
        return tuple(term.id for term in self._terms.values() if term.kind == kind)

    def recognise(self, kind: str, name: str | None, code: Coded | None = None) -> Term | None:
        """The term meant by a name, a code or both; the name decides where both are known."""
        by_name = self.by_name(kind, name) if name else None
        if by_name is not None or code is None:
            return by_name
        return self.by_code(kind, code.system, code.code)

    def parts(self, kind: str, name: str) -> tuple[Term, ...]:
        """The known parts of a combination (“sacubitril/valsartan”); none for a plain name."""
        given = split_combination(name)
        terms = (self.by_name(kind, part) for part in given) if len(given) > 1 else ()
        return tuple(term for term in terms if term is not None)

    def broader(self, term: Term) -> frozenset[str]:
        """Ids of all terms this one belongs to, through any number of steps; itself not included."""
        return self._broader[f"{term.kind}:{term.id}"]

    def _climb(self, term: Term) -> frozenset[str]:
        found: set[str] = set()
        waiting = list(term.member_of)
        while waiting:
            name = waiting.pop()
            parent = self._terms.get(f"{term.kind}:{name}")
            if name not in found and name != term.id:
                found.add(name)
                waiting.extend(parent.member_of if parent else ())
        return frozenset(found)

    def suggest(self, kind: str, name: str) -> tuple[str, ...]:
        """Known names that a text of no known meaning may have been meant for; empty when nothing is near.

        Near is a slip of the pen (a letter or two in a long name) or a known name inside a longer text
        (“gabapentin 300 mg”). A different figure or hypo for hyper is a different meaning, not a slip.
        """
        given = _plain(name)
        if not given or len(given) > _LONGEST_NAME or self.by_name(kind, name) is not None:
            return ()
        names = [known for owner, known in self._names if owner == kind]
        words = _words(given)
        inside = [
            known for known in names if len(known) >= _LONG_ENOUGH_TO_STAND_OUT and _words(known) in words
        ]
        if inside:
            longest = max(map(len, inside))
            return tuple(sorted(known for known in inside if len(known) == longest))
        slips = {known: d for known in names if (d := _slip(given, known)) is not None}
        nearest = min(slips.values(), default=0)
        return tuple(sorted(known for known, distance in slips.items() if distance == nearest))

    def collisions(self) -> Iterator[str]:
        """Names and codes claimed by two terms of one kind of which neither is part of the other."""
        seen: dict[tuple[str, str, str], Term] = {}
        for term in self._terms.values():
            claims = {("name", _plain(name)) for name in (term.id, *term.names)}
            claims |= {(system, plain_code(system, code)) for system, code in _codes_of(term)}
            for system, text in sorted(claims):
                owner = seen.setdefault((term.kind, system, text), term)
                if term.id not in {owner.id, *self.broader(owner)} and owner.id not in self.broader(term):
                    yield f"{term.kind} {system} “{text}” means both “{owner.id}” and “{term.id}”"


_INDEXES: dict[str, TermIndex] = {}


def index_of(knowledge: Knowledge) -> TermIndex:
    """The index of a knowledge base, built once for each content hash."""
    if knowledge.hash not in _INDEXES:
        _INDEXES[knowledge.hash] = TermIndex(knowledge.terms)
    return _INDEXES[knowledge.hash]


def edit_distance(first: str, second: str, limit: int) -> int | None:
    """Letters to insert, delete, replace or swap with a neighbour; None when more than ``limit``."""
    if abs(len(first) - len(second)) > limit:
        return None
    before: list[int] = []
    row = list(range(len(second) + 1))
    for i, a in enumerate(first, start=1):
        before, last, row = row, before, [i]
        for j, b in enumerate(second, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == second[j - 2] and first[i - 2] == b:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return None
    return row[-1] if row[-1] <= limit else None


def _slip(given: str, known: str) -> int | None:
    """How many letters apart two names are, if few enough for a slip of the pen."""
    allowed = 0 if len(known) < 5 else 1 if len(known) < 9 else 2
    if not allowed or given[0] != known[0]:
        return None
    if re.findall(r"\d+|\b[a-z]\b", given) != re.findall(r"\d+|\b[a-z]\b", known):
        return None
    if {_direction(given), _direction(known)} == {"hypo", "hyper"}:
        return None
    return edit_distance(given, known, allowed)


def _direction(name: str) -> str:
    return next((start for start in ("hypo", "hyper") if name.startswith(start)), "")


def _words(name: str) -> str:
    """The words alone, each with a space on both sides, so that only whole words can be found inside."""
    words = re.findall(r"\w+", name)
    return f" {' '.join(words)} "


def _plain(name: str) -> str:
    return " ".join(name.lower().replace("’", "'").split())


def split_code(name: str) -> tuple[str, str] | None:
    """System and code of a text such as “LOINC 2160-0”; None for a plain name."""
    for system in CodeSystem:
        head, rest = name.strip()[: len(system)], name.strip()[len(system) :]
        if head.lower() == system.lower() and rest[:1] in (" ", ":"):
            return system.value, rest.lstrip(" :")
    return None


def split_combination(name: str) -> tuple[str, ...]:
    """The names in a combination written with a slash, a plus or a comma; one for a plain name."""
    return tuple(part.strip() for part in re.split(r"[/+,]", name) if part.strip())


def plain_code(system: str, code: str) -> str:
    """A code as it is compared: capitals, and ICD-10-CM without its dot."""
    plain = code.strip().upper()
    return plain.replace(".", "") if system == CodeSystem.ICD10CM else plain


def _codes_of(term: Term) -> Iterator[tuple[str, str]]:
    for system, codes in term.codes.items():
        for code in codes:
            yield system, code
