"""Colours can be read: contrast computed from the tokens of the style sheet (WCAG 2.2, 1.4.3 and 1.4.11)."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from eutonia.report import axes

_CSS = files("eutonia.report").joinpath("style.css").read_text(encoding="utf-8")
_PAGE = files("eutonia.report").joinpath("page.html.j2").read_text(encoding="utf-8")
TOKENS = dict(re.findall(r"--([\w-]+): (#[0-9A-F]{6});", _CSS))


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    light, dark = sorted((_luminance(a), _luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_computed_as_the_guideline_does() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    # 7.1: Stop on white as printed in the colour table of the design
    assert contrast("#B10E1E", "#FFFFFF") == pytest.approx(7.1, abs=0.05)


@pytest.mark.parametrize("background", ["paper", "quiet"])
@pytest.mark.parametrize("text", ["ink", "stop", "no-problem", "cannot-tell", "line-1"])
def test_every_colour_used_for_text_can_be_read_on_every_background(text: str, background: str) -> None:
    assert contrast(TOKENS[text], TOKENS[background]) >= 4.5


def test_ink_can_be_read_on_amber_and_white_on_the_other_signs() -> None:
    assert contrast(TOKENS["ink"], TOKENS["check"]) >= 4.5
    for sign in ("stop", "no-problem", "cannot-tell"):
        assert contrast(TOKENS["paper"], TOKENS[sign]) >= 4.5


@pytest.mark.parametrize("line", ["line-1", "line-2", "line-3"])
def test_lines_stand_out_from_the_paper(line: str) -> None:
    assert contrast(TOKENS[line], TOKENS["paper"]) >= 3


def test_amber_is_never_the_colour_of_text_or_of_a_line() -> None:
    assert not re.search(r"(color|border[\w-]*|outline[\w-]*):[^;]*var\(--check\)", _CSS)
    assert TOKENS["check"] not in axes.__dict__.values()


def test_text_is_set_only_in_colours_that_were_tested() -> None:
    used = set(re.findall(r"(?<![\w-])color: var\(--([\w-]+)\)", _CSS))
    assert used <= {"ink", "stop", "no-problem", "cannot-tell", "line-1"}


def test_pictures_and_signs_use_the_tokens_of_the_page() -> None:
    tokens = set(TOKENS.values())
    assert {axes.INK, axes.PAPER, axes.LINE_1, axes.LINE_2, axes.LINE_3, axes.BAND} <= tokens
    assert set(re.findall(r"#[0-9A-F]{6}", _PAGE)) <= tokens


def test_the_printed_page_counts_its_pages_and_shows_the_working() -> None:
    assert "counter(page)" in _PAGE
    assert "counter(pages)" in _PAGE
    printed = _CSS[_CSS.index("@media print") :]
    assert "details-content" in printed
    assert re.search(r"\btr\b[^{]*\{ break-inside: avoid", printed)
