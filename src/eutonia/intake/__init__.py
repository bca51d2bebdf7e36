"""The room between the world and the record: plain data in, a record out, or every reason why not.

Nothing is repaired, coerced or guessed. What cannot be read is refused, all problems together, each with its
place; what can be read but is unusual comes back as a note beside the record.
"""

from eutonia.intake.draft import Note
from eutonia.intake.reader import read_scenario

__all__ = ["Note", "read_scenario"]
