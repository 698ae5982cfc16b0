"""Refusals of what a donation says of itself; those older than this page stand with the service's others."""

from collections.abc import Mapping
from http import HTTPStatus

from kit.problems import Problem
from services.funds.errors import DonationReversed


class MoneyNeedsNoValuation(Problem):
    """Only goods and labour are valued; money is its own value."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Chỉ định giá hàng hóa và ngày công; tiền không cần định giá."
    fr = "Seuls les biens et le travail s'évaluent ; l'argent est sa propre valeur."


class CreditedToGiver(Problem):
    """A donation on behalf of a group names another than who gave it."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Đóng góp thay mặt một nhóm phải nêu nhóm khác với người đóng góp."
    fr = "Un don au nom d'un groupe nomme un autre que celui qui donne."


ALL: tuple[type[Problem], ...] = (MoneyNeedsNoValuation, CreditedToGiver)

CONSTRAINTS: Mapping[str, type[Problem]] = {
    "ck_donations_valued": MoneyNeedsNoValuation,
    "ck_donations_credited": CreditedToGiver,
    "uq_donations_corrects": DonationReversed,
}
