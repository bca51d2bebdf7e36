"""Search over everything known: an index in memory, ranked results, and what to type instead.

The index is SQLite's full-text search over the items of the knowledge base. It holds nothing about patients.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import TYPE_CHECKING

from eutonia.errors import SearchUnavailable
from eutonia.knowledge.schema import Knowledge
from eutonia.knowledge.search_documents import KINDS, Document, documents
from eutonia.knowledge.search_query import Group, Wordbook, describe, hits, match_text, parts
from eutonia.knowledge.terms import edit_distance

if TYPE_CHECKING:
    import sqlite3

__all__ = ["KINDS", "Found", "Hit", "SearchIndex", "search", "search_index_of"]

_FIELDS = ("id", "title", "names", "text", "more")
_WEIGHTS = (8, 6, 5, 2, 1)  # what a match in each field counts
#: Rules and statements before registers, where the words fit equally well.
_KIND_WEIGHTS = {"rule": 1.3, "note": 1.2, "claim": 1.1, "conflict": 1.1, "term": 0.7, "source": 0.6}
_SNIPPET = 240  # letters
_QUERY_SHOWN = 120  # letters
_MOST_SUGGESTIONS = 3


@dataclass(frozen=True, slots=True)
class Hit:
    """One result. The title of a claim begins with its verdict, and its snippet is the whole fact.

    kind: one of KINDS. mark: the best check behind it, empty for a word. verdict: of a claim, else empty.
    see: ids of what acts on it.
    """

    kind: str
    id: str
    title: str
    snippet: str
    mark: str
    verdict: str
    see: tuple[str, ...]
    is_dangerous: bool


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found. query: as it can be shown. notes: how it was read. total: before the limit."""

    query: str
    notes: tuple[str, ...]
    hits: tuple[Hit, ...]
    total: int
    suggestions: tuple[str, ...]


class SearchIndex:
    """The index of one knowledge base. It can be asked from several threads.

    Raises SearchUnavailable when this Python has no SQLite with full-text search.
    """

    def __init__(self, knowledge: Knowledge) -> None:
        self._documents = tuple(documents(knowledge))
        self._book = Wordbook(knowledge.words.values())
        self._lock = Lock()
        self._ids = {document.id.casefold(): at for at, document in reversed([*enumerate(self._documents)])}
        self._at = {(document.kind, document.id): at for at, document in enumerate(self._documents)}
        self._connection = _connect()
        fields = ", ".join(_FIELDS)
        self._connection.execute(
            f"CREATE VIRTUAL TABLE items USING fts5({fields}, tokenize = 'unicode61 remove_diacritics 2')"
        )
        self._connection.execute("CREATE VIRTUAL TABLE vocabulary USING fts5vocab(items, row)")
        self._connection.executemany(
            f"INSERT INTO items(rowid, {fields}) VALUES (?, ?, ?, ?, ?, ?)",
            ((at, d.id, d.title, d.names, d.text, d.more) for at, d in enumerate(self._documents)),
        )

    def search(self, query: str, kinds: Collection[str] = (), limit: int = 20) -> Found:
        """The items that fit a query, best first.

        query: any text; it never raises. kinds: of KINDS, all when empty. limit: most results to return.
        """
        groups, is_cut = self._book.groups(query)
        notes = [note for note in (describe(group) for group in groups) if note]
        if is_cut:
            notes.append("Only the beginning of this long text was read.")
        ranked = self._ranked(match_text(groups))
        suggestions: tuple[str, ...] = ()
        if not ranked:
            suggestions = self._suggest(query, groups)
            ranked = self._ranked_by_part(groups)
            notes += ["Nothing holds all of these words; some hold a part of them."] if ranked else []
        order = dict.fromkeys((*self._pinned(query, groups), *ranked))
        chosen = [self._documents[at] for at in order if not kinds or self._documents[at].kind in kinds]
        shown = tuple(_hit(document, groups) for document in chosen[:limit])
        return Found(_shown(query), tuple(notes), shown, len(chosen), suggestions)

    def _pinned(self, query: str, groups: Sequence[Group]) -> list[int]:
        """What comes first: the item whose id the query is, and the words of the field it is or names in full."""
        plain = " ".join(query[:_QUERY_SHOWN].split()).casefold()
        exact = [self._ids[plain]] if plain in self._ids else []
        named = [
            entry for group in groups if len(groups) == 1 or " " in group.typed for entry in group.entries
        ]
        return exact + [self._at["word", entry] for entry in named]

    def _ranked(self, wanted: str) -> list[int]:
        return [at for _, at in sorted((score, at) for at, score in self._scored(wanted).items())]

    def _ranked_by_part(self, groups: Sequence[Group]) -> list[int]:
        """What holds some of the words: the rarer the word, the more it counts, however often others stand there."""
        whole: dict[int, float] = {}
        for scores in (self._scored(match_text([group])) for group in groups):
            rarity = math.log(len(self._documents) / max(len(scores), 1))
            for at, score in scores.items():
                whole[at] = whole.get(at, 0.0) - rarity + score / 1000
        return sorted(whole, key=lambda at: (whole[at], at))

    def _scored(self, wanted: str) -> dict[int, float]:
        """What matches, with its score: the lower the better."""
        if not wanted:
            return {}
        weights = ", ".join(map(str, _WEIGHTS))
        statement = f"SELECT rowid, bm25(items, {weights}) FROM items WHERE items MATCH ?"
        with self._lock:
            rows = self._connection.execute(statement, (wanted,)).fetchall()
        return {at: score * _KIND_WEIGHTS.get(self._documents[at].kind, 1.0) for at, score in rows}

    def _suggest(self, query: str, groups: Sequence[Group]) -> tuple[str, ...]:
        """What may have been meant: a known id near the query, or the query with each unknown word mended."""
        plain = " ".join(query[:_QUERY_SHOWN].split())
        found = []
        if re.fullmatch(r"[A-Za-z]+\d*[- ]?\d+\w?", plain):
            near = [one for one in self._ids if _loose(one) == _loose(plain)]
            near = near or difflib.get_close_matches(plain.casefold(), self._ids, _MOST_SUGGESTIONS, 0.7)
            found = [self._documents[self._ids[one]].id for one in near]
        unknown = [g for g in groups if len(parts(g.typed)) == 1 and not self._scored(match_text([g]))]
        mended = {group.typed: self._near(parts(group.typed)[0]) for group in unknown[:_MOST_SUGGESTIONS]}
        if mended and len(mended) == len(unknown) and all(mended.values()):
            for choice in range(max(map(len, mended.values()))):
                words = [_pick(mended.get(g.typed, (g.typed,)), choice) for g in groups]
                found.append(" ".join(words))
        return tuple(dict.fromkeys(found))[:_MOST_SUGGESTIONS]

    def _near(self, word: str) -> tuple[str, ...]:
        """Words of the base a slip away from one it does not hold, the nearest and most frequent first."""
        allowed = 0 if len(word) < 4 else 1 if len(word) < 6 else 2 if len(word) < 10 else 3
        if not allowed:
            return ()
        with self._lock:
            known = self._connection.execute("SELECT term, doc FROM vocabulary").fetchall()
        close = [
            (distance, -count, term)
            for term, count in known
            if len(term) > 3
            and term.isalpha()
            and (distance := edit_distance(word, term, allowed)) is not None
        ]
        nearest = min((distance for distance, _, _ in close), default=0)
        return tuple(term for distance, _, term in sorted(close) if distance == nearest)[:_MOST_SUGGESTIONS]


