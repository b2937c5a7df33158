"""Detectors by rule: simple enough to be audited by hand, and to be beaten."""
