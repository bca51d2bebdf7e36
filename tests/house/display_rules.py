"""The display rules as the tests name them; the rules themselves are in ``eutonia.notation``."""

from eutonia.notation import Violation, json_violations, page_violations, violations

__all__ = ["Violation", "json_violations", "page_violations", "violations"]
