"""The rule that makes a class of a scoring form, for one household, and why (registry facts, section 3).

`judging.py` is the same rule over a whole campaign in SQL; a property test holds the two equal.
"""

from dataclasses import dataclass
from typing import Literal

from services.beneficiaries.standards.models import PointTable, Rules

Class = Literal["poor", "near_poor", "none"]
Way = Literal["estimate", "points", "items"]
Rule = Literal["income_estimate", "income_points", "deprivations", "deprivation_points", "class"]


class PointsMissingError(ValueError):
    """A form is scored in points, and its standard has no point table."""


@dataclass(frozen=True)
class Form:
    """What reviewers found.

    way: `estimate` gives income in VND per person per month; `points` the sum of the paper form B1; `items` the lines
    of B1 that apply. deprived: codes of the indicators of which the household is deprived.
    """

    way: Way
    deprived: frozenset[str]
    income: int | None = None
    income_points: int | None = None
    items: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Step:
    """One line of the explanation: a number found, the line it was held against, and whether that was met."""

    rule: Rule
    value: int
    line: int
    met: bool


@dataclass(frozen=True)
class Judgement:
    status: Class
    low_income: bool
    deprivations: int
    income_points: int | None
    deprivation_points: int | None
    steps: tuple[Step, ...]


def judge(form: Form, rules: Rules, points: PointTable | None, *, urban: bool) -> Judgement:
    """Return the class of a household with the numbers that made it.

    Poor is income up to the line and deprivations from theirs, near-poor the same income with fewer. An estimate is
    held against the standard's own lines, points against those of its point table. Errors: PointsMissingError.
    """
    count = len(form.deprived)
    if form.way == "estimate":
        found = form.income or 0
        income = Step("income_estimate", found, line := rules.income_line(urban=urban), found <= line)
        deprived = Step("deprivations", count, rules.deprivations, count >= rules.deprivations)
        return _judged(income, deprived, count, None, None)
    if points is None:
        raise PointsMissingError
    ticked = sum(points.items[item] for item in form.items)
    scored = ticked if form.income_points is None else form.income_points
    income = Step("income_points", scored, line := points.income_line(urban=urban), scored <= line)
    lacking = count * points.per_deprivation
    deprived = Step("deprivation_points", lacking, points.deprivation_line, lacking >= points.deprivation_line)
    return _judged(income, deprived, count, scored, lacking)


def _judged(income: Step, deprived: Step, count: int, scored: int | None, lacking: int | None) -> Judgement:
    status: Class = "none"
    if income.met:
        status = "poor" if deprived.met else "near_poor"
    return Judgement(status, income.met, count, scored, lacking, (income, deprived))
