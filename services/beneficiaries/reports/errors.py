"""Why a form is not given."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from kit.problems import Problem


class ReportNotFound(Problem):
    """There is no report form with this number, or the records cannot fill it."""

    status = HTTPStatus.NOT_FOUND
    vi = "Không có biểu mang số này, hoặc dữ liệu chưa đủ để lập biểu."
    fr = "Aucun formulaire ne porte ce numéro, ou les données ne permettent pas de le remplir."


ALL: Final = (ReportNotFound,)

CONSTRAINTS: Final[Mapping[str, type[Problem]]] = {}
