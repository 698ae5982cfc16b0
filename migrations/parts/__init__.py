"""Frozen building blocks: what a revision has used never changes; a change is a new part."""
