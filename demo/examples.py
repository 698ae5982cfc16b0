"""Ids of the rows that the examples in the platform's documents speak of: what they show can be tried at once.

Those that something is done to have a row for each deed, so that none stands in another's way.
"""

from typing import Final
from uuid import UUID


def _row(number: int) -> UUID:
    return UUID(f"018d4b1e-5f00-7000-8000-{number:012}")


HOUSEHOLD: Final = _row(1)
"""Poor throughout, and without a gift or a loan so far."""
OTHER_HOUSEHOLD: Final = _row(2)

DONATION: Final = _row(101)
MISTAKEN_DONATION: Final = _row(102)
DONOR: Final = _row(103)
RUNNING_CAMPAIGN: Final = _row(104)
ENDING_CAMPAIGN: Final = _row(105)
GIVEN_ROUND: Final = _row(106)
ROUND_TO_APPROVE: Final = _row(107)
ROUND_TO_REJECT: Final = _row(108)

ELIGIBLE: Final = _row(201)
TO_VERIFY: Final = _row(202)
APPROVED: Final = _row(203)
LOAN: Final = _row(204)

ORGANISATION: Final = _row(401)
ASSIGNMENT: Final = _row(402)
ASSIGNMENT_TO_END: Final = _row(403)
ACTIVITY: Final = _row(404)
MISTAKEN_ACTIVITY: Final = _row(405)
VILLAGE: Final = _row(408)
NEED: Final = _row(406)
NEED_TO_CLOSE: Final = _row(407)
GRIEVANCE: Final = _row(411)
GRIEVANCE_TO_CLASSIFY: Final = _row(412)
GRIEVANCE_TO_ASSIGN: Final = _row(413)
GRIEVANCE_TO_ANSWER: Final = _row(414)
GRIEVANCE_TO_ESCALATE: Final = _row(415)

IDS: Final = frozenset(value for value in list(vars().values()) if isinstance(value, UUID))
