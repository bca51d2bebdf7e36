"""From here to there in doses that can be dispensed; every plan leaves through the limits."""
