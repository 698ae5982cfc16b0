"""What the registry refuses about acts on households."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from kit.problems import Problem


class ActNotFound(Problem):
    """There is no such act on this household."""

    status = HTTPStatus.NOT_FOUND
    vi = "Không có biến động này của hộ."
    fr = "Ce ménage ne connaît pas cet acte."


class AlreadyThere(Problem):
    """The household lives there already."""

    status = HTTPStatus.CONFLICT
    vi = "Hộ này đã ở nơi đó."
    fr = "Le ménage habite déjà là."


class MembersIncomplete(Problem):
    """Name every member of the household that is dissolved, each once, and nobody else."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Hãy nêu đủ mọi thành viên của hộ bị giải thể, mỗi người một lần, và không nêu ai khác."
    fr = "Nommez chaque membre du ménage dissous, une seule fois, et personne d'autre."


class ActBuiltUpon(Problem):
    """Something was recorded since that rests on this act; set that right first."""

    status = HTTPStatus.CONFLICT
    vi = "Đã có ghi nhận sau đó dựa trên biến động này; hãy sửa ghi nhận đó trước."
    fr = "Quelque chose a été enregistré depuis qui repose sur cet acte ; corrigez-le d'abord."


class ActNotReversible(Problem):
    """This kind of act is undone by another act: a split by a merge, a reversal by the act itself."""

    status = HTTPStatus.CONFLICT
    vi = "Loại biến động này được đảo bằng một biến động khác: tách hộ bằng nhập hộ, việc hủy bằng chính biến động đó."
    fr = "Ce genre d'acte se défait par un autre : une scission par une fusion, une annulation par l'acte lui-même."


class ActAlreadyReversed(Problem):
    """This act was reversed before."""

    status = HTTPStatus.CONFLICT
    vi = "Biến động này đã bị hủy trước đó."
    fr = "Cet acte a déjà été annulé."


ALL: Final = (ActAlreadyReversed, ActBuiltUpon, ActNotFound, ActNotReversible, AlreadyThere, MembersIncomplete)

CONSTRAINTS: Final[Mapping[str, type[Problem]]] = {"uq_household_acts_reverses_id": ActAlreadyReversed}
