"""Languages of hand-outs: sentences from gettext catalogues, numbers and days as each language writes them.

English is the language of the source; German and French are catalogues (``catalogues/*.po``) that Babel reads as they
are, so no compiled copy can be out of date. A sentence without a translation raises KeyError: half a page in another
language is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from importlib.resources import files
from io import BytesIO

from eutonia.errors import Code, InputRefused, Problem
from eutonia.notation import LANGUAGES
from eutonia.notation.words import WORDS

NBSP = "\u00a0"
#: How the languages call themselves.
NAMES: Mapping[str, str] = {"en": "English", "de": "Deutsch", "fr": "Français"}
_DECIMAL = {"en": ".", "de": ",", "fr": ","}
_GROUP = {"en": ",", "de": NBSP, "fr": NBSP}
_DAY = {"en": "EEEE d MMMM y", "de": "EEEE, d. MMMM y", "fr": "EEEE d MMMM y"}
_DATE = {"en": "d MMMM y", "de": "d. MMMM y", "fr": "d MMMM y"}
_SHORT = {"en": "EEE d MMM", "de": "EEE d. MMM", "fr": "EEE d MMM"}
_LOCALE = {"en": "en_GB", "de": "de_DE", "fr": "fr_FR"}
_MOST_DECIMALS = 4


@dataclass(frozen=True, slots=True)
class Language:
    """One language. code: “en”, “de” or “fr”; singular and plural: source sentence to its translations."""

    code: str
    sentences: Mapping[str, tuple[str, ...]]

    def say(self, sentence: str, /, **values: str) -> str:
        """The sentence in this language, with its values put in. Raises KeyError when it is not translated."""
        return self._bound(self._of(sentence)[0].format(**values))

    def count(self, one: str, many: str, number: int, /, **values: str) -> str:
        """The form of the sentence for a number; ``number`` is written for people as {number}."""
        forms = self._of(one, many)
        # English and German: one is singular. French: nought and one are.
        is_one = number < 2 if self.code == "fr" else number == 1
        return self._bound(forms[0 if is_one else 1].format(number=self.number(Fraction(number)), **values))

    def _of(self, *source: str) -> tuple[str, ...]:
        return source if self.code == "en" else self.sentences[source[0]]

    def listing(self, parts: Sequence[str]) -> str:
        """One, “a and b”, “a, b and c”."""
        if len(parts) < 2:
            return "".join(parts)
        return self.say("{first} and {last}", first=", ".join(parts[:-1]), last=parts[-1])

    def amount(self, value: Fraction, unit: str) -> str:
        """A number and its unit, which a line break never parts."""
        return f"{self.number(value)}{NBSP}{unit}"

    def _bound(self, text: str) -> str:
        """A no-break space between each number and what it counts."""
        return re.sub(rf"(?<=\d) (?={WORDS[self.code].unit})", NBSP, text)

    def number(self, value: Fraction) -> str:
        """An exact number: 2,000 or 0.5 in English, 2 000 (no-break space) or 0,5 in German and French.

        Raises InputRefused for a number with three figures after a decimal comma (1,250 would be read as a thousand)
        and for one that has no end in decimals: neither is rounded.
        """
        scaled = value * 10**_MOST_DECIMALS
        if scaled.denominator != 1:
            raise _unwritable(value, "It has no exact decimal form.")
        whole, rest = divmod(int(scaled), 10**_MOST_DECIMALS)
        decimals = f"{rest:0{_MOST_DECIMALS}d}".rstrip("0")
        if len(decimals) == 3 and whole and self.code != "en":
            raise _unwritable(value, "Three figures after a decimal comma can be read as a thousand.")
        shown = f"{whole:,}".replace(",", _GROUP[self.code])
        return f"{shown}{_DECIMAL[self.code]}{decimals}" if decimals else shown

    def day(self, day: date) -> str:
        """A day in words: “Monday 30 November 2026”, “Montag, 30. November 2026”, “mardi 1er décembre 2026”."""
        return self._day(day, _DAY)

    def short_day(self, day: date) -> str:
        """A day for a narrow column: “Mon 30 Nov”."""
        return self._day(day, _SHORT)

    def short_date(self, day: date) -> str:
        """A day without its weekday, for a card: “30 November 2026”."""
        return self._day(day, _DATE)

    def _day(self, day: date, patterns: Mapping[str, str]) -> str:
        from babel.dates import format_date  # noqa: PLC0415  (babel belongs to the extra “print”)

        text = format_date(day, patterns[self.code], locale=_LOCALE[self.code])
        if self.code == "fr" and day.day == 1:
            text = re.sub(r"(^| )1 ", r"\g<1>1er ", text, count=1)
        return text.replace(" ", NBSP)


@cache
def language(code: str) -> Language:
    """The language of a code. Raises InputRefused with the accepted codes when there is none."""
    if code not in LANGUAGES:
        why = "There is no hand-out in this language."
        raise InputRefused([Problem(Code.UNKNOWN_WORD, why, "--lang", code, LANGUAGES)])
    return Language(code, {} if code == "en" else _catalogue(code))


def _catalogue(code: str) -> Mapping[str, tuple[str, ...]]:
    from babel.messages.pofile import read_po  # noqa: PLC0415

    text = files("eutonia.printed").joinpath("catalogues", f"{code}.po").read_bytes()
    sentences: dict[str, tuple[str, ...]] = {}
    for message in read_po(BytesIO(text), locale=code):
        source = message.id if isinstance(message.id, (tuple, list)) else (message.id,)
        forms = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
        if source[0] and all(forms) and not message.fuzzy:
            sentences[str(source[0])] = tuple(str(form) for form in forms)
    return sentences


def _unwritable(value: Fraction, why: str) -> InputRefused:
    step = "Choose a product or a dose that can be written without doubt."
    return InputRefused([Problem(Code.NOT_PRINTABLE, why, "dose", str(float(value)), next_step=step)])
