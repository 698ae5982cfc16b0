"""Changes of a household that somebody proposed, each waiting for its step: from the field, and from another office."""

from collections.abc import Iterator
from typing import Final

from demo import examples
from demo.api import Api
from demo.deeds import Deed, Step, write
from demo.draw import uuid7
from demo.pace import Pace
from demo.people import BEGINNING

_OFFICER: Final = "commune-officer:04105"
_SECOND: Final = "commune-officer-2:04105"
_TREASURER: Final = "treasurer"
_REQUESTS: Final = "/v1/beneficiaries/change-requests"
_FILES: Final = "/v1/beneficiaries/change-request-attachments"
_HOUSEHOLD: Final = str(uuid7("household", 977, day=BEGINNING))
_SCAN: Final = "%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
_RETURNED: Final = Step("return", _SECOND, {"reason": "Cần ảnh chụp giấy tờ"})


def proposals() -> Iterator[Deed]:
    """Yield other addresses of a household, as each heard of them."""
    for own, login, address, reason, steps in (
        (examples.CHANGE_REQUEST, _OFFICER, "Cuối bản, gần suối", "Gặp chủ hộ tại nhà", ()),
        (examples.CHANGE_REQUEST_TO_APPROVE, _SECOND, "Đầu bản, cạnh nhà văn hóa", "Hộ làm nhà mới", ()),
        (examples.CHANGE_REQUEST_TO_REJECT, _TREASURER, "Bản khác", "Người nhận quà nói vậy", ()),
        (examples.CHANGE_REQUEST_TO_RETURN, _SECOND, "Giữa bản", "Nghe trưởng bản kể", ()),
        (examples.CHANGE_REQUEST_TO_RESUBMIT, _OFFICER, "Cuối bản", "Thăm hộ ngày mưa", (_RETURNED,)),
        (examples.CHANGE_REQUEST_TO_WITHDRAW, _OFFICER, "Ven đường", "Ghi nhầm hộ", ()),
    ):
        body = {"kind": "place", "household_id": _HOUSEHOLD, "payload": {"address": address}, "reason": reason}
        yield Deed(own, _REQUESTS, _REQUESTS, body, login, steps=steps)


async def propose(api: Api, pace: Pace) -> None:
    """Propose what is not there yet; what somebody did with a proposal since then stays."""
    told = list(proposals())
    with pace.stage("Proposed changes", len(told)) as stage:
        await write(api, stage, told)
    await _attach(api)


async def _attach(api: Api) -> None:
    """Send the scan once more if it is there: the same file is kept once."""
    query = {
        "id": str(examples.CHANGE_REQUEST_ATTACHMENT),
        "change_request": str(examples.CHANGE_REQUEST),
        "name": "so-ho-khau.pdf",
    }
    found = await api.get(f"{_REQUESTS}/{examples.CHANGE_REQUEST}", login=_OFFICER)
    if found["state"] == "proposed":
        await api.send_file(_FILES, query, _SCAN, "application/octet-stream", login=_OFFICER)
