"""Plans for an intrathecal pump, in exact arithmetic: from candidacy to the next refill, and what when one is missed.

Every plan names the text it follows, refuses what cannot be, lists what could not be checked, and is simulated. None
of them programmes a pump.
"""
