"""A document as tagged PDF/UA-1: headings, lists, tables with headings, language and title, fonts of the package.

Equal documents give equal files, byte for byte: the time in the file is the day of the plan.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, date, datetime, time
from functools import cache
from importlib import import_module
from importlib.resources import files
from typing import Any

from eutonia.printed.blocks import Document

_FOLDER = "eutonia.printed"


def pdf(document: Document, paper: str, made_on: date) -> bytes:
    """The document as PDF. paper: “a4” or “us-letter”. Raises ImportError without the package typst."""
    made = datetime.combine(made_on, time.min, tzinfo=UTC)
    found = _compiler().compile(
        input=_template(),
        format="pdf",
        pdf_standards=["ua-1"],
        timestamp=int(made.timestamp()),
        sys_inputs={"document": _data(document), "paper": paper},
    )
    return bytes(found)


@cache
def _compiler() -> Any:
    """Compiler with the fonts of the package and no others: the page looks alike on every computer."""
    typst = import_module("typst")
    folder = str(files(_FOLDER).joinpath("fonts"))
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])
    return typst.Compiler(font_paths=fonts)


@cache
def _template() -> bytes:
    return files(_FOLDER).joinpath("handout.typ").read_bytes()


def _data(document: Document) -> str:
    blocks = [{"kind": type(block).__name__, **asdict(block)} for block in document.blocks]
    return json.dumps({**asdict(document), "blocks": blocks}, ensure_ascii=False)
