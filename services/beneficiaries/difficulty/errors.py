"""What a decision on difficulty can be refused for."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from kit.problems import Problem


class DifficultyAlreadyRecorded(Problem):
    """This decision is already recorded for this commune or village and day."""

    status = HTTPStatus.CONFLICT
    vi = "Quyết định này đã được ghi cho xã hoặc thôn, bản này vào ngày đó."
    fr = "Cette décision est déjà enregistrée pour cette commune ou ce village et ce jour."


class DifficultyOverlaps(Problem):
    """Another decision for the same days was recorded at the same time; send yours again."""

    status = HTTPStatus.CONFLICT
    vi = "Một quyết định khác cho cùng những ngày đó vừa được ghi; hãy gửi lại."
    fr = "Une autre décision pour les mêmes jours vient d'être enregistrée ; renvoyez la vôtre."


class VillageNotInForce(Problem):
    """That village did not stand on that day."""

    status = HTTPStatus.CONFLICT
    vi = "Bản, thôn này không tồn tại vào ngày đó."
    fr = "Ce village n'existait pas ce jour-là."


ALL: Final = (DifficultyAlreadyRecorded, DifficultyOverlaps, VillageNotInForce)

CONSTRAINTS: Final[Mapping[str, type[Problem]]] = {
    "ex_area_difficulties_area": DifficultyOverlaps,
    "ex_area_difficulties_village": DifficultyOverlaps,
}
