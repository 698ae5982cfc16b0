"""What one person proposes and another decides; the database refuses the same person too."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from kit.values.dates import now
from services.funds.errors import SecondPersonNeeded


class DecidedByAnother:
    """Who proposed it, and who decided and when, once somebody has."""

    proposed_by: Mapped[str]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    def must_be_another(self, by: str) -> None:
        """Errors: SecondPersonNeeded."""
        if by == self.proposed_by:
            raise SecondPersonNeeded

    def decided(self, by: str) -> None:
        """Note who decides. Errors: SecondPersonNeeded."""
        self.must_be_another(by)
        self.decided_by, self.decided_at = by, now()
        self.version += 1
