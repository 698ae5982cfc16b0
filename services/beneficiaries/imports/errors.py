"""What a file of households can be refused for, and what a row of it can."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from kit import tables
from kit.problems import Problem


class ImportNotFound(Problem):
    """There is no such import, or none that you may see."""

    status = HTTPStatus.NOT_FOUND
    vi = "Không có lần nhập này, hoặc không có lần nhập nào bạn được xem."
    fr = "Cet import n'existe pas, ou vous ne pouvez le voir."


class ReportNotReady(Problem):
    """There is no file of refused rows: none was refused, the import still runs, or its time is over."""

    status = HTTPStatus.NOT_FOUND
    vi = "Không có tệp dòng bị từ chối: không dòng nào bị từ chối, việc nhập chưa xong, hoặc đã hết hạn."
    fr = "Pas de fichier des lignes refusées : aucune ne l'est, l'import n'est pas fini, ou son délai est passé."


class SenderOnly(Problem):
    """The rows hold identity numbers: only who sent the file gets them back."""

    status = HTTPStatus.FORBIDDEN
    vi = "Các dòng có số định danh: chỉ người đã gửi tệp được nhận lại."
    fr = "Les lignes contiennent des numéros d'identité : seul l'expéditeur les reçoit."


class ColumnsWrong(Problem):
    """The first row of each sheet must name the columns: all that are needed, none that is unknown, none twice."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Hàng đầu của mỗi trang tính phải nêu tên các cột: đủ cột cần thiết, không cột lạ, không cột trùng."
    fr = "La première ligne de chaque feuille nomme les colonnes : toutes les requises, aucune inconnue ni double."
    detail_en = "Sheet {sheet}: missing {missing}; unknown or twice {unknown}."
    detail_vi = "Trang tính {sheet}: thiếu {missing}; lạ hoặc trùng {unknown}."
    detail_fr = "Feuille {sheet} : il manque {missing} ; inconnues ou doubles {unknown}."


class NoRows(Problem):
    """The file holds no row of data."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Tệp không có dòng dữ liệu nào."
    fr = "Le fichier ne contient aucune ligne de données."


class ImportFailed(Problem):
    """The import ended half-way. What it wrote stays; send the same file again, and the rest is taken up."""

    status = HTTPStatus.INTERNAL_SERVER_ERROR
    vi = "Việc nhập dừng giữa chừng. Phần đã ghi được giữ; hãy gửi lại cùng tệp, phần còn lại sẽ được tiếp tục."
    fr = "L'import s'est arrêté en chemin. Ce qui est écrit reste ; renvoyez le même fichier, le reste sera repris."


class FormulaCell(Problem):
    """The cell holds a formula; write its value."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Ô chứa công thức; hãy ghi giá trị."
    fr = "La cellule contient une formule ; écrivez sa valeur."


class ErrorCell(Problem):
    """The cell holds an error of the spreadsheet."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Ô chứa lỗi của bảng tính."
    fr = "La cellule contient une erreur du tableur."


class NulCell(Problem):
    """The cell holds a NUL character."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Ô chứa ký tự NUL."
    fr = "La cellule contient un caractère NUL."


class CellTooLong(Problem):
    """The cell is longer than any value may be."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Ô dài hơn mọi giá trị cho phép."
    fr = "La cellule est plus longue qu'aucune valeur admise."


class TooManyCells(Problem):
    """The row has more cells than the first row has columns."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Dòng có nhiều ô hơn số cột ở hàng đầu."
    fr = "La ligne compte plus de cellules que la première n'a de colonnes."


class HouseholdRowsDiffer(Problem):
    """The rows of one household must name the same place and day."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Các dòng của một hộ phải ghi cùng địa bàn, nơi ở và ngày."
    fr = "Les lignes d'un ménage doivent donner le même lieu et le même jour."


class HouseholdScattered(Problem):
    """This household mark stands in two places of the file; the rows of one household stand together."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Mã hộ này xuất hiện ở hai chỗ trong tệp; các dòng của một hộ phải liền nhau."
    fr = "Cette marque figure à deux endroits du fichier ; les lignes d'un ménage se suivent."


class HouseholdTooLarge(Problem):
    """A household has forty members at most."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Một hộ có nhiều nhất bốn mươi thành viên."
    fr = "Un ménage compte au plus quarante membres."


class AreaUnknown(Problem):
    """There was no commune with this code on that day, or none that you answer for."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Vào ngày đó không có xã mang mã này, hoặc bạn không phụ trách xã đó."
    fr = "Aucune commune ne portait ce code ce jour-là, ou vous n'en êtes pas responsable."


class NumberRepeated(Problem):
    """This identity number stands more than once in the household."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Số định danh này xuất hiện nhiều lần trong hộ."
    fr = "Ce numéro d'identité figure plusieurs fois dans le ménage."


class InTwoHouseholds(Problem):
    """The file puts this identity number into two households on one day."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Tệp ghi số định danh này vào hai hộ trong cùng một ngày."
    fr = "Le fichier place ce numéro d'identité dans deux ménages le même jour."


class ParentUnclear(Problem):
    """The household's rows name nobody like this, or more than one; write the identity number."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Trong các dòng của hộ không có ai như vậy, hoặc có nhiều người; hãy ghi số định danh."
    fr = "Les lignes du ménage ne nomment personne ainsi, ou plusieurs ; écrivez le numéro d'identité."


CELLS: Final[tuple[type[Problem], ...]] = (FormulaCell, ErrorCell, NulCell, CellTooLong)
ROWS: Final[tuple[type[Problem], ...]] = (
    *CELLS,
    AreaUnknown,
    HouseholdRowsDiffer,
    HouseholdScattered,
    HouseholdTooLarge,
    InTwoHouseholds,
    NumberRepeated,
    ParentUnclear,
    TooManyCells,
)
FILES: Final[tuple[type[Problem], ...]] = (*tables.ALL, ColumnsWrong, ImportFailed, NoRows)
ALL: Final = (*FILES, *ROWS, ImportNotFound, ReportNotReady, SenderOnly)
CONSTRAINTS: Final[Mapping[str, type[Problem]]] = {}
