from typing import Final

_KEPT_AT_MOST: Final = 2


def mask(value: str, *, head: int = 4, tail: int = 2) -> str:
    """Show `head` first and `tail` last characters: ``014203000123`` becomes ``0142******23``.

    At least half of the characters are always hidden: where `value` is too short for both ends only
    the tail stays, and where even that would tell too much nothing does.
    """
    if (head + tail) * _KEPT_AT_MOST <= len(value):
        return value[:head] + "*" * (len(value) - head - tail) + value[len(value) - tail :]
    if tail * _KEPT_AT_MOST <= len(value):
        return "*" * (len(value) - tail) + value[len(value) - tail :]
    return "*" * len(value)
