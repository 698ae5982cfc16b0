"""Why a posting or a complaint is not taken."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from kit.problems import Problem


class NothingToPost(Problem):
    """No household of this review is agreed to and still unposted."""

    status = HTTPStatus.CONFLICT
    vi = "Không có hộ nào đã được thống nhất mà chưa niêm yết."
    fr = "Aucun ménage approuvé ne reste à afficher."


class PostingTooShort(Problem):
    """The list must be posted for more days."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Danh sách phải được niêm yết nhiều ngày hơn."
    fr = "La liste doit être affichée plus de jours."
    detail_en = "At least {days}."
    detail_vi = "Ít nhất {days} ngày."
    detail_fr = "Au moins {days}."


class PostingNotFound(Problem):
    """There is no such posting, or its days are over."""

    status = HTTPStatus.NOT_FOUND
    vi = "Không có danh sách niêm yết này, hoặc đã hết thời gian niêm yết."
    fr = "Cet affichage n'existe pas, ou ses jours sont passés."


class NotPosted(Problem):
    """This household's result has not been posted."""

    status = HTTPStatus.CONFLICT
    vi = "Kết quả của hộ này chưa được niêm yết."
    fr = "Le résultat de ce ménage n'a pas été affiché."


class ComplaintNotFound(Problem):
    """There is no such complaint in this review."""

    status = HTTPStatus.NOT_FOUND
    vi = "Không có khiếu nại này trong đợt rà soát."
    fr = "Cette réclamation n'existe pas dans la révision."


class ComplaintAnswered(Problem):
    """This complaint is already answered."""

    status = HTTPStatus.CONFLICT
    vi = "Khiếu nại này đã được trả lời."
    fr = "Cette réclamation a déjà une réponse."


ALL: Final = (ComplaintAnswered, ComplaintNotFound, NotPosted, NothingToPost, PostingNotFound, PostingTooShort)

CONSTRAINTS: Final[Mapping[str, type[Problem]]] = {"pk_review_posting_lines": NothingToPost}
