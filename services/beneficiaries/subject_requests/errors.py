"""Every refusal about requests of data subjects."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from kit.problems import Problem


class DataMustBeKept(Problem):
    """A law still obliges us to keep this person's data; the request can only be refused, with that reason."""

    status = HTTPStatus.CONFLICT
    vi = "Pháp luật còn buộc phải lưu dữ liệu của người này; chỉ có thể từ chối yêu cầu với lý do đó."
    fr = "Une loi oblige encore à garder ces données ; la demande ne peut qu'être refusée, pour ce motif."
    detail_en = "Kept until: {until}."
    detail_vi = "Lưu đến: {until}."
    detail_fr = "Conservées jusqu'au : {until}."


class RequestByTwo(Problem):
    """Who proposed the answer to this request cannot decide it."""

    status = HTTPStatus.CONFLICT
    vi = "Người đề xuất trả lời yêu cầu này không được quyết định."
    fr = "Qui a proposé la réponse à cette demande ne peut en décider."


class RequestConsentMismatch(Problem):
    """To withdraw a consent, name one of this person; other requests name none."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Để rút lại sự đồng ý, hãy nêu một sự đồng ý của người này; các yêu cầu khác không nêu."
    fr = "Pour retirer un consentement, nommez-en un de cette personne ; les autres demandes n'en nomment pas."


class RequestReasonMissing(Problem):
    """A refusal says why."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Từ chối thì phải nêu lý do."
    fr = "Un refus dit pourquoi."


class RequestStepRefused(Problem):
    """A request of this kind, where it stands, does not take this step."""

    status = HTTPStatus.CONFLICT
    vi = "Yêu cầu loại này, ở trạng thái hiện tại, không thực hiện được bước này."
    fr = "Une demande de ce genre, dans son état, n'admet pas cette étape."
    detail_en = "It is of kind {kind}, and is {state}."
    detail_vi = "Loại: {kind}; trạng thái: {state}."
    detail_fr = "Genre : {kind} ; état : {state}."


class StillRegistered(Problem):
    """This person stands in a household of the registry, which is kept by law; the request can only be refused."""

    status = HTTPStatus.CONFLICT
    vi = "Người này đang thuộc một hộ trong sổ, được lưu theo luật; chỉ có thể từ chối yêu cầu."
    fr = "Cette personne appartient à un ménage du registre, tenu par la loi ; la demande ne peut qu'être refusée."


class SubjectRequestKindNotFound(Problem):
    """There is no such kind of request."""

    status = HTTPStatus.NOT_FOUND
    vi = "Không có loại yêu cầu này."
    fr = "Ce genre de demande n'existe pas."


class SubjectRequestAlreadyThere(Problem):
    """A request with this id exists already."""

    status = HTTPStatus.CONFLICT
    vi = "Đã có yêu cầu mang mã định danh này."
    fr = "Une demande portant cet identifiant existe déjà."


class SubjectRequestNotFound(Problem):
    """There is no such request, or of nobody whom you answer for."""

    status = HTTPStatus.NOT_FOUND
    vi = "Không có yêu cầu này, hoặc bạn không phụ trách người đó."
    fr = "Cette demande n'existe pas, ou vous ne répondez pas de cette personne."


ALL: Final = (
    SubjectRequestAlreadyThere,
    DataMustBeKept,
    RequestByTwo,
    RequestConsentMismatch,
    RequestReasonMissing,
    RequestStepRefused,
    StillRegistered,
    SubjectRequestKindNotFound,
    SubjectRequestNotFound,
)

CONSTRAINTS: Final[Mapping[str, type[Problem]]] = {
    "pk_subject_requests": SubjectRequestAlreadyThere,
    "ck_subject_requests_two_people": RequestByTwo,
    "ck_subject_requests_consent": RequestConsentMismatch,
    "ck_subject_requests_told_why": RequestReasonMissing,
    "uq_person_restrictions_person": RequestStepRefused,
}
