"""What is known about baclofen, as dated, cited data; and the language rules are written in."""
