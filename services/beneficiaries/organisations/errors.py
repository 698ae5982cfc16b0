"""What the registry refuses about organisations, their assignments and activities."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from kit.problems import Problem


class OrganisationNotFound(Problem):
    """There is no such organisation."""

    status = HTTPStatus.NOT_FOUND
    vi = "Không có tổ chức này."
    fr = "Cette organisation n'existe pas."


class OrganisationTaken(Problem):
    """An organisation of this name is already recorded."""

    status = HTTPStatus.CONFLICT
    vi = "Đã có tổ chức mang tên này."
    fr = "Une organisation de ce nom est déjà enregistrée."


class OrganisationInactive(Problem):
    """This organisation is no longer active; nothing new is assigned to it."""

    status = HTTPStatus.CONFLICT
    vi = "Tổ chức này không còn hoạt động; không phân công mới được."
    fr = "Cette organisation n'est plus active ; rien de nouveau ne lui est confié."


class AssignmentNotFound(Problem):
    """There is no such assignment, or none that you may see."""

    status = HTTPStatus.NOT_FOUND
    vi = "Không có phân công này, hoặc không có phân công nào bạn được xem."
    fr = "Cette affectation n'existe pas, ou vous ne pouvez la voir."


class AssignmentOverlaps(Problem):
    """The organisation is assigned to this village or household at that time already."""

    status = HTTPStatus.CONFLICT
    vi = "Tổ chức này đã được phân công cho thôn bản hoặc hộ này trong thời gian đó."
    fr = "L'organisation est déjà affectée à ce village ou ménage à ce moment."


class AssignmentEnded(Problem):
    """This assignment has ended already."""

    status = HTTPStatus.CONFLICT
    vi = "Phân công này đã kết thúc."
    fr = "Cette affectation est déjà terminée."


class OutsideAssignment(Problem):
    """The day lies outside the assignment, or the assignment is another organisation's."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Ngày này nằm ngoài thời gian phân công, hoặc phân công thuộc tổ chức khác."
    fr = "Ce jour est hors de l'affectation, ou l'affectation est celle d'une autre organisation."


class ActivityNotFound(Problem):
    """There is no such activity, or none that you may see."""

    status = HTTPStatus.NOT_FOUND
    vi = "Không có hoạt động này, hoặc không có hoạt động nào bạn được xem."
    fr = "Cette activité n'existe pas, ou vous ne pouvez la voir."


class ActivityWithdrawn(Problem):
    """This activity has been withdrawn already."""

    status = HTTPStatus.CONFLICT
    vi = "Hoạt động này đã được rút lại."
    fr = "Cette activité a déjà été retirée."


ALL: Final = (
    ActivityNotFound,
    ActivityWithdrawn,
    AssignmentEnded,
    AssignmentNotFound,
    AssignmentOverlaps,
    OrganisationInactive,
    OrganisationNotFound,
    OrganisationTaken,
    OutsideAssignment,
)

CONSTRAINTS: Final[Mapping[str, type[Problem]]] = {
    "uq_organisations_folded_name": OrganisationTaken,
    "ex_organisation_assignments_household": AssignmentOverlaps,
    "ex_organisation_assignments_village": AssignmentOverlaps,
    "fk_organisation_activities_assignment_id": OutsideAssignment,
}
