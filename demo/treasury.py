"""What lies with the treasurer of the Fund: donors entered again, donations wanted back, pledges, receipts.

Each proposal waits for another person to decide, but for one merge that stands and can be undone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from demo import examples
from demo.api import Api
from demo.draw import uuid7
from demo.giving import ASKED_BACK, FUND, RECEIPTED, Donor
from demo.pace import Pace

_TREASURER: Final = "treasurer"
_APPROVER: Final = "fund-approver"
_MERGES: Final = "/v1/funds/donor-merges"


@dataclass(frozen=True)
class Slip:
    """Something written once: `body` is posted to `path`; by the step `decided` another person agreed, if one did."""

    id: UUID
    path: str
    listed: str
    body: dict[str, Any]
    decided: str | None = None


def entered_again() -> list[Donor]:
    """Return donors who are in the list under another spelling already."""
    names = ("Ng. Thị Hoa", "Nguyễn T. Hoa", "Nguyễn Hoa", "Bà Hoa (chợ Hát Lót)")
    ids = (examples.DUPLICATE_DONOR, *(uuid7("donor", name, day=date(2021, 1, 4)) for name in names[1:]))
    return [Donor(own, "individual", name, named=False) for own, name in zip(ids, names, strict=True)]


def slips() -> Iterator[Slip]:
    _, first, second, third = entered_again()
    for own, duplicate, decided in (
        (examples.MERGE_TO_APPROVE, first, None),
        (examples.MERGE_TO_REJECT, second, None),
        (examples.MERGE_DONE, third, "approval"),
    ):
        body = {
            "duplicate_id": str(duplicate.id),
            "survivor_id": str(examples.DONOR),
            "reason": "Cùng số điện thoại và địa chỉ trên phiếu thu.",
        }
        yield Slip(own, _MERGES, _MERGES, body, decided)
    for own, donation in (
        (examples.REFUND_TO_PAY, ASKED_BACK[0]),
        (examples.REFUND_TO_REJECT, ASKED_BACK[1]),
    ):
        body = {"reason": "Người đóng góp chuyển nhầm tài khoản."}
        yield Slip(own, f"/v1/funds/donations/{donation}/refunds", "/v1/funds/refunds", body)
    for own in (examples.PLEDGE, examples.PLEDGE_TO_CANCEL):
        pledged: dict[str, Any] = {
            "campaign_id": str(FUND),
            "donor_id": str(examples.DONOR),
            "pledged_on": "2021-10-17",
            "instalments": [
                {"due_on": day, "value": {"amount": 500_000, "currency": "VND"}} for day in ("2021-11-18", "2022-11-18")
            ],
        }
        yield Slip(own, "/v1/funds/pledges", "/v1/funds/pledges", pledged)
    for own, donation in zip((examples.RECEIPT, examples.RECEIPT_TO_VOID), RECEIPTED, strict=True):
        yield Slip(own, f"/v1/funds/donations/{donation}/receipts", "/v1/funds/receipts", {})


async def clear(api: Api, pace: Pace) -> None:
    """Write each, as far as it is not there yet; decide on the one that was."""
    told = list(slips())
    with pace.stage("Donors merged, donations asked back, receipts", len(told)) as stage:
        known = {
            UUID(item["id"])
            for path in sorted({one.listed for one in told})
            async for item in api.pages(path, {}, login=_TREASURER)
        }
        for one in told:
            if one.id in known:
                stage.skip(1)
                continue
            body = {**one.body, "id": str(one.id)}
            answer = await api.post(one.path, body, login=_TREASURER, key=f"treasury/{one.id}")
            if one.decided:
                path = f"{one.listed}/{one.id}/{one.decided}"
                await api.post(path, None, login=_APPROVER, key=f"treasury/{one.id}/{one.decided}")
            stage.done(new=answer.is_new)
