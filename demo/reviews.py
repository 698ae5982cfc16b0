"""The reviews of poverty that the story tells, all of Mai Sơn: the yearly one of 2026, and eight that are under way.

The yearly review is carried to its certificates. It decides about 2027 and leaves as many households poor as it found:
what the account says of today stays. Each regular review is about one household that asked in writing, and waits at
another step, so that the documents have an example of each.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum
from typing import Final, Literal
from uuid import UUID

from demo import examples
from demo.draw import Draw, uuid7
from demo.people import Household
from demo.poverty import Decisions, status_on

Class = Literal["poor", "near_poor", "none"]
YEAR: Final = 2026
OFFICE: Final = "04105"
MISTAKEN_CASE: Final = UUID("018d4b1e-5f00-7000-8000-000000000437")
"""Whose certificate of the yearly review should not be."""
_YEARLY_ON: Final = date(YEAR, 9, 1)


class Step(IntEnum):
    """How far a review has come."""

    OPENED = 0
    LISTED = 1
    SCORED = 2
    CLASSIFIED = 3
    AGREED = 4
    POSTED = 5
    DISPUTED = 6
    DECIDED = 7


@dataclass(frozen=True)
class Asked:
    """A household that asked in writing: `id` is its place in the review, `found` what the review finds."""

    id: UUID
    household: Household
    found: Class


@dataclass(frozen=True)
class Review:
    """`month` 0: the yearly one. `begins`: the day on which reviewers set out; the other days follow from it."""

    id: UUID
    month: int
    begins: date
    until: Step
    asked: tuple[Asked, ...]

    @property
    def scored_on(self) -> date:
        return self.begins + timedelta(5)

    @property
    def met_on(self) -> date:
        return self.begins + timedelta(7)

    @property
    def posted_from(self) -> date:
        return self.begins + timedelta(9)

    @property
    def decided_on(self) -> date:
        return self.begins + timedelta(13)


_YEARLY: Final[tuple[tuple[UUID, int, Class], ...]] = (
    (examples.CASE, 970, "near_poor"),
    (examples.CASE_REFUSED, 972, "none"),
    (MISTAKEN_CASE, 978, "poor"),
)
_REGULAR: Final = (
    (examples.REVIEW_TO_DECIDE, 2, Step.POSTED, None, 969),
    (examples.REVIEW_TO_POST, 3, Step.AGREED, None, 967),
    (examples.REVIEW_TO_DISCUSS, 4, Step.CLASSIFIED, examples.CASE_TO_DISCUSS, 966),
    (examples.REVIEW_TO_CLASSIFY, 5, Step.SCORED, None, 964),
    (examples.REVIEW_TO_SCORE, 6, Step.LISTED, examples.CASE_TO_SCORE, 963),
    (examples.REVIEW_POSTED, 10, Step.DISPUTED, examples.CASE_POSTED, 968),
    # Opened by mistake: nobody asked for it.
    (examples.REVIEW_TO_CANCEL, 8, Step.OPENED, None, None),
    # Last: its household's request stays open, and any list drawn after it would take it up.
    (examples.REVIEW_TO_LIST, 7, Step.OPENED, None, 961),
)
"""Review, month of 2026, how far it has come, the place of its household and its number; None: nobody asked."""


def reviews(households: list[Household]) -> list[Review]:
    """Return them in the order in which they are told."""
    yearly = Review(
        examples.REVIEW,
        0,
        date(YEAR, 10, 12),
        Step.DECIDED,
        tuple(Asked(own, households[number], found) for own, number, found in _YEARLY),
    )
    regular = [
        Review(own, month, day, until, _asked(households, number, case, day))
        for own, month, until, case, number in _REGULAR
        for day in (date(YEAR, month, 15),)
    ]
    return [yearly, *regular]


def _asked(households: list[Household], number: int | None, case: UUID | None, day: date) -> tuple[Asked, ...]:
    if number is None:
        return ()
    return (Asked(case or uuid7("case", number, day=day), households[number], "near_poor"),)


def outcomes(households: list[Household], decided: Decisions) -> dict[UUID, Class]:
    """Return what the yearly review finds where it is not what was known: by household, those who asked included.

    One household more becomes poor than asked for it, and two rise above: as many are poor as before.
    """
    listed: dict[str, list[Household]] = {"poor": [], "near_poor": [], "none": []}
    for household in households:
        if household.commune.today == OFFICE and household.id != examples.HOUSEHOLD:
            listed[status_on(decided.get(household, ()), _YEARLY_ON)].append(household)
    risen = Draw("review", YEAR, "risen").shuffled(listed["poor"])[:2]
    others = Draw("review", YEAR, "others").shuffled(listed["near_poor"])
    found: dict[UUID, Class] = {household.id: "near_poor" for household in risen}
    found |= {others[0].id: "poor", others[1].id: "none"}
    return found | {households[number].id: status for _, number, status in _YEARLY}
