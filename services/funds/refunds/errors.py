"""Refusals of giving donations back."""

from collections.abc import Mapping
from http import HTTPStatus

from kit.problems import Problem
from services.funds.errors import DonationReversed, SecondPersonNeeded


class RefundNotFound(Problem):
    """There is no such refund."""

    status = HTTPStatus.NOT_FOUND
    vi = "Không có khoản hoàn trả này."
    fr = "Ce remboursement n'existe pas."


class RefundExists(Problem):
    """A refund with this id exists already."""

    status = HTTPStatus.CONFLICT
    vi = "Đã có khoản hoàn trả với mã này."
    fr = "Un remboursement porte déjà cet identifiant."


class RefundUnderWay(Problem):
    """The donation is refunded already, or a refund of it waits for a decision."""

    status = HTTPStatus.CONFLICT
    vi = "Khoản đóng góp đã được hoàn trả hoặc đang chờ quyết định hoàn trả."
    fr = "Ce don est déjà remboursé, ou un remboursement attend une décision."


class RefundDecided(Problem):
    """The refund has been paid or rejected already."""

    status = HTTPStatus.CONFLICT
    vi = "Khoản hoàn trả đã được chi hoặc bị từ chối."
    fr = "Ce remboursement a déjà été payé ou refusé."


ALL: tuple[type[Problem], ...] = (RefundNotFound, RefundExists, RefundUnderWay, RefundDecided)

CONSTRAINTS: Mapping[str, type[Problem]] = {
    "pk_donation_refunds": RefundExists,
    "uq_donation_refunds_live": RefundUnderWay,
    "uq_donation_reversals_refund": DonationReversed,
    "ck_donation_refunds_second_person": SecondPersonNeeded,
}
