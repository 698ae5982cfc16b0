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
BANK_ACCOUNT: Final = _row(109)

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
MOVING_HOUSEHOLD: Final = _row(3)
MOVED_HOUSEHOLD: Final = _row(4)
SPLITTING_HOUSEHOLD: Final = _row(5)
DISSOLVING_HOUSEHOLD: Final = _row(6)
GROWING_HOUSEHOLD: Final = _row(7)
BEREAVED_HOUSEHOLD: Final = _row(8)

REVIEW: Final = _row(420)
REVIEW_TO_LIST: Final = _row(421)
REVIEW_TO_SCORE: Final = _row(422)
REVIEW_TO_CLASSIFY: Final = _row(423)
REVIEW_TO_DISCUSS: Final = _row(424)
REVIEW_TO_POST: Final = _row(425)
REVIEW_POSTED: Final = _row(426)
REVIEW_TO_DECIDE: Final = _row(427)
CASE: Final = _row(430)
CASE_REFUSED: Final = _row(431)
CASE_TO_SCORE: Final = _row(432)
CASE_TO_DISCUSS: Final = _row(434)
CASE_POSTED: Final = _row(436)
POSTING: Final = _row(440)
COMPLAINT: Final = _row(441)
MISTAKEN_MOVE: Final = _row(501)
GROWN_CHILD: Final = _row(502)
LODGER: Final = _row(503)
DECEASED: Final = _row(504)
WIDOW: Final = _row(505)
PERSON: Final = _row(601)
CONSENT_TO_WITHDRAW: Final = _row(602)
PARTNER: Final = _row(603)
DISABILITY: Final = _row(611)
EXPORT: Final = _row(621)
IMPORT: Final = _row(631)

CHANGE_REQUEST: Final = _row(721)
CHANGE_REQUEST_TO_APPROVE: Final = _row(722)
CHANGE_REQUEST_TO_REJECT: Final = _row(723)
CHANGE_REQUEST_TO_RETURN: Final = _row(724)
CHANGE_REQUEST_TO_RESUBMIT: Final = _row(725)
CHANGE_REQUEST_TO_WITHDRAW: Final = _row(726)
CHANGE_REQUEST_ATTACHMENT: Final = _row(727)
SUBJECT_REQUEST: Final = _row(731)
SUBJECT_REQUEST_TO_ACKNOWLEDGE: Final = _row(732)
SUBJECT_REQUEST_TO_ANSWER: Final = _row(733)
ACCESS_GRANTED: Final = _row(734)
DELETION_TO_PROPOSE: Final = _row(735)
DELETION_TO_DECIDE: Final = _row(736)
RESTRICTION: Final = _row(737)
MEETING: Final = _row(741)
MINUTES: Final = _row(742)
REVIEW_TO_CANCEL: Final = _row(428)

IDS: Final = frozenset(value for value in list(vars().values()) if isinstance(value, UUID))
