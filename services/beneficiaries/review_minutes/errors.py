"""Why the minutes of a meeting are not taken, or not given."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from kit.problems import Problem


class MeetingNotFound(Problem):
    """There is no such meeting of a review, or none that you may see."""

    status = HTTPStatus.NOT_FOUND
    vi = "Không có cuộc họp rà soát này, hoặc không có cuộc nào bạn được xem."
    fr = "Cette réunion de révision n'existe pas, ou vous ne pouvez la voir."


class MinutesNotFound(Problem):
    """There are no such minutes, or none that you may see."""

    status = HTTPStatus.NOT_FOUND
    vi = "Không có biên bản này, hoặc không có biên bản nào bạn được xem."
    fr = "Ce procès-verbal n'existe pas, ou vous ne pouvez le voir."


class MinutesKindUnknown(Problem):
    """Minutes are a PDF, a JPEG or PNG picture, or a DOCX document without macros."""

    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    vi = "Biên bản phải là PDF, ảnh JPEG hoặc PNG, hoặc tài liệu DOCX không có macro."
    fr = "Un procès-verbal est un PDF, une image JPEG ou PNG, ou un document DOCX sans macros."


class MinutesAlreadyKept(Problem):
    """This file is already among the minutes of this meeting."""

    status = HTTPStatus.CONFLICT
    vi = "Tệp này đã có trong biên bản của cuộc họp."
    fr = "Ce fichier figure déjà parmi les procès-verbaux de la réunion."


ALL: Final = (MeetingNotFound, MinutesAlreadyKept, MinutesKindUnknown, MinutesNotFound)

CONSTRAINTS: Final[Mapping[str, type[Problem]]] = {
    "pk_review_minutes": MinutesAlreadyKept,
    "uq_review_minutes_digest": MinutesAlreadyKept,
}
