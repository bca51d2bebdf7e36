"""Printed things: calendar, leaflet, wallet card, refill card, calendar file and lines for the pharmacy.

All are made from one small structure (``Handout``) and never from a record: dated phases with doses made of pieces, a
pump's dates, and what to watch for. What the plan does not say is a line to write on.
"""

from eutonia.printed.consulted import handout_of
from eutonia.printed.handout import Beside, DayDose, Handout, Phase, Portion, PumpDates, Warn
from eutonia.printed.handout_file import read_handout
from eutonia.printed.make import SUFFIXES, Paper, What, make_print
from eutonia.simulate.day import PartOfDay

__all__ = [
    "SUFFIXES",
    "Beside",
    "DayDose",
    "Handout",
    "Paper",
    "PartOfDay",
    "Phase",
    "Portion",
    "PumpDates",
    "Warn",
    "What",
    "handout_of",
    "make_print",
    "read_handout",
]
