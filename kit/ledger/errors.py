"""Every refusal of the ledger, and how the database's own refusals become them.

    Problem
    ├── AmountRefused, Unbalanced            the entry is wrong in itself
    ├── AccountUnknown, AccountUnavailable, AccountDiffers, AccountInUse, AccountHasNoFloor, UnitUnknown, UnitDiffers
    ├── Overdrawn, HoldInsufficient          there is not enough
    ├── PeriodClosed, PeriodOverlaps
    ├── AlreadyReversed, ReversalDiffers, EntryExists, EntryUnknown
    ├── IdempotencyMismatch                  the key of another entry; from kit.problems
    └── LedgerBusy, NotYetKnown              ask again shortly

A refusal by the database ends the transaction: roll it back, or post inside `session.begin_nested()`.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

import asyncpg
from sqlalchemy.exc import DBAPIError

from kit.problems import IdempotencyMismatch, Problem


class AmountRefused(Problem):
    """An amount is a whole number other than zero, within 64 bits."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Số lượng phải là số nguyên khác không, trong phạm vi 64 bit."
    fr = "Un montant est un nombre entier non nul, dans les limites de 64 bits."


class Unbalanced(Problem):
    """The entry does not sum to zero in each unit."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Bút toán không cân bằng theo từng đơn vị."
    fr = "L'écriture n'est pas équilibrée dans chaque unité."
    detail_en = "In {unit} it is off by {total}."
    detail_vi = "Theo {unit}, chênh lệch {total}."
    detail_fr = "En {unit}, l'écart est de {total}."


class Overdrawn(Problem):
    """There is not enough on the account."""

    status = HTTPStatus.CONFLICT
    vi = "Tài khoản không đủ số dư."
    fr = "Le solde du compte est insuffisant."
    detail_en = "{account} is short of {missing} {unit}."
    detail_vi = "{account} thiếu {missing} {unit}."
    detail_fr = "Il manque {missing} {unit} sur {account}."


class HoldInsufficient(Problem):
    """The hold does not cover this: it is used up, voided, expired, or of another account."""

    status = HTTPStatus.CONFLICT
    vi = "Khoản giữ không đủ: đã dùng hết, đã hủy, đã hết hạn, hoặc thuộc tài khoản khác."
    fr = "La réservation ne couvre pas cette opération : épuisée, annulée, expirée ou d'un autre compte."
    detail_en = "{remaining} of it is left."
    detail_vi = "Còn lại {remaining}."
    detail_fr = "Il en reste {remaining}."


class PeriodClosed(Problem):
    """The period is closed; date the entry in an open one."""

    status = HTTPStatus.CONFLICT
    vi = "Kỳ kế toán đã khóa; hãy ghi vào kỳ còn mở."
    fr = "La période est clôturée ; datez l'écriture dans une période ouverte."
    detail_en = "{effective_on} lies in the period from {starts_on} to {ends_on}."
    detail_vi = "Ngày {effective_on} thuộc kỳ từ {starts_on} đến {ends_on}."
    detail_fr = "Le {effective_on} tombe dans la période du {starts_on} au {ends_on}."


class PeriodOverlaps(Problem):
    """Another closed period covers some of these days."""

    status = HTTPStatus.CONFLICT
    vi = "Một kỳ đã khóa khác trùng với những ngày này."
    fr = "Une autre période clôturée couvre une partie de ces jours."


class AlreadyReversed(Problem):
    """The entry has been reversed before."""

    status = HTTPStatus.CONFLICT
    vi = "Bút toán này đã được đảo trước đó."
    fr = "Cette écriture a déjà été contrepassée."


class ReversalDiffers(Problem):
    """A reversal mirrors the whole entry, on its date or later."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Bút toán đảo phải đối ứng toàn bộ bút toán gốc, cùng ngày hoặc sau đó."
    fr = "Une contrepassation reflète toute l'écriture, à sa date ou plus tard."


class EntryExists(Problem):
    """An entry with this id is in the books already."""

    status = HTTPStatus.CONFLICT
    vi = "Sổ đã có bút toán với mã này."
    fr = "Une écriture porte déjà cet identifiant."


class EntryUnknown(Problem):
    """The books hold no such entry."""

    status = HTTPStatus.NOT_FOUND
    vi = "Sổ không có bút toán này."
    fr = "Les livres ne contiennent pas cette écriture."


