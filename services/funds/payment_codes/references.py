"""The reference that a transfer carries in its memo, and how it is found there again."""

import re
from typing import Final
from uuid import UUID

from kit.values.reference import read_reference, reference_of

PREFIX: Final = "CD"
_CANDIDATE: Final = re.compile(rf"(?={PREFIX}[-.\s]?([0-9A-Z]{{10}}))", re.ASCII)


def campaign_reference(campaign_id: UUID) -> str:
    """Return the campaign's reference, `CD-7K3QX2M9AC`: ten letters and digits, the last of which checks the others."""
    return reference_of(PREFIX, campaign_id)


def for_memo(reference: str) -> str:
    """Return it as a memo carries it: banks drop a hyphen, and pass 25 characters at most."""
    return reference.replace("-", "")


def found_in(memo: str) -> str | None:
    """Return the one reference that `memo` holds; None where there is none, or where two contend.

    Banks set words of their own before and after it, often without a space: it is looked for everywhere, and its
    check character and the campaigns that there are decide.
    """
    found = {read_reference(f"{PREFIX}-{tail}", PREFIX) for tail in _CANDIDATE.findall(memo.upper())} - {None}
    return found.pop() if len(found) == 1 else None
