"""How long a test waits for what ought to come about."""

PATIENCE = 90.0
"""Seconds after which it has failed to; never a measure of speed."""
