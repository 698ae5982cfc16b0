"""What lies with the treasurer of the Fund: donors entered again, donations wanted back, pledges, receipts.

Each proposal waits for another person to decide, but for one merge that stands and can be undone.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from demo import examples
from demo.api import Api
from demo.deeds import Deed, Step, write
from demo.draw import uuid7
from demo.giving import ASKED_BACK, FUND, RECEIPTED, Donor
from demo.pace import Pace

_TREASURER: Final = "treasurer"
_APPROVER: Final = "fund-approver"
_MERGES: Final = "/v1/funds/donor-merges"


def entered_again() -> list[Donor]:
    """Return donors who are in the list under another spelling already."""
    names = ("Ng. Thị Hoa", "Nguyễn T. Hoa", "Nguyễn Hoa", "Bà Hoa (chợ Hát Lót)")
    ids = (examples.DUPLICATE_DONOR, *(uuid7("donor", name, day=date(2021, 1, 4)) for name in names[1:]))
    return [Donor(own, "individual", name, named=False) for own, name in zip(ids, names, strict=True)]


def slips() -> Iterator[Deed]:
    _, first, second, third = entered_again()
    for own, duplicate, steps in (
        (examples.MERGE_TO_APPROVE, first, ()),
        (examples.MERGE_TO_REJECT, second, ()),
        (examples.MERGE_DONE, third, (Step("approval", _APPROVER),)),
    ):
        body = {
            "duplicate_id": str(duplicate.id),
            "survivor_id": str(examples.DONOR),
            "reason": "Cùng số điện thoại và địa chỉ trên phiếu thu.",
        }
        yield Deed(own, _MERGES, _MERGES, body, _TREASURER, steps=steps)
    for own, donation in (
        (examples.REFUND_TO_PAY, ASKED_BACK[0]),
        (examples.REFUND_TO_REJECT, ASKED_BACK[1]),
    ):
        body = {"reason": "Người đóng góp chuyển nhầm tài khoản."}
        yield Deed(own, f"/v1/funds/donations/{donation}/refunds", "/v1/funds/refunds", body, _TREASURER)
    for own in (examples.PLEDGE, examples.PLEDGE_TO_CANCEL):
        pledged: dict[str, Any] = {
            "campaign_id": str(FUND),
            "donor_id": str(examples.DONOR),
            "pledged_on": "2021-10-17",
            "instalments": [
                {"due_on": day, "value": {"amount": 500_000, "currency": "VND"}} for day in ("2021-11-18", "2022-11-18")
            ],
        }
        yield Deed(own, "/v1/funds/pledges", "/v1/funds/pledges", pledged, _TREASURER)
    for own, donation in zip((examples.RECEIPT, examples.RECEIPT_TO_VOID), RECEIPTED, strict=True):
        yield Deed(own, f"/v1/funds/donations/{donation}/receipts", "/v1/funds/receipts", {}, _TREASURER)


async def clear(api: Api, pace: Pace) -> None:
    """Write each that is not there yet."""
    told = list(slips())
    with pace.stage("Donors merged, donations asked back, receipts", len(told)) as stage:
        await write(api, stage, told)
