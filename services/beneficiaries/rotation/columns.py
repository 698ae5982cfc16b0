"""Every sealed column of this database; a test holds the list against the database."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from sqlalchemy import Column, Integer, LargeBinary, SmallInteger, TableClause, Uuid, column, table
from sqlalchemy.types import TypeEngine

from kit.webhooks.endpoints import secret_context
from services.beneficiaries.dci import subscriptions, transactions
from services.beneficiaries.people.models import account_context
from services.beneficiaries.subject_requests.models import details_context

_ID: Final[tuple[tuple[str, type[TypeEngine[Any]]], ...]] = (("id", Uuid),)
# What waits to be taken in is sealed for the person that it will be.
_IMPORTED: Final[tuple[tuple[str, type[TypeEngine[Any]]], ...]] = (
    ("import_id", Uuid),
    ("household", Integer),
    ("id", Uuid),
)


@dataclass(frozen=True)
class SealedColumn:
    """A column of sealed values.

    context: returns what a value of the row is bound to, from the row's key. key: the primary key, and its types.
    """

    table: str
    column: str
    context: Callable[..., str]
    key: tuple[tuple[str, type[TypeEngine[Any]]], ...] = _ID

    @property
    def name(self) -> str:
        return f"{self.table}.{self.column}"

    @cached_property
    def rows(self) -> TableClause:
        keys: list[Column[Any]] = [column(name, kind) for name, kind in self.key]  # type: ignore[misc]
        return table(self.table, *keys, column(self.column, LargeBinary))

    @property
    def keys(self) -> list[Any]:
        return [self.rows.c[name] for name, _ in self.key]

    @property
    def sealed(self) -> Any:
        return self.rows.c[self.column]


SEALED: Final = (
    # Before the people that they become.
    SealedColumn("import_rows", "identity_sealed", "people.identity_number:{2}".format, _IMPORTED),
    SealedColumn("import_rows", "phone_sealed", "people.phone:{2}".format, _IMPORTED),
    SealedColumn("people", "identity_sealed", "people.identity_number:{}".format),
    SealedColumn("people", "phone_sealed", "people.phone:{}".format),
    SealedColumn("payment_channels", "account_sealed", account_context, (("person_id", Uuid), ("id", Uuid))),
    SealedColumn("subject_requests", "details_sealed", details_context),
    SealedColumn("grievances", "text_sealed", "grievances.text:{}".format),
    SealedColumn("grievances", "contact_sealed", "grievances.contact:{}".format),
    SealedColumn(
        "grievance_steps",
        "text_sealed",
        "grievance_steps.text:{}:{}".format,
        (("grievance_id", Uuid), ("number", SmallInteger)),
    ),
    SealedColumn("change_requests", "payload_sealed", "change_requests.payload:{}".format),
    SealedColumn("dci_transactions", "message_sealed", transactions.context),
    SealedColumn("dci_subscriptions", "criteria_sealed", subscriptions.context),
    SealedColumn("webhook_endpoints", "secret", secret_context),
)
