"""What a reader sees of a page, a picture, a JSON answer or a calendar file, held against the rules.

Titles and addresses of cited documents keep their own wording and are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

from eutonia.notation.rules import Violation, violations


def page_violations(html: str, language: str = "en") -> list[Violation]:
    """Every breach in a page, pictures included, and every band that does not say whom it shows (R-34)."""
    reader = _Reader()
    reader.feed(html)
    found = [v for block in reader.blocks for v in violations(block, is_page=True, language=language)]
    for picture in reader.figures:
        if picture.has_band and not (
            "10th to" in picture.text and "90th percentile" in picture.text and "people" in picture.text
        ):
            found.append(Violation("R-34", "a band without its population", picture.text[:80]))
    return found


def json_violations(data: object, language: str = "en") -> list[Violation]:
    """Every breach in the texts for people of a result in JSON; dates and ids for machines are left out."""
    return [v for text in _display_strings(data) for v in violations(text, is_page=False, language=language)]


def calendar_violations(ics: str, language: str = "en") -> list[Violation]:
    """Every breach in the texts of a calendar file that a calendar shows: summary, description, place, name."""
    whole = ics.replace("\r\n ", "").replace("\r\n\t", "")  # RFC 5545, section 3.1: long lines are folded
    return [
        v
        for line in whole.splitlines()
        if line.partition(":")[0].partition(";")[0] in _CALENDAR_TEXTS
        for text in _unescaped(line.partition(":")[2]).splitlines()
        for v in violations(text, is_page=True, language=language)
    ]


_CALENDAR_TEXTS = frozenset({"SUMMARY", "DESCRIPTION", "LOCATION", "NAME", "X-WR-CALNAME", "COMMENT"})


def _unescaped(text: str) -> str:
    """RFC 5545, section 3.3.11: a backslash stands before each of \\ ; , and before n for a new line."""
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], text)


DISPLAY_KEYS = frozenset(
    {
        "sentence",
        "text",
        "title",
        "say",
        "do",
        "asks",
        "says",
        "next_step",
        "why",
        "made_of",
        "how",
        "departs",
        "product",
    }
    | {
        "cases",
        "assumptions",
        "left_out",
        "line",
        "what",
        "watch",
        "for_whom",
        "policy",
        "question",
        "because",
    }
    # --- something is wrong
    | {
        "presentations",
        "urgency",
        "words",
        "band",
        "facts",
        "published",
        "first_check",
        "held_back",
        "confirms",
        "stands",
        "met",
        "caveat",
        "ask",
        "not_shown",
        "amount",
        "people",
        "sides",
        "score",
    }
)


def _display_strings(data: object, key: str = "") -> Iterator[str]:
    if isinstance(data, dict):
        for name, value in data.items():
            yield from _display_strings(value, str(name))
    elif isinstance(data, list):
        for value in data:
            yield from _display_strings(value, key)
    elif isinstance(data, str) and key in DISPLAY_KEYS:
        yield data


@dataclass(slots=True)
class _Figure:
    text: str = ""
    has_band: bool = False


class _Reader(HTMLParser):
    """What a reader sees: the text of each block, without style and cited titles."""

    _BLOCKS = frozenset(
        {
            "p",
            "h1",
            "h2",
            "h3",
            "li",
            "dt",
            "dd",
            "td",
            "th",
            "tr",
            "caption",
            "figcaption",
            "summary",
            "text",
        }
        | {"title", "desc", "div", "section", "article", "svg"}
    )
    _VOID = frozenset({"meta", "br", "link", "img", "hr", "input"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[str] = [""]
        self.figures: list[_Figure] = []
        self._hidden: list[str] = []
        self._in_figure = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        if tag == "br" or tag in self._BLOCKS:
            self.blocks.append("")
        if tag in self._VOID:
            return
        if self._hidden or tag == "style" or "data-cited" in names:
            self._hidden.append(tag)
        if tag == "figure":
            self.figures.append(_Figure())
            self._in_figure += 1
        if "data-band" in names and self.figures:
            self.figures[-1].has_band = True

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in self._VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._hidden:
            self._hidden.pop()
        if tag == "figure":
            self._in_figure -= 1
        if tag in self._BLOCKS:
            self.blocks.append("")

    def handle_data(self, data: str) -> None:
        if self._hidden:
            return
        self.blocks[-1] += data
        if self._in_figure:
            self.figures[-1].text += data
