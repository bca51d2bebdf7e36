"""How text for people must be written, as rules over what a reader sees: page, picture and JSON.

A rule is a pattern that must not occur. The numbers are those of the display rules in the design
(R-01 and so on). Titles and addresses of cited documents keep their own wording and are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

_UNIT = (
    r"(?:mg|micrograms?|mcg|nanograms?|ng|kg|mL|dL|L|litres?|mmol|per cent|hours?|minutes?|days?|weeks?|months?|"
    r"years?|tablets?|packets?|people|g)\b"
)
_DOSE = r"(?:mg|micrograms?|mcg|g|mL|tablets?|packets?)\b"
_PER = r"(?:mg|micrograms?|mcg|nanograms?|ng|g|kg|mL|dL|L|units?|U|mmol|umol|tablets?)"


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern that must not be shown. is_for_pages: holds only where a no-break space can be set."""

    id: str
    says: str
    pattern: re.Pattern[str]
    is_for_pages: bool = False


@dataclass(frozen=True, slots=True)
class Violation:
    """What was shown against a rule, with its surroundings."""

    rule: str
    found: str
    around: str


RULES = (
    Rule("R-01", "micrograms are spelled out", re.compile(r"[\u00b5\u03bc]g|\bug\b|\bmcgs\b|\bMCG\b")),
    Rule("R-03", "no trailing zero in a dose", re.compile(rf"\d\.\d*0[\s\u00a0]*{_DOSE}")),
    Rule("R-04", "a leading zero", re.compile(rf"(?<![\d.])\.\d+[\s\u00a0]*{_DOSE}")),
    Rule(
        "R-06", "number and unit do not touch", re.compile(r"\b\d+(?:\.\d+)?(?:mg|mcg|micrograms?|mL|kg)\b")
    ),
    Rule(
        "R-06",
        "no-break space between number and unit",
        re.compile(rf"(?<![\w.-])\d[\d,.]*[ \n]{_UNIT}"),
        is_for_pages=True,
    ),
    Rule(
        "R-10",
        "“per”, not a slash, between units",
        re.compile(rf"\b{_PER}/(?:mL|dL|L|kg|day|d|h|min|hour|week)\b"),
    ),
    Rule(
        "R-11",
        "no abbreviations of times and routes",
        re.compile(
            r"\b(?:QD|OD|QOD|TDS|TID|BD|BID|QDS|QID|HS|D/C|IU|IT|ITB|SC|PO|PRN)\b(?!-\d)"
            r"|\b(?:tds|tid|bid|qds|qid|qd|prn|cc)\b|\bx\s?\d+\s?d\b|\d\s?U\b"
        ),
    ),
    Rule(
        "R-12",
        "words instead of comparison and joining signs",
        re.compile(r"[<>\u2264\u2265@&\u00b0]|\d\s?\+\s?\d"),
    ),
    Rule(
        "R-13",
        "half tablets in words",
        re.compile(r"[\u00bc-\u00be]|\d\.\d+[\s\u00a0]*(?:tablets?|packets?)\b|\b1/2\b"),
    ),
    Rule(
        "R-17",
        "days as 22-Nov-2026",
        re.compile(r"\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}/\d{1,2}/\d{2,4}\b|(?<!\d)\d-(?:[A-Z][a-z]{2})-\d{4}\b"),
    ),
    Rule("R-25", "never “safe”", re.compile(r"\b(?:un)?safe(?:ly|r|st)?\b", re.IGNORECASE)),
)


# What must stand beside a band: both percentiles and the population.
_BAND_WORDS = ("10th", "90th percentile", "people")


def violations(text: str, *, is_page: bool) -> list[Violation]:
    """Every breach in a text as a reader sees it. is_page: the text of a page or picture, not of JSON."""
    return [
        Violation(rule.id, found[0], text[max(found.start() - 40, 0) : found.end() + 40].replace("\n", " "))
        for rule in RULES
        if is_page or not rule.is_for_pages
        for found in rule.pattern.finditer(text)
    ]


def page_violations(html: str) -> list[Violation]:
    """Every breach in a page, pictures included, and every band that does not say whom it shows (R-34)."""
    reader = _Reader()
    reader.feed(html)
    found = [v for block in reader.blocks for v in violations(block, is_page=True)]
    for picture in reader.figures:
        if picture.has_band and not (
            "10th to" in picture.text and "90th percentile" in picture.text and "people" in picture.text
        ):
            found.append(Violation("R-34", "a band without its population", picture.text[:80]))
    return found


def json_violations(data: object) -> list[Violation]:
    """Every breach in the texts for people of a result in JSON; dates and ids for machines are left out."""
    return [v for text in _display_strings(data) for v in violations(text, is_page=False)]


_DISPLAY_KEYS = frozenset(
    {
        "sentence",
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
    | {"cases", "assumptions", "left_out"}
)


def _display_strings(data: object, key: str = "") -> Iterator[str]:
    if isinstance(data, dict):
        for name, value in data.items():
            yield from _display_strings(value, str(name))
    elif isinstance(data, list):
        for value in data:
            yield from _display_strings(value, key)
    elif isinstance(data, str) and key in _DISPLAY_KEYS:
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
