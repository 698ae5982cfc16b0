"""Why a file is not read as a table; nothing of such a file is taken."""

from http import HTTPStatus
from typing import Final

from kit.problems import Problem


class TableKindUnknown(Problem):
    """Send a table as CSV (`text/csv`) or as an Excel workbook (XLSX)."""

    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    vi = "Hãy gửi bảng dạng CSV (`text/csv`) hoặc tệp Excel (XLSX)."
    fr = "Envoyez un tableau en CSV (`text/csv`) ou un classeur Excel (XLSX)."


class EncodingUnknown(Problem):
    """The text is neither UTF-8 nor UTF-16 with its mark; save the file as UTF-8."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Văn bản không phải UTF-8, cũng không phải UTF-16 có dấu hiệu; hãy lưu tệp dưới dạng UTF-8."
    fr = "Le texte n'est ni en UTF-8 ni en UTF-16 avec sa marque ; enregistrez le fichier en UTF-8."
    detail_en = "Seen at row {row}."
    detail_vi = "Gặp ở hàng {row}."
    detail_fr = "Constaté à la ligne {row}."


class CsvUnreadable(Problem):
    """The file is not well-formed CSV from this row on."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Từ hàng này tệp không còn đúng dạng CSV."
    fr = "À partir de cette ligne, le fichier n'est plus du CSV correct."
    detail_en = "Row {row}: a quotation mark that is not closed, or text after one."
    detail_vi = "Hàng {row}: dấu ngoặc kép không đóng, hoặc có chữ sau dấu đóng."
    detail_fr = "Ligne {row} : un guillemet non fermé, ou du texte après un guillemet."


class WorkbookUnreadable(Problem):
    """This is not a readable XLSX workbook."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Đây không phải tệp XLSX đọc được."
    fr = "Ce n'est pas un classeur XLSX lisible."
    detail_en = "What could not be read: {part}."
    detail_vi = "Phần không đọc được: {part}."
    detail_fr = "Illisible : {part}."


class WorkbookUnsafe(Problem):
    """The workbook holds what no table needs and what could do harm; it was not opened."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Tệp chứa thứ mà một bảng không cần và có thể gây hại; tệp không được mở."
    fr = "Le classeur contient ce dont aucun tableau n'a besoin et qui peut nuire ; il n'a pas été ouvert."
    detail_en = "Found: {what}."
    detail_vi = "Thấy: {what}."
    detail_fr = "Trouvé : {what}."


class TableTooLarge(Problem):
    """The table is larger than one file may be; send it in parts."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Bảng lớn hơn mức cho một tệp; hãy gửi thành nhiều phần."
    fr = "Le tableau dépasse ce qu'un fichier peut contenir ; envoyez-le en plusieurs parties."
    detail_en = "At most {most} {what}."
    detail_vi = "Nhiều nhất {most} {what}."
    detail_fr = "Au plus {most} {what}."


ALL: Final = (
    CsvUnreadable,
    EncodingUnknown,
    TableKindUnknown,
    TableTooLarge,
    WorkbookUnreadable,
    WorkbookUnsafe,
)
