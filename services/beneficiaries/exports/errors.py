"""What an export can be refused for."""

from http import HTTPStatus
from typing import Final

from kit.problems import Problem


class ExportNotFound(Problem):
    """There is no such export, its time is over, or somebody else asked for it."""

    status = HTTPStatus.NOT_FOUND
    vi = "Không có lần xuất này, đã hết hạn, hoặc do người khác yêu cầu."
    fr = "Cet export n'existe pas, son délai est passé, ou un autre l'a demandé."


class ExportNotReady(Problem):
    """The export is still being made; ask again in a moment."""

    status = HTTPStatus.CONFLICT
    vi = "Tệp xuất đang được tạo; hãy hỏi lại sau giây lát."
    fr = "L'export est en cours ; redemandez dans un instant."


class ListUnknown(Problem):
    """There is no list of this name that can be exported; `GET /exports/lists` names them."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Không có danh sách nào mang tên này để xuất; `GET /exports/lists` nêu các danh sách."
    fr = "Aucune liste de ce nom ne peut être exportée ; `GET /exports/lists` les nomme."


ALL: Final = (ExportNotFound, ExportNotReady, ListUnknown)