class AccountUnknown(Problem):
    """The books hold no such account."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Sổ không có tài khoản này."
    fr = "Les livres ne contiennent pas ce compte."
    detail_en = "There is no account {account}."
    detail_vi = "Không có tài khoản {account}."
    detail_fr = "Il n'y a pas de compte {account}."


class AccountUnavailable(Problem):
    """The account is not open on that day."""

    status = HTTPStatus.CONFLICT
    vi = "Tài khoản không mở vào ngày đó."
    fr = "Le compte n'est pas ouvert ce jour-là."
    detail_en = "{account} takes nothing on {effective_on}."
    detail_vi = "{account} không nhận bút toán ngày {effective_on}."
    detail_fr = "{account} ne reçoit rien le {effective_on}."


class AccountDiffers(Problem):
    """It exists already, on other terms."""

    status = HTTPStatus.CONFLICT
    vi = "Đã tồn tại với điều kiện khác."
    fr = "Il existe déjà, à d'autres conditions."
    detail_en = "{account}"
    detail_vi = "{account}"
    detail_fr = "{account}"


class AccountInUse(Problem):
    """The account cannot be closed: it is not empty, has later entries, or is closed already."""

    status = HTTPStatus.CONFLICT
    vi = "Không thể đóng tài khoản: còn số dư, có bút toán sau ngày đó, hoặc đã đóng."
    fr = "Le compte ne peut être fermé : non soldé, mouvementé après cette date, ou déjà fermé."


class AccountHasNoFloor(Problem):
    """Nothing can be held on an account that may go below zero."""

    status = HTTPStatus.CONFLICT
    vi = "Không thể giữ tiền trên tài khoản được phép âm."
    fr = "Rien ne peut être réservé sur un compte autorisé à passer sous zéro."


class UnitUnknown(Problem):
    """The books know no such unit."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Sổ không có đơn vị này."
    fr = "Les livres ne connaissent pas cette unité."


class UnitDiffers(Problem):
    """The account is kept in another unit."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    vi = "Tài khoản được ghi theo đơn vị khác."
    fr = "Le compte est tenu dans une autre unité."
    detail_en = "{account} is kept in {unit}, not in {given}."
    detail_vi = "{account} ghi theo {unit}, không phải {given}."
    detail_fr = "{account} est tenu en {unit}, non en {given}."


class LedgerBusy(Problem):
    """The books are busy; try again shortly."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    vi = "Sổ đang bận; vui lòng thử lại sau ít phút."
    fr = "Les livres sont occupés ; réessayez sous peu."


class NotYetKnown(Problem):
    """What was known at that moment is not settled yet."""

    status = HTTPStatus.CONFLICT
    vi = "Số liệu tại thời điểm đó chưa chốt."
    fr = "Ce qui était connu à ce moment n'est pas encore arrêté."


_BY_STATE: Mapping[str, type[Problem]] = {
    "LD001": Unbalanced,
    "LD002": Overdrawn,
    "LD003": PeriodClosed,
    "LD004": EntryExists,
    "LD005": AccountUnknown,
    "LD006": UnitDiffers,
    "LD007": AccountUnavailable,
    "LD008": IdempotencyMismatch,
    "LD009": ReversalDiffers,
    "LD010": AccountHasNoFloor,
    "LD011": HoldInsufficient,
    "LD015": AccountDiffers,
    "LD016": AccountInUse,
    "22003": AmountRefused,
    "23P01": PeriodOverlaps,
    "40P01": LedgerBusy,
    "55P03": LedgerBusy,
}
_BY_CONSTRAINT: Mapping[str, type[Problem]] = {
    "uq_ledger_entries_reverses": AlreadyReversed,
    "ledger_entries_pkey": EntryExists,
    "fk_ledger_entries_reverses": EntryUnknown,
    "ledger_accounts_unit_fkey": UnitUnknown,
    "ck_ledger_postings_amount": AmountRefused,
}


def refusal_of(error: DBAPIError | asyncpg.PostgresError) -> Problem | None:
    """Return the ledger's refusal behind a database error, None where it is none of the ledger's."""
    cause: Any = (error.orig and error.orig.__cause__) if isinstance(error, DBAPIError) else error
    state = getattr(cause, "sqlstate", None) or ""
    kind = _BY_CONSTRAINT.get(getattr(cause, "constraint_name", None) or "") or _BY_STATE.get(state)
    if kind is None:
        return None
    detail = getattr(cause, "detail", None) if state.startswith("LD") else None
    return kind(**json.loads(detail or "{}"))


@contextmanager
def refusals() -> Iterator[None]:
    """Turn the database's refusals inside the block into the classes above; other errors pass through."""
    try:
        yield
    except (DBAPIError, asyncpg.PostgresError) as error:
        refusal = refusal_of(error)
        if refusal is None:
            raise
        raise refusal from error
