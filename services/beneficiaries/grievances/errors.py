"""What the registry refuses about grievances."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from kit.problems import Problem


class GrievanceNotFound(Problem):
    """There is no such grievance, or none that you may see."""

    status = HTTPStatus.NOT_FOUND
    vi = "Không có phản ánh, khiếu nại này, hoặc bạn không được xem."
    fr = "Cette réclamation n'existe pas, ou vous ne pouvez la voir."


class GrievanceKindNotFound(Problem):
    """There is no kind of grievance with this code."""

    status = HTTPStatus.NOT_FOUND
    vi = "Không có loại phản ánh, khiếu nại nào mang mã này."
    fr = "Aucun type de réclamation ne porte ce code."


class GrievanceKindUnknown(Problem):
    """No kind of grievance that is in use has this code."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Không có loại phản ánh, khiếu nại nào đang dùng mang mã này."
    fr = "Aucun type de réclamation en usage ne porte ce code."


class GrievanceKindTaken(Problem):
    """A kind of grievance with this code exists already."""

    status = HTTPStatus.CONFLICT
    vi = "Đã có loại phản ánh, khiếu nại mang mã này."
    fr = "Un type de réclamation porte déjà ce code."


class GrievanceStepRefused(Problem):
    """This step does not follow from where the grievance stands."""

    status = HTTPStatus.CONFLICT
    vi = "Bước này không thực hiện được ở tình trạng hiện tại của phản ánh, khiếu nại."
    fr = "Cette étape ne suit pas de l'état de la réclamation."
    detail_en = "It is {state}."
    detail_vi = "Tình trạng hiện tại: {state}."
    detail_fr = "Elle est : {state}."


class GrievanceWithTheDistrict(Problem):
    """This grievance has gone to the district, which alone handles it now."""

    status = HTTPStatus.CONFLICT
    vi = "Phản ánh, khiếu nại này đã chuyển lên cấp trên, chỉ cấp đó xử lý."
    fr = "Cette réclamation est passée au district, qui seul la traite."


class GrievanceAboutThatOfficer(Problem):
    """Nobody handles a grievance about themselves."""

    status = HTTPStatus.CONFLICT
    vi = "Không ai được xử lý phản ánh, khiếu nại về chính mình."
    fr = "Personne ne traite une réclamation qui le vise."


class NotAssignedToYou(Problem):
    """This grievance is assigned to somebody else."""

    status = HTTPStatus.CONFLICT
    vi = "Phản ánh, khiếu nại này được giao cho người khác."
    fr = "Cette réclamation est confiée à quelqu'un d'autre."


class ReopeningRefused(Problem):
    """A grievance is reopened once, after an answer and before its term ends."""

    status = HTTPStatus.CONFLICT
    vi = "Chỉ được đề nghị xem xét lại một lần, sau khi có trả lời và trong thời hạn."
    fr = "Une réclamation se rouvre une fois, après une réponse et avant la fin du délai."


ALL: Final = (
    GrievanceAboutThatOfficer,
    GrievanceKindNotFound,
    GrievanceKindTaken,
    GrievanceKindUnknown,
    GrievanceNotFound,
    GrievanceStepRefused,
    GrievanceWithTheDistrict,
    NotAssignedToYou,
    ReopeningRefused,
)

CONSTRAINTS: Final[Mapping[str, type[Problem]]] = {
    "pk_grievance_kinds": GrievanceKindTaken,
    "fk_grievances_kind": GrievanceKindUnknown,
    "ck_grievances_assigned_to_another": GrievanceAboutThatOfficer,
    "ck_grievances_answered_by_another": GrievanceAboutThatOfficer,
}
