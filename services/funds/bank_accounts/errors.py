"""Why a bank account is not entered."""

from collections.abc import Mapping
from http import HTTPStatus

from kit.problems import Problem


class BankAccountNotFound(Problem):
    """There is no such bank account."""

    status = HTTPStatus.NOT_FOUND
    vi = "Không có tài khoản ngân hàng này."
    fr = "Ce compte bancaire n'existe pas."


class BankAccountExists(Problem):
    """A bank account with this id, or with this number at this bank, exists already."""

    status = HTTPStatus.CONFLICT
    vi = "Đã có tài khoản với mã này, hoặc với số này tại ngân hàng này."
    fr = "Un compte existe déjà avec cet identifiant, ou avec ce numéro dans cette banque."


ALL: tuple[type[Problem], ...] = (BankAccountNotFound, BankAccountExists)

CONSTRAINTS: Mapping[str, type[Problem]] = {
    "pk_bank_accounts": BankAccountExists,
    "uq_bank_accounts_number": BankAccountExists,
}
