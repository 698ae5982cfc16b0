"""What the registry refuses about proposed changes."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from kit.problems import Problem


class ChangeRequestNotFound(Problem):
    """There is no such change request, or none that you may see."""

    status = HTTPStatus.NOT_FOUND
    vi = "Không có đề nghị thay đổi này, hoặc bạn không được xem."
    fr = "Cette demande de modification n'existe pas, ou vous ne pouvez la voir."


class ChangeRequestKindNotFound(Problem):
    """There is no kind of change request with this code."""

    status = HTTPStatus.NOT_FOUND
    vi = "Không có loại đề nghị thay đổi nào mang mã này."
    fr = "Aucun type de demande de modification ne porte ce code."


class ChangeRequestAlreadyThere(Problem):
    """A change request with this id exists already."""

    status = HTTPStatus.CONFLICT
    vi = "Đã có đề nghị thay đổi mang mã định danh này."
    fr = "Une demande de modification portant cet identifiant existe déjà."


class AttachmentAlreadyThere(Problem):
    """An attachment with this id exists already."""

    status = HTTPStatus.CONFLICT
    vi = "Đã có tệp đính kèm mang mã định danh này."
    fr = "Une pièce jointe portant cet identifiant existe déjà."


class ChangeRequestStepRefused(Problem):
    """This step does not follow from where the change request stands."""

    status = HTTPStatus.CONFLICT
    vi = "Bước này không thực hiện được ở tình trạng hiện tại của đề nghị."
    fr = "Cette étape ne suit pas de l'état de la demande."
    detail_en = "It is {state}."
    detail_vi = "Tình trạng hiện tại: {state}."
    detail_fr = "Elle est : {state}."


class NotYoursToPropose(Problem):
    """Changes of this kind are proposed by others, or not at all."""

    status = HTTPStatus.FORBIDDEN
    vi = "Loại thay đổi này do người khác đề nghị, hoặc không được đề nghị."
    fr = "Les modifications de ce type sont proposées par d'autres, ou pas du tout."


class ProposerOnly(Problem):
    """Only who proposed the change may do this."""

    status = HTTPStatus.FORBIDDEN
    vi = "Chỉ người đã đề nghị thay đổi mới được làm việc này."
    fr = "Seule la personne qui a proposé la modification peut faire cela."


class DecidedByAnother(Problem):
    """Nobody checks a change that they proposed themselves."""

    status = HTTPStatus.CONFLICT
    vi = "Không ai được kiểm tra thay đổi do chính mình đề nghị."
    fr = "Personne ne contrôle une modification qu'il a proposée lui-même."


class NotYoursToDecide(Problem):
    """Changes of this kind are decided by somebody with another office."""

    status = HTTPStatus.FORBIDDEN
    vi = "Loại thay đổi này do người có thẩm quyền khác quyết định."
    fr = "Les modifications de ce type sont décidées par une autre fonction."
    detail_en = "It takes: {checker}."
    detail_vi = "Cần: {checker}."
    detail_fr = "Il faut : {checker}."


class ChangeOfAnotherKind(Problem):
    """The change touches more or something else than this kind of request is for."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Nội dung thay đổi không thuộc, hoặc vượt quá loại đề nghị này."
    fr = "La modification touche autre chose que ce que vise ce type de demande."
    detail_en = "It is of: {kinds}."
    detail_vi = "Thuộc: {kinds}."
    detail_fr = "Elle relève de : {kinds}."


class PayloadOfAnotherHousehold(Problem):
    """The change names another household than the request does."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Nội dung thay đổi nêu hộ khác với hộ của đề nghị."
    fr = "La modification désigne un autre ménage que la demande."


class BaseVersionUnknown(Problem):
    """The household has not come to that version yet."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Hộ chưa có phiên bản này."
    fr = "Le ménage n'a pas encore cette version."


class HouseholdChangedSince(Problem):
    """The household was changed after the request was made; return it to be renewed, or reject it."""

    status = HTTPStatus.CONFLICT
    vi = "Hộ đã được thay đổi sau khi đề nghị được lập; hãy trả lại để làm mới, hoặc từ chối."
    fr = "Le ménage a été modifié depuis la demande ; renvoyez-la pour renouvellement, ou rejetez-la."
    detail_en = "Proposed for version {base}, now {current}. Changed since: {fields}."
    detail_vi = "Đề nghị cho phiên bản {base}, nay là {current}. Đã thay đổi: {fields}."
    detail_fr = "Proposée pour la version {base}, maintenant {current}. Modifié depuis : {fields}."


class AttachmentMissing(Problem):
    """A change of this kind is approved on a document only, and none is attached."""

    status = HTTPStatus.CONFLICT
    vi = "Loại thay đổi này chỉ được duyệt khi có tài liệu đính kèm, và chưa có tài liệu nào."
    fr = "Une modification de ce type ne s'approuve que sur pièce, et aucune n'est jointe."


class AttachmentNotFound(Problem):
    """There is no such attachment, or none that you may see."""

    status = HTTPStatus.NOT_FOUND
    vi = "Không có tài liệu đính kèm này, hoặc bạn không được xem."
    fr = "Cette pièce jointe n'existe pas, ou vous ne pouvez la voir."


class AttachmentKindRefused(Problem):
    """An attachment is a PDF, a JPEG or a PNG."""

    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    vi = "Tài liệu đính kèm phải là PDF, JPEG hoặc PNG."
    fr = "Une pièce jointe est un PDF, un JPEG ou un PNG."


class TooManyAttachments(Problem):
    """A change request takes no more attachments."""

    status = HTTPStatus.CONFLICT
    vi = "Đề nghị này không nhận thêm tài liệu đính kèm."
    fr = "Cette demande n'accepte plus de pièces jointes."
    detail_en = "At most {most}."
    detail_vi = "Nhiều nhất {most}."
    detail_fr = "Au plus {most}."


class ChangeNeedsRequest(Problem):
    """A change of this kind is proposed as a change request, and another person applies it."""

    status = HTTPStatus.CONFLICT
    vi = "Loại thay đổi này phải được đề nghị tại mục đề nghị thay đổi, và người khác áp dụng."
    fr = "Une modification de ce type se propose par une demande, et une autre personne l'applique."
    detail_en = "Kind {kind}: POST /v1/beneficiaries/change-requests."
    detail_vi = "Loại {kind}: POST /v1/beneficiaries/change-requests."
    detail_fr = "Type {kind} : POST /v1/beneficiaries/change-requests."


ALL: Final = (
    AttachmentAlreadyThere,
    AttachmentKindRefused,
    AttachmentMissing,
    AttachmentNotFound,
    BaseVersionUnknown,
    ChangeNeedsRequest,
    ChangeOfAnotherKind,
    ChangeRequestAlreadyThere,
    ChangeRequestKindNotFound,
    ChangeRequestNotFound,
    ChangeRequestStepRefused,
    DecidedByAnother,
    HouseholdChangedSince,
    NotYoursToDecide,
    NotYoursToPropose,
    PayloadOfAnotherHousehold,
    ProposerOnly,
    TooManyAttachments,
)

CONSTRAINTS: Final[Mapping[str, type[Problem]]] = {
    "pk_change_requests": ChangeRequestAlreadyThere,
    "pk_change_request_attachments": AttachmentAlreadyThere,
    "ck_change_requests_decided_by_another": DecidedByAnother,
}
