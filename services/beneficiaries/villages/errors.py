"""What villages can be refused for; in an import, for what a row is."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from kit.problems import Problem


class CsvExpected(Problem):
    """Send the list as CSV in UTF-8, with `Content-Type: text/csv`."""

    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    vi = "Hãy gửi danh sách dạng CSV mã UTF-8, với `Content-Type: text/csv`."
    fr = "Envoyez la liste en CSV et en UTF-8, avec `Content-Type: text/csv`."


class CsvUnreadable(Problem):
    """The file cannot be read from this line on; nothing of it was written."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Không đọc được tệp từ dòng này; chưa ghi gì từ tệp."
    fr = "Le fichier est illisible à partir de cette ligne ; rien n'en a été écrit."
    detail_en = "Line {line}: not UTF-8, a quotation that does not end, or a line beyond 10,000 characters."
    detail_vi = "Dòng {line}: không phải UTF-8, dấu ngoặc kép không đóng, hoặc dòng dài quá 10.000 ký tự."
    detail_fr = "Ligne {line} : pas en UTF-8, guillemet non fermé, ou plus de 10 000 caractères."


class CsvColumnsWrong(Problem):
    """The first line must name the columns, those needed and none that is unknown."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Dòng đầu phải nêu tên các cột, đủ cột cần thiết và không có cột lạ."
    fr = "La première ligne doit nommer les colonnes, celles qu'il faut et aucune inconnue."
    detail_en = "Missing: {missing}. Unknown or repeated: {unknown}. Columns: {columns}."
    detail_vi = "Thiếu: {missing}. Lạ hoặc trùng: {unknown}. Các cột: {columns}."
    detail_fr = "Il manque : {missing}. Inconnues ou répétées : {unknown}. Colonnes : {columns}."


class VillageAlreadyListed(Problem):
    """The commune has a village of this kind and name on those days."""

    status = HTTPStatus.CONFLICT
    vi = "Xã đã có bản, thôn cùng loại và cùng tên trong những ngày đó."
    fr = "La commune a déjà un village de ce type et de ce nom à ces dates."


class VillageNotFound(Problem):
    """There is no such village."""

    status = HTTPStatus.NOT_FOUND
    vi = "Không có bản, thôn này."
    fr = "Ce village n'existe pas."


class VillageNotInUnit(Problem):
    """A village named for a part does not lie in the unit that is split."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Bản, thôn được giao cho một phần không thuộc đơn vị được chia."
    fr = "Un village attribué à une partie ne se trouve pas dans l'unité divisée."


class VillageUnknown(Problem):
    """The commune has a list of its villages, and this is none of them."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Xã có danh mục bản, thôn, và tên này không có trong danh mục."
    fr = "La commune a une liste de ses villages, et celui-ci n'y est pas."
    detail_en = "The name was {village}."
    detail_vi = "Tên đã nêu là {village}."
    detail_fr = "Le nom était {village}."


class VillageRowUnreadable(Problem):
    """The row is not well-formed CSV, or has more cells than there are columns."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Dòng không đúng dạng CSV, hoặc có nhiều ô hơn số cột."
    fr = "La ligne n'est pas du CSV correct, ou compte plus de cellules que de colonnes."


ALL: Final = (
    CsvColumnsWrong,
    CsvExpected,
    CsvUnreadable,
    VillageAlreadyListed,
    VillageNotFound,
    VillageNotInUnit,
    VillageRowUnreadable,
    VillageUnknown,
)

CONSTRAINTS: Final[Mapping[str, type[Problem]]] = {
    "ex_villages_name": VillageAlreadyListed,
    "pk_villages": VillageAlreadyListed,
}
