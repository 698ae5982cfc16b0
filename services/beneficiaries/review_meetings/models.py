"""The village meeting: the head of the village in the chair, the Fatherland Front supervising."""


def passes(agreed: int, attended: int, percent: int) -> bool:
    """Say whether a result stands: at least `percent` of those present agree (registry facts, section 3).

    How many of those invited came is written down and decides nothing.
    """
    return agreed * 100 >= attended * percent
