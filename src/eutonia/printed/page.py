"""A document as one HTML page: no script, no network, nothing outside the file; on screen and on paper."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from eutonia.printed.blocks import Block, Document


def page(document: Document, paper: str) -> str:
    """The page as text. paper: “A4” or “letter”. Equal documents give equal pages, byte for byte."""
    return _template().render(document=document, paper=paper, style=Markup(_style()))


def _kind(block: Block) -> str:
    return type(block).__name__


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("eutonia.printed", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["kind"] = _kind
    return environment.get_template("handout.html.j2")


@cache
def _style() -> str:
    return files("eutonia.printed").joinpath("handout.css").read_text(encoding="utf-8")
