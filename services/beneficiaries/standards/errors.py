"""Why a standard, or a version of its rules or points, is not taken."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from kit.problems import Problem


class StandardNotFound(Problem):
    """There is no poverty standard with this code."""

    status = HTTPStatus.NOT_FOUND
    vi = "Không có chuẩn nghèo nào mang mã này."
    fr = "Aucun seuil de pauvreté ne porte ce code."


class StandardCodeTaken(Problem):
    """A poverty standard with this code is already entered."""

    status = HTTPStatus.CONFLICT
    vi = "Đã có chuẩn nghèo mang mã này."
    fr = "Un seuil de pauvreté porte déjà ce code."


class StandardPeriodTaken(Problem):
    """Another standard holds in this period, and something was classified under it there or it begins later."""

    status = HTTPStatus.CONFLICT
    vi = "Trong thời kỳ này đã có chuẩn khác, đã được dùng để phân loại hoặc bắt đầu sau đó."
    fr = "Un autre seuil vaut dans cette période ; il a servi à classer, ou il commence plus tard."


class VersionTaken(Problem):
    """Somebody entered another version at the same moment; read it first."""

    status = HTTPStatus.CONFLICT
    vi = "Vừa có người khác nhập một phiên bản; hãy đọc phiên bản đó trước."
    fr = "Quelqu'un vient d'entrer une autre version ; lisez-la d'abord."


ALL: Final = (StandardCodeTaken, StandardNotFound, StandardPeriodTaken, VersionTaken)

CONSTRAINTS: Final[Mapping[str, type[Problem]]] = {
    "pk_poverty_standards": StandardCodeTaken,
    "ex_poverty_standards_period": StandardPeriodTaken,
    "uq_poverty_rules_standard_version": VersionTaken,
    "ex_poverty_rules_recorded": VersionTaken,
    "uq_review_terms_kind_version": VersionTaken,
    "ex_review_terms_recorded": VersionTaken,
    "uq_point_tables_standard_version": VersionTaken,
    "ex_point_tables_recorded": VersionTaken,
}
