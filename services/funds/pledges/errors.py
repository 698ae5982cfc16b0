"""Refusals of pledges."""

from collections.abc import Mapping
from http import HTTPStatus

from kit.problems import Problem


class PledgeNotFound(Problem):
    """There is no such pledge."""

    status = HTTPStatus.NOT_FOUND
    vi = "Không có cam kết đóng góp này."
    fr = "Cette promesse de don n'existe pas."


class PledgeExists(Problem):
    """A pledge with this id exists already."""

    status = HTTPStatus.CONFLICT
    vi = "Đã có cam kết đóng góp với mã này."
    fr = "Une promesse de don porte déjà cet identifiant."


class InstalmentsDisagree(Problem):
    """Instalments are all in one unit, fall due one after another, and none before the pledge was made."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Các kỳ phải cùng đơn vị, đến hạn lần lượt và không trước ngày cam kết."
    fr = "Les échéances sont d'une même unité, se suivent, et aucune ne précède la promesse."


class PledgeTooLarge(Problem):
    """The instalments add up to more than the books can hold at once."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Tổng các kỳ vượt quá giới hạn ghi sổ."
    fr = "La somme des échéances dépasse ce que les livres acceptent."


class PledgeCancelled(Problem):
    """The pledge has been cancelled."""

    status = HTTPStatus.CONFLICT
    vi = "Cam kết đóng góp đã bị hủy."
    fr = "Cette promesse de don a été annulée."


class DonationOfAnotherKind(Problem):
    """A donation fulfils a pledge of its own campaign and unit."""

    status = HTTPStatus.CONFLICT
    vi = "Khoản đóng góp phải cùng đợt vận động và đơn vị với cam kết."
    fr = "Un don honore une promesse de sa campagne et de son unité."


class DonationCounted(Problem):
    """The donation fulfils a pledge already."""

    status = HTTPStatus.CONFLICT
    vi = "Khoản đóng góp đã được tính cho một cam kết."
    fr = "Ce don honore déjà une promesse."


ALL: tuple[type[Problem], ...] = (
    PledgeNotFound,
    PledgeExists,
    InstalmentsDisagree,
    PledgeTooLarge,
    PledgeCancelled,
    DonationOfAnotherKind,
    DonationCounted,
)

CONSTRAINTS: Mapping[str, type[Problem]] = {
    "pk_pledges": PledgeExists,
    "pk_pledge_payments": DonationCounted,
    "fk_pledge_payments_donation": DonationOfAnotherKind,
    "uq_pledge_instalments_due": InstalmentsDisagree,
    "ck_pledges_amount": PledgeTooLarge,
}
