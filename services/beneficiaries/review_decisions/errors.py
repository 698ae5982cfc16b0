"""Why a review is not decided, or a certificate not given."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from kit.problems import Problem


class ReviewNotReady(Problem):
    """This review cannot be decided yet."""

    status = HTTPStatus.CONFLICT
    vi = "Đợt rà soát chưa đủ điều kiện để ra quyết định."
    fr = "Cette révision ne peut pas encore être décidée."
    detail_en = "Not agreed to: {unagreed}; not posted to the end: {unposted}; complaints without answer: {unanswered}."
    detail_vi = "Chưa thống nhất: {unagreed}; chưa niêm yết xong: {unposted}; khiếu nại chưa trả lời: {unanswered}."
    detail_fr = (
        "Non approuvés : {unagreed} ; affichage inachevé : {unposted} ; réclamations sans réponse : {unanswered}."
    )


class CertificateNotFound(Problem):
    """There is no certificate with this code, or none that you may see."""

    status = HTTPStatus.NOT_FOUND
    vi = "Không có giấy chứng nhận mang mã này, hoặc bạn không được xem."
    fr = "Aucun certificat ne porte ce code, ou vous ne pouvez le voir."


class CertificateIsVoid(Problem):
    """This certificate is already void."""

    status = HTTPStatus.CONFLICT
    vi = "Giấy chứng nhận này đã mất hiệu lực."
    fr = "Ce certificat est déjà annulé."


class NoRefusal(Problem):
    """This household was not refused."""

    status = HTTPStatus.NOT_FOUND
    vi = "Hộ này không bị từ chối."
    fr = "Ce ménage n'a pas été refusé."


ALL: Final = (CertificateIsVoid, CertificateNotFound, NoRefusal, ReviewNotReady)

CONSTRAINTS: Final[Mapping[str, type[Problem]]] = {}
