"""Events leave only after commit: written beside the change itself, delivered and read from there."""

from kit.outbox.events import Event, Scope, add, add_all, envelope
from kit.outbox.feed import Feed, feed
from kit.outbox.patterns import TypePattern

__all__ = ["Event", "Feed", "Scope", "TypePattern", "add", "add_all", "envelope", "feed"]
