"""Policy loans: who applied for what, which were paid out, and what came back.

The district's account says 5,635 people; a twentieth of that is 282 loans. Each borrower stood, on the day of the
application, on the list that the programme lends to. A few applications still wait for approval, one is approved and
waits for its money, a few are refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal
from uuid import UUID

from demo import examples
from demo.draw import Draw, uuid7
from demo.people import BEGINNING, Household
from demo.poverty import Decision, Decisions, status_on

BANK: Final = "vbsp"

_RATES: Final = {"poor": 6600, "near-poor": 7920, "newly-escaped": 8250}
"""Programmes and their rates in thousandths of a percent a year: to reckon a year's interest about right, no more."""
_PROGRAMME_OF: Final = {"poor": "poor", "near_poor": "near-poor", "newly_escaped": "newly-escaped"}
_LAST_APPLICATION: Final = date(2026, 9, 20)
_TODAY: Final = date(2026, 11, 15)
"""Nothing of the story is later."""
_TEN_THOUSAND: Final = 10_000
Outcome = Literal["lent", "waiting", "approved", "refused"]
_EXAMPLES: Final = {282: examples.ELIGIBLE, 283: examples.TO_VERIFY, 284: examples.APPROVED}
"""Those that the documents speak of, by number: two that wait for approval, and the one that waits for its money."""
_EXAMPLE_LOAN: Final = 174
_PURPOSES: Final = (
    "Mua hai con bò sinh sản và làm chuồng",
    "Trồng một héc-ta cà phê",
    "Chăn nuôi lợn bản địa",
    "Mua máy cày nhỏ làm ruộng nương",
    "Cải tạo vườn nhãn, ghép giống mới",
    "Nuôi dê sinh sản",
    "Đào ao thả cá, nuôi vịt",
    "Trồng xoài và na trên đất dốc",
    "Mua khung dệt và sợi làm thổ cẩm",
    "Mở quán sửa xe máy ở trung tâm xã",
)


@dataclass(frozen=True)
class Repayment:
    """`amount` in đồng, of which a year's interest first."""

    on: date
    amount: int
    receipt: str


@dataclass(frozen=True)
class Application:
    """`amount` in đồng. `outcome`: paid out and repaid so far, still waiting for approval or for the money, or refused.

    `loan_id` is the id of the loan that it becomes.
    """

    id: UUID
    loan_id: UUID
    number: int
    household: Household
    programme: str
    amount: int
    term_months: int
    principal_every: Literal[6, 12]
    purpose: str
    applied_on: date
    outcome: Outcome
    approved_on: date
    disbursed_on: date
    repayments: tuple[Repayment, ...]


def standing_on(made: Sequence[Decision], day: date) -> str:
    """Return `poor`, `near_poor`, `newly_escaped` (off the lists for less than three years) or `none`."""
    status = status_on(made, day)
    if status != "none":
        return status
    left = max((decision.valid_from for decision in made if decision.valid_from <= day), default=None)
    return "newly_escaped" if left is not None and day < left.replace(year=left.year + 3) else "none"


def applications(
    households: Sequence[Household], decided: Decisions, lent: int, waiting: int, refused: int
) -> list[Application]:
    """Return `lent` applications that became loans, `waiting` recent ones, and `refused` ones; a household has one."""
    made: list[Application] = []
    settled = [household for household in households if household.registered_on == BEGINNING]
    for household in Draw("borrowers").shuffled(settled):
        number = len(made)
        outcome: Outcome
        if number < lent:
            outcome, first, last = "lent", date(2021, 2, 1), _LAST_APPLICATION
        elif number < lent + waiting:
            # They may still be approved: the registry's answer that they rest on is not yet old.
            outcome, first, last = "waiting", date(2026, 11, 2), _TODAY
        elif number < lent + waiting + refused:
            outcome, first, last = "refused", date(2025, 3, 1), date(2026, 6, 30)
        else:
            break
        day = Draw("application", household.number).day(first, last)
        standing = standing_on(decided.get(household, ()), day)
        if _EXAMPLES.get(number) == examples.APPROVED:
            outcome = "approved"
        if (standing == "none") == (outcome == "refused"):
            made.append(_application(number, household, _PROGRAMME_OF.get(standing, "poor"), day, outcome))
    return made


def _application(number: int, household: Household, programme: str, day: date, outcome: Outcome) -> Application:
    draw = Draw("loan", household.number)
    term = draw.pick((24, 36, 36, 48, 60, 60))
    every: Literal[6, 12] = 6 if draw.chance(40) else 12
    amount = draw.between(4, 20) * 5_000_000
    approved = day + timedelta(draw.between(3, 20))
    disbursed = approved + timedelta(draw.between(2, 15))
    return Application(
        id=_EXAMPLES.get(number) or uuid7("application", household.number, day=day),
        loan_id=examples.LOAN if number == _EXAMPLE_LOAN else uuid7("loan", household.number, day=disbursed),
        number=number,
        household=household,
        programme=programme,
        amount=amount,
        term_months=term,
        principal_every=every,
        purpose=draw.pick(_PURPOSES),
        applied_on=day,
        outcome=outcome,
        approved_on=approved,
        disbursed_on=disbursed,
        repayments=tuple(_repaid(draw, number, amount, term, _RATES[programme], disbursed))
        if outcome == "lent"
        else (),
    )


def _repaid(draw: Draw, number: int, amount: int, term: int, rate: int, disbursed: date) -> list[Repayment]:
    """Return a payment for each of the first two years, if over: its interest, and a year's part of the principal."""
    made: list[Repayment] = []
    part = amount * 12 // term // _TEN_THOUSAND * _TEN_THOUSAND
    owed = amount
    for year in (1, 2):
        day = disbursed + timedelta(365 * year - draw.between(0, 12))
        if day > _TODAY or owed <= part:
            break
        interest = owed * rate // 100_000 // _TEN_THOUSAND * _TEN_THOUSAND
        made.append(Repayment(day, part + interest, f"PT-{number:04}-{year}"))
        owed -= part
    return made