_INDEXES: dict[tuple[str, date], SearchIndex] = {}


def search_index_of(knowledge: Knowledge) -> SearchIndex:
    """The index of a knowledge base, built once. Raises SearchUnavailable."""
    key = (knowledge.hash, knowledge.as_of)
    if key not in _INDEXES:
        _INDEXES[key] = SearchIndex(knowledge)
    return _INDEXES[key]


def search(knowledge: Knowledge, query: str, kinds: Collection[str] = (), limit: int = 20) -> Found:
    """What is known about a query, best first.

    query: any text. kinds: of KINDS, all when empty. limit: most results. Raises SearchUnavailable.

    >>> from eutonia.knowledge.loader import load_knowledge
    >>> search(load_knowledge(), "Bachofen").hits[0].id
    'baclofen'
    """
    return search_index_of(knowledge).search(query, kinds, limit)


def _connect() -> sqlite3.Connection:
    try:
        import sqlite3  # noqa: PLC0415  (not every Python has it, and only a search needs it)
    except ImportError:
        raise SearchUnavailable("This Python was built without SQLite; a search needs it.") from None
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    try:
        connection.execute("CREATE VIRTUAL TABLE probe USING fts5(word)")
    except sqlite3.OperationalError:
        connection.close()
        raise SearchUnavailable(
            f"SQLite {sqlite3.sqlite_version} of this Python was built without full-text search (FTS5). "
            "A Python from python.org, a Linux distribution or conda has it."
        ) from None
    connection.execute("DROP TABLE probe")
    return connection


def _hit(document: Document, groups: Sequence[Group]) -> Hit:
    whole = document.kind in {"claim", "word"}
    return Hit(
        kind=document.kind,
        id=document.id,
        title=document.title,
        snippet=document.text if whole else _snippet(document.text, groups),
        mark=document.mark,
        verdict=document.verdict,
        see=document.see,
        is_dangerous=document.is_dangerous,
    )


def _snippet(text: str, groups: Iterable[Group]) -> str:
    """The first sentence, which names the situation, and the best fitting one with what follows it.

    What to do is never shown without what it is for: the same words can be right in one state and harm in another.
    """
    sentences = re.split(r"(?<=[.!?]) (?=[A-Z“])", text)
    wanted = [group.phrases for group in groups]
    scores = [sum(hits(phrases, sentence) for phrases in wanted) for sentence in sentences]
    best = max(scores.index(max(scores)), 1)
    shown = _cut(sentences[0], _SNIPPET)
    for at, sentence in enumerate(sentences[best:], start=best):
        if at > best and len(shown) + len(sentence) >= _SNIPPET:
            return f"{shown} …"
        shown += f" {'… ' if at == best > 1 else ''}{_cut(sentence, _SNIPPET)}"
    return shown


def _cut(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    return text[:most].rsplit(" ", 1)[0].rstrip(" ,;:") + " …"


def _shown(query: str) -> str:
    """The query as it can be printed anywhere: one line, no control characters, not too long."""
    plain = " ".join("".join(c if c.isprintable() else " " for c in query[: 4 * _QUERY_SHOWN]).split())
    return plain if len(plain) <= _QUERY_SHOWN else plain[:_QUERY_SHOWN].rstrip() + " …"


def _loose(item_id: str) -> str:
    """An id without what people leave out of it: ren-5 and REN-05 are near."""
    return re.sub(r"[-\s]0*", "", item_id.casefold())


def _pick(choices: Sequence[str], at: int) -> str:
    return choices[min(at, len(choices) - 1)]
