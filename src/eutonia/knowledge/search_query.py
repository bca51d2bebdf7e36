"""From what somebody typed to what is looked for: words, their other spellings and their other names.

Nothing of the typed text reaches the search engine as it stands: it is taken apart into letters and figures,
and every part is quoted. Quotes, operators, brackets and anything else are only gaps between words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from eutonia.knowledge.library import Entry

__all__ = ["Group", "Phrase", "Wordbook", "describe", "fold", "hits", "match_text", "parts", "spellings"]

MOST_WORDS = 24  # of a query; a longer text is a document, not a question
_LONGEST_WORD = 60  # letters
_SHORTEST_STEM = 4  # letters that stand for every word beginning with them
_MOST_SPELLINGS = 8

_WORD = re.compile(r"[^\W_]+(?:[-'’.][^\W_]+)*")
_PART = re.compile(r"[^\W_]+")
_EMPTY = frozenset(
    re.findall(
        r"\w+",
        "a about after an and any are as at be by can could do does for from has have how i if in into is it its "
        "my of on or our should than that the their then there this to was we were what when which who why will with",
    )
)
#: British and American spellings of one sound; a variant that exists nowhere finds nothing and does no harm.
_SPELLINGS = (
    ("haem", "hem"),
    ("aem", "em"),
    ("oed", "ed"),
    ("oes", "es"),
    ("oea", "ea"),
    ("noea", "nea"),
    ("rrhoea", "rrhea"),
    ("paed", "ped"),
    ("aesth", "esth"),
    ("foet", "fet"),
    ("caes", "ces"),
    ("gynaec", "gynec"),
    ("aeti", "eti"),
    ("isation", "ization"),
    ("ise", "ize"),
    ("ising", "izing"),
    ("yse", "yze"),
    ("our", "or"),
    ("tre", "ter"),
    ("sulph", "sulf"),
    ("elled", "eled"),
    ("elling", "eling"),
    ("programme", "program"),
    ("neurone", "neuron"),
    ("tumour", "tumor"),
    ("grey", "gray"),
    ("fulfil", "fulfill"),
    ("logue", "log"),
    ("ence", "ense"),
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that stand side by side; the last one may be the beginning of a longer word."""

    words: tuple[str, ...]
    is_stem: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """One thing that is looked for: any of its phrases will do.

    typed: as the reader wrote it. entries: ids of the words of the field it was recognised as.
    """

    typed: str
    phrases: tuple[Phrase, ...]
    entries: tuple[str, ...] = ()


class Wordbook:
    """The words of the field by every way of writing them.

    entries: as in ``Knowledge.words``. A way of writing that two entries share means both.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries = {entry.id: entry for entry in entries}
        self._by_name: dict[tuple[str, ...], dict[str, None]] = {}
        for entry in self._entries.values():
            for name in (entry.id, *entry.also):
                self._by_name.setdefault(parts(name), {})[entry.id] = None
        self._longest = max(map(len, self._by_name), default=1)

    def groups(self, query: str) -> tuple[tuple[Group, ...], bool]:
        """What is looked for, and whether the query was longer than what is read of it.

        Returns no group when the query holds no word. Never raises, whatever the text.
        """
        typed = [word[0] for word in _WORD.finditer(unicodedata.normalize("NFKC", query[: 200 * MOST_WORDS]))]
        is_cut = len(typed) > MOST_WORDS or len(query) > 200 * MOST_WORDS
        typed = [word[:_LONGEST_WORD] for word in typed[:MOST_WORDS]]
        kept = [word for word in typed if fold(word) not in _EMPTY] or typed
        found = {group.phrases: group for group in self._grouped(kept) if group.phrases}
        return tuple(found.values()), is_cut

    def names(self, entry_id: str) -> tuple[str, ...]:
        """Every way of writing a word of the field, its own id first."""
        entry = self._entries[entry_id]
        return (entry.id, *entry.also)

    def _known(self, words: tuple[str, ...]) -> tuple[str, ...]:
        if len(words) != 1:
            return tuple(self._by_name.get(words, ()))
        return tuple(dict.fromkeys(i for s in spellings(words[0]) for i in self._by_name.get((s,), ())))

    def _grouped(self, typed: list[str]) -> Iterator[Group]:
        """The words of a query, the longest known run of words first."""
        at = 0
        while at < len(typed):
            for length in range(min(self._longest, len(typed) - at), 0, -1):
                run = typed[at : at + length]
                entries = self._known(parts(" ".join(run)))
                if entries or length == 1:
                    yield self._group(" ".join(run), entries)
                    at += length
                    break

    def _group(self, typed: str, entries: tuple[str, ...]) -> Group:
        phrases = list(_written(typed, may_be_stem=True))
        for entry in entries:
            for name in self.names(entry):
                phrases += _written(name, may_be_stem=False)
        return Group(typed, tuple(dict.fromkeys(phrases)), entries)


def _written(text: str, *, may_be_stem: bool) -> Iterator[Phrase]:
    """A word or run of words in all its spellings."""
    words = parts(text)
    if len(words) > 1:
        yield Phrase(words)
        if may_be_stem and " " not in text and "".join(words).isalpha():
            yield Phrase(("".join(words),), is_stem=True)  # neuro-leptic is neuroleptic; 2.5 is never 25
    for word in words if len(words) == 1 else ():
        for spelling in spellings(word):
            yield Phrase((spelling,), may_be_stem and len(spelling) >= _SHORTEST_STEM)
            if may_be_stem:
                yield from (Phrase((one,), is_stem=True) for one in _singulars(spelling))


def _singulars(word: str) -> Iterator[str]:
    if word.endswith("ies") and len(word) > 5:
        yield word[:-3] + "y"
    for ending in ("s", "es", "ing", "ed"):
        if word.endswith(ending) and len(word) - len(ending) >= 5:
            yield word[: -len(ending)]


def fold(text: str) -> str:
    """Letters without case and accents, so that Ångström and angstrom are one word."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def parts(text: str) -> tuple[str, ...]:
    """The letters and figures of a text, folded, without whatever stands between them."""
    return tuple(_PART.findall(fold(text)))


def spellings(word: str) -> tuple[str, ...]:
    """The word in British and American spelling, itself first: haemodialysis, hemodialysis."""
    found = {word: None}
    for british, american in _SPELLINGS:
        for known in tuple(found):
            for here, there in ((british, american), (american, british)):
                if here in known and len(found) < _MOST_SPELLINGS and not (here in there and there in known):
                    found.setdefault(known.replace(here, there))
    return tuple(found)


def match_text(groups: Iterable[Group]) -> str:
    """All groups in the language of the search engine: every word in quotes, nothing else from the reader."""
    return " AND ".join("(" + " OR ".join(map(_quoted, group.phrases)) + ")" for group in groups)


def _quoted(phrase: Phrase) -> str:
    return '"' + " ".join(phrase.words) + '"' + ("*" if phrase.is_stem else "")


def hits(phrases: Iterable[Phrase], text: str) -> bool:
    """Whether one of the phrases stands in a text."""
    plain = f" {' '.join(parts(text))} "
    return any(f" {' '.join(p.words)}{'' if p.is_stem else ' '}" in plain for p in phrases)


def describe(group: Group) -> str:
    """How a word was read, for the reader; empty when it was read as it stands."""
    typed = parts(group.typed)
    others = [entry for entry in group.entries if parts(entry) != typed]
    if not others or any(parts(entry) == typed for entry in group.entries):
        return ""
    return f"“{group.typed}” is also looked for as {', '.join(others[:4])}."
