"""What the registry refuses about needs."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from kit.problems import Problem


class NeedNotFound(Problem):
    """There is no such need, or none that you may see."""

    status = HTTPStatus.NOT_FOUND
    vi = "Không có nhu cầu này, hoặc không có nhu cầu nào bạn được xem."
    fr = "Ce besoin n'existe pas, ou vous ne pouvez le voir."


class NeedKindNotFound(Problem):
    """There is no kind of need with this code."""

    status = HTTPStatus.NOT_FOUND
    vi = "Không có loại nhu cầu nào mang mã này."
    fr = "Aucun type de besoin ne porte ce code."


class NeedKindUnknown(Problem):
    """No kind of need that is in use has this code."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Không có loại nhu cầu nào đang dùng mang mã này."
    fr = "Aucun type de besoin en usage ne porte ce code."


class NeedKindTaken(Problem):
    """A kind of need with this code exists already."""

    status = HTTPStatus.CONFLICT
    vi = "Đã có loại nhu cầu mang mã này."
    fr = "Un type de besoin porte déjà ce code."


class NeedAlreadyRecorded(Problem):
    """The household has a need of this kind on record for that time."""

    status = HTTPStatus.CONFLICT
    vi = "Hộ này đã có nhu cầu cùng loại được ghi trong thời gian đó."
    fr = "Un besoin de ce type est déjà enregistré pour ce ménage à ce moment."


class NeedClosed(Problem):
    """This need has been met or withdrawn; raise another if it came back."""

    status = HTTPStatus.CONFLICT
    vi = "Nhu cầu này đã được đáp ứng hoặc rút lại; nếu phát sinh lại, hãy ghi nhu cầu mới."
    fr = "Ce besoin est satisfait ou retiré ; s'il revient, enregistrez-en un autre."


class ReviewNotDecided(Problem):
    """There is no review of this id that has been decided, or none that you may see."""

    status = HTTPStatus.NOT_FOUND
    vi = "Không có đợt rà soát nào mang mã này đã được quyết định, hoặc bạn không được xem."
    fr = "Aucune révision de cet identifiant n'est décidée, ou vous ne pouvez la voir."


ALL: Final = (
    NeedAlreadyRecorded,
    NeedClosed,
    NeedKindNotFound,
    NeedKindTaken,
    NeedKindUnknown,
    NeedNotFound,
    ReviewNotDecided,
)

CONSTRAINTS: Final[Mapping[str, type[Problem]]] = {
    "ex_needs_once": NeedAlreadyRecorded,
    "fk_needs_kind": NeedKindUnknown,
    "pk_need_kinds": NeedKindTaken,
}
