"""Why the record of a village meeting is not taken."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from kit.problems import Problem


class VotesDoNotFit(Problem):
    """The votes name households that are not of this village's part of the review, or have no class to vote on."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Phiếu biểu quyết có hộ không thuộc thôn này trong đợt rà soát, hoặc chưa có kết quả để biểu quyết."
    fr = "Les votes nomment des ménages qui ne sont pas de ce village dans la révision, ou qui n'ont pas de résultat."
    detail_en = "{count} of them, the first is {first}."
    detail_vi = "Có {count} hộ, đầu tiên là {first}."
    detail_fr = "Il y en a {count}, le premier est {first}."


class VoteAlreadyRecorded(Problem):
    """The village has already voted on this result."""

    status = HTTPStatus.CONFLICT
    vi = "Thôn đã biểu quyết về kết quả này."
    fr = "Le village a déjà voté sur ce résultat."


class MeetingAlreadyRecorded(Problem):
    """A meeting with this id is recorded already."""

    status = HTTPStatus.CONFLICT
    vi = "Đã ghi cuộc họp mang mã định danh này."
    fr = "Une réunion portant cet identifiant est déjà enregistrée."


ALL: Final = (MeetingAlreadyRecorded, VoteAlreadyRecorded, VotesDoNotFit)

CONSTRAINTS: Final[Mapping[str, type[Problem]]] = {
    "pk_review_meetings": MeetingAlreadyRecorded,
    "pk_review_votes": VoteAlreadyRecorded,
}
