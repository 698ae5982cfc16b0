"""What an act on areas can be refused for."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from kit.problems import Problem


class ActNotFound(Problem):
    """There is no such act on areas."""

    status = HTTPStatus.NOT_FOUND
    vi = "Không có quyết định nào như vậy về địa bàn."
    fr = "Il n'existe pas de tel acte sur les zones."


class ActAlreadyRecorded(Problem):
    """This decision is already recorded for this unit and day."""

    status = HTTPStatus.CONFLICT
    vi = "Quyết định này đã được ghi cho đơn vị này vào ngày đó."
    fr = "Cette décision est déjà enregistrée pour cette unité et ce jour."


class ActChangesNothing(Problem):
    """The unit already is what this act would make it."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Đơn vị đã như vậy rồi; quyết định này không thay đổi gì."
    fr = "L'unité est déjà ainsi ; cet acte ne changerait rien."


class AreaCodeInUse(Problem):
    """Another unit carries this code on those days."""

    status = HTTPStatus.CONFLICT
    vi = "Mã này đang được một đơn vị khác mang trong những ngày đó."
    fr = "Une autre unité porte ce code à ces dates."
    detail_en = "The code is {code}, the days begin on {day}."
    detail_vi = "Mã là {code}, kể từ ngày {day}."
    detail_fr = "Le code est {code}, à partir du {day}."


class AreaHasLaterAct(Problem):
    """An act on that day or a later one already concerns this unit; acts follow each other in time."""

    status = HTTPStatus.CONFLICT
    vi = "Đã có quyết định vào ngày đó hoặc muộn hơn về đơn vị này; các quyết định phải nối tiếp theo thời gian."
    fr = "Un acte de ce jour ou plus tardif concerne déjà cette unité ; les actes se suivent dans le temps."
    detail_en = "{name}: made on {valid_from}, ends on {valid_to}; the act would take effect on {day}."
    detail_vi = "{name}: lập ngày {valid_from}, hết ngày {valid_to}; quyết định có hiệu lực ngày {day}."
    detail_fr = "{name} : créée le {valid_from}, finit le {valid_to} ; l'acte prendrait effet le {day}."


class AreaNotACommune(Problem):
    """Acts are recorded for communes, wards and townships only."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Quyết định chỉ được ghi cho xã, phường và thị trấn."
    fr = "Les actes ne concernent que les communes, quartiers et bourgs."


class ParentNotInForce(Problem):
    """The unit above must stand on that day and be a district, a province or the country."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Đơn vị cấp trên phải tồn tại vào ngày đó và là huyện, tỉnh hoặc quốc gia."
    fr = "L'unité supérieure doit exister ce jour-là et être un district, une province ou le pays."


ALL: Final = (
    ActAlreadyRecorded,
    ActChangesNothing,
    ActNotFound,
    AreaCodeInUse,
    AreaHasLaterAct,
    AreaNotACommune,
    ParentNotInForce,
)

CONSTRAINTS: Final[Mapping[str, type[Problem]]] = {
    "uq_area_acts_decision": ActAlreadyRecorded,
    "ex_areas_code": AreaCodeInUse,
    "uq_areas_code_valid_from": AreaCodeInUse,
    "pk_areas": AreaCodeInUse,
    "uq_area_act_units_ended": AreaHasLaterAct,
}
