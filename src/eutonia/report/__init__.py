"""The answer for people and machines: sentences, pictures, one page, JSON."""
