"""The schema in the documentation is the one the code generates."""

from pathlib import Path

from eutonia.intake.schema import schema_text
from eutonia.knowledge.loader import load_knowledge

PUBLISHED = Path(__file__).parents[2] / "docs" / "reference" / "scenario.schema.json"


def test_the_published_schema_is_the_generated_one() -> None:
    # When this fails after an intended change: eutonia schema > docs/reference/scenario.schema.json
    assert PUBLISHED.read_text(encoding="utf-8") == schema_text(load_knowledge())
