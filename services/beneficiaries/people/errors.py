"""Every refusal about what is private of a person."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from kit.problems import Problem


class AccountMissing(Problem):
    """A bank account or e-money wallet has a number and a holder; cash has neither."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Tài khoản ngân hàng hoặc ví điện tử phải có số và chủ tài khoản; tiền mặt thì không có."
    fr = "Un compte bancaire ou un porte-monnaie électronique a un numéro et un titulaire ; les espèces n'en ont pas."


class DisabilityNotFound(Problem):
    """There is no such disability known now, or of nobody whom you answer for."""

    status = HTTPStatus.NOT_FOUND
    vi = "Hiện không có thông tin khuyết tật này, hoặc bạn không phụ trách người đó."
    fr = "Ce handicap n'est pas connu, ou vous ne répondez pas de cette personne."


class RecordedMeanwhile(Problem):
    """Something else was recorded for this person and time meanwhile; read again."""

    status = HTTPStatus.CONFLICT
    vi = "Đã có thông tin khác được ghi cho người này và thời gian đó; hãy đọc lại."
    fr = "Autre chose a été enregistré entre-temps pour cette personne et ce moment ; relisez."


ALL: Final = (AccountMissing, DisabilityNotFound, RecordedMeanwhile)

CONSTRAINTS: Final[Mapping[str, type[Problem]]] = {
    "ck_payment_channels_account": AccountMissing,
    "ex_payment_channels_person": RecordedMeanwhile,
    "ex_disabilities_person": RecordedMeanwhile,
}
