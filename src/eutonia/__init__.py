"""eutonia: workbench and engine for baclofen therapy."""

__version__ = "0.1.0"
