"""``python -m eutonia``: the same as the ``eutonia`` command."""

from __future__ import annotations

from eutonia.faces.cli import main

if __name__ == "__main__":
    main()
