from pydantic import BaseModel, ConfigDict

from kit import ledger
from kit.database import Reader
from kit.http import router
from kit.values.money import Balance, vnd
from services.loans.auth import Auditor
from services.loans.books import queries

books = router("audit", "Audit")


class Finding(BaseModel):
    model_config = ConfigDict(extra="forbid")

    promise: str
    subject: str
    found: str


class AuditOut(BaseModel):
    """`clean` where every promise holds; at most twenty findings for each that does not."""

    model_config = ConfigDict(extra="forbid")

    clean: bool
    loans: int
    owed: Balance
    findings: list[Finding]


@books.get("", operation_id="audit_loans", summary="Audit the books against the loans")
async def audit_loans(session: Reader, _by: Auditor) -> AuditOut:
    """Recompute the whole ledger from its postings, and hold it against the loans.

    What is owed by the records is what is owed by the books, each payment is used in one way, each correction is
    reversed. It reads everything, so it is not for every minute.
    """
    kept = [Finding(promise=f.promise, subject=f.subject, found=f.found) for f in await ledger.audit(session)]
    held = [
        Finding(promise=broken.promise, subject=broken.subject, found=broken.found)
        for broken in await queries.differences(session)
    ]
    count, owed = await queries.portfolio(session)
    return AuditOut(clean=not kept and not held, loans=count, owed=vnd(owed), findings=[*kept, *held])
