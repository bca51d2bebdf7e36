"""From a record to facts, and from facts to findings: fires, does not fire, cannot tell."""
