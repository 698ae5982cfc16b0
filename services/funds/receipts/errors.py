"""Refusals of receipts."""

from collections.abc import Mapping
from http import HTTPStatus

from kit.problems import Problem
from services.funds.errors import DonationReversed


class ReceiptNotFound(Problem):
    """There is no such receipt."""

    status = HTTPStatus.NOT_FOUND
    vi = "Không có phiếu thu này."
    fr = "Ce reçu n'existe pas."


class ReceiptBookNotFound(Problem):
    """There is no such book of receipts."""

    status = HTTPStatus.NOT_FOUND
    vi = "Không có quyển phiếu thu này."
    fr = "Ce carnet de reçus n'existe pas."


class ReceiptExists(Problem):
    """The donation has a receipt that is valid."""

    status = HTTPStatus.CONFLICT
    vi = "Khoản đóng góp đã có phiếu thu còn hiệu lực."
    fr = "Ce don a déjà un reçu valable."


class ReceiptIsVoid(Problem):
    """The receipt is void."""

    status = HTTPStatus.CONFLICT
    vi = "Phiếu thu đã bị hủy."
    fr = "Ce reçu est annulé."


ALL: tuple[type[Problem], ...] = (ReceiptNotFound, ReceiptBookNotFound, ReceiptExists, ReceiptIsVoid)

CONSTRAINTS: Mapping[str, type[Problem]] = {
    "uq_receipts_live": ReceiptExists,
    "uq_receipts_code": ReceiptExists,
    "pk_receipts": ReceiptExists,
    "fk_receipts_book": ReceiptBookNotFound,
    "fk_receipt_counters_book": ReceiptBookNotFound,
    "receipts_of_standing_donations": DonationReversed,
}
