"""Every refusal of the registry."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from kit.problems import Problem
from kit.webhooks import BadSignature, NotAnEvent, StaleMessage


class AreaNotFound(Problem):
    """There is no such area, or none that you answer for."""

    status = HTTPStatus.NOT_FOUND
    vi = "Không có địa bàn này, hoặc bạn không phụ trách địa bàn này."
    fr = "Cette zone n'existe pas, ou vous n'en êtes pas responsable."


class AreaNotInForce(Problem):
    """That unit did not exist on that day; codes are reused, so name the unit of the day."""

    status = HTTPStatus.CONFLICT
    vi = "Đơn vị hành chính này không tồn tại vào ngày đó; mã có thể được dùng lại, hãy chọn đơn vị của ngày đó."
    fr = "Cette unité n'existait pas ce jour-là ; les codes sont réutilisés, désignez l'unité du jour."
    detail_en = "{name} exists from {valid_from} until before {valid_to}; the day was {day}."
    detail_vi = "{name} tồn tại từ {valid_from} đến trước {valid_to}; ngày được nêu là {day}."
    detail_fr = "{name} existe du {valid_from} jusqu'avant le {valid_to} ; le jour était le {day}."


class HouseholdNotFound(Problem):
    """There is no such household, or none that you may see."""

    status = HTTPStatus.NOT_FOUND
    vi = "Không có hộ này, hoặc không có hộ nào bạn được xem."
    fr = "Ce ménage n'existe pas, ou vous ne pouvez le voir."


class HouseholdAlreadyRegistered(Problem):
    """A household with this id is already registered."""

    status = HTTPStatus.CONFLICT
    vi = "Đã có hộ được đăng ký với mã định danh này."
    fr = "Un ménage portant cet identifiant est déjà enregistré."


class MemberNotFound(Problem):
    """There is no such current member of this household."""

    status = HTTPStatus.NOT_FOUND
    vi = "Hộ này hiện không có thành viên đó."
    fr = "Ce ménage n'a pas actuellement ce membre."


class PersonNotFound(Problem):
    """There is no such person, or none that you may see."""

    status = HTTPStatus.NOT_FOUND
    vi = "Không có người này, hoặc không có người nào bạn được xem."
    fr = "Cette personne n'existe pas, ou vous ne pouvez la voir."


class PersonAlreadyRegistered(Problem):
    """A person with this id is already registered; let them join by `person_id` instead."""

    status = HTTPStatus.CONFLICT
    vi = "Đã có người được đăng ký với mã định danh này; hãy thêm người đó bằng `person_id`."
    fr = "Une personne portant cet identifiant est déjà enregistrée ; ajoutez-la par `person_id`."


class PersonInAnotherHousehold(Problem):
    """This person already stands in a household at that time."""

    status = HTTPStatus.CONFLICT
    vi = "Người này đã thuộc một hộ trong thời gian đó."
    fr = "Cette personne appartient déjà à un ménage à ce moment."


class IdentityNumberTaken(Problem):
    """Another person is already registered with this identity number."""

    status = HTTPStatus.CONFLICT
    vi = "Đã có người khác được đăng ký với số định danh này."
    fr = "Une autre personne est déjà enregistrée sous ce numéro d'identité."


class NotOneHead(Problem):
    """A household has exactly one head on every day of its life."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Mỗi hộ có đúng một chủ hộ vào mọi ngày tồn tại của hộ."
    fr = "Un ménage a exactement un chef chaque jour de son existence."


class HouseholdDissolved(Problem):
    """This household was dissolved; it keeps its history, and takes no members."""

    status = HTTPStatus.CONFLICT
    vi = "Hộ này đã giải thể; lịch sử được giữ lại và hộ không nhận thành viên."
    fr = "Ce ménage est dissous ; il garde son histoire et n'accueille plus de membres."


class GenerationsDisagree(Problem):
    """A child or grandchild cannot be older than the head, nor a parent or grandparent younger."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Con, cháu không thể nhiều tuổi hơn chủ hộ; cha mẹ, ông bà không thể ít tuổi hơn chủ hộ."
    fr = "Un enfant ou petit-enfant ne peut être plus âgé que le chef, ni un parent plus jeune."


class DatesDisagree(Problem):
    """The dates contradict each other, or lie in the future."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Các ngày mâu thuẫn với nhau hoặc nằm trong tương lai."
    fr = "Les dates se contredisent, ou sont dans le futur."
    detail_en = "{what}: {first} is after {second}."
    detail_vi = "{what}: {first} sau {second}."
    detail_fr = "{what} : {first} est après {second}."


class EthnicGroupUnknown(Problem):
    """There is no ethnic group with this code."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Không có dân tộc nào mang mã này."
    fr = "Aucun groupe ethnique ne porte ce code."


class StandardUnknown(Problem):
    """No poverty standard is known for that day, or not the one named."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Không có chuẩn nghèo nào được biết cho ngày đó, hoặc không phải chuẩn đã nêu."
    fr = "Aucun seuil de pauvreté n'est connu pour ce jour, ou pas celui qui est nommé."
    detail_en = "The day was {day}."
    detail_vi = "Ngày được nêu là {day}."
    detail_fr = "Le jour était le {day}."


class DecisionAlreadyRecorded(Problem):
    """This decision is already recorded for this household and day."""

    status = HTTPStatus.CONFLICT
    vi = "Quyết định này đã được ghi cho hộ này vào ngày đó."
    fr = "Cette décision est déjà enregistrée pour ce ménage et ce jour."


class PeriodBackwards(Problem):
    """The period ends before it starts."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Kỳ kết thúc trước khi bắt đầu."
    fr = "La période finit avant de commencer."


ALL: Final = (
    AreaNotFound,
    AreaNotInForce,
    BadSignature,
    DatesDisagree,
    DecisionAlreadyRecorded,
    EthnicGroupUnknown,
    GenerationsDisagree,
    HouseholdAlreadyRegistered,
    HouseholdDissolved,
    HouseholdNotFound,
    IdentityNumberTaken,
    MemberNotFound,
    NotAnEvent,
    NotOneHead,
    PeriodBackwards,
    PersonAlreadyRegistered,
    PersonInAnotherHousehold,
    PersonNotFound,
    StaleMessage,
    StandardUnknown,
)

CONSTRAINTS: Final[Mapping[str, type[Problem]]] = {
    "pk_households": HouseholdAlreadyRegistered,
    "pk_people": PersonAlreadyRegistered,
    "uq_people_identity_index": IdentityNumberTaken,
    "fk_people_ethnicity": EthnicGroupUnknown,
    "ex_memberships_person": PersonInAnotherHousehold,
    "ex_memberships_head": NotOneHead,
    "ex_memberships_dissolved": HouseholdDissolved,
    "ex_households_head_and_place": NotOneHead,
}
