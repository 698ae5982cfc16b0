"""Whose rows a transaction may touch."""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import text

Reach = Literal["all", "area", "bank", "own", "none"]


@dataclass(frozen=True)
class RowScope:
    """Whose rows a transaction may touch; the policies in the database read it, so code cannot forget it.

    reach: `all` rows, those of one `area` or `bank`, the caller's `own`, or `none`.
    """

    subject: str = ""
    reach: Reach = "none"
    area: str = ""
    bank: str = ""

    @classmethod
    def everything(cls, subject: str) -> "RowScope":
        """The scope of a background process, under its own name."""
        return cls(subject=subject, reach="all")

    def values(self, *, read_only: bool) -> dict[str, str]:
        """Return the parameters of `BEGIN`."""
        return {
            "subject": self.subject,
            "reach": self.reach,
            "area": self.area,
            "bank": self.bank,
            "read_only": "on" if read_only else "off",
        }


NOTHING = RowScope()

# One statement, bind parameters, local to the transaction: nothing stays on the pooled connection.
BEGIN = text(
    "select set_config('app.subject', :subject, true), set_config('app.reach', :reach, true),"
    " set_config('app.area', :area, true), set_config('app.bank', :bank, true),"
    " set_config('transaction_read_only', :read_only, true)"
)
