"""Fields of a change that may be left out, but not be set to nothing."""

from typing import Any


def absent() -> Any:
    """Stand for a field that was not sent, as its `default_factory`: its type then need not allow null.

    Whether it was sent is what `model_fields_set` tells.
    """
    return None
