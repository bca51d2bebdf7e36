"""Equations only: arrays in, arrays out, in house units. Nothing here knows a patient's record."""
