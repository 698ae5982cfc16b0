"""Changes of a household that somebody proposed, each waiting for its step: from the field, and from another office."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from demo import examples
from demo.api import Api
from demo.draw import uuid7
from demo.pace import Pace
from demo.people import BEGINNING

_OFFICER: Final = "commune-officer:04105"
_SECOND: Final = "commune-officer-2:04105"
_TREASURER: Final = "treasurer"
_REQUESTS: Final = "/v1/beneficiaries/change-requests"
_FILES: Final = "/v1/beneficiaries/change-request-attachments"
_HOUSEHOLD: Final = uuid7("household", 977, day=BEGINNING)
_SCAN: Final = "%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"


@dataclass(frozen=True)
class Proposal:
    """Another address of a household, as `login` heard of it."""

    id: UUID
    login: str
    address: str
    reason: str

    @property
    def body(self) -> dict[str, Any]:
        told = {"kind": "place", "household_id": str(_HOUSEHOLD), "payload": {"address": self.address}}
        return {"id": str(self.id), "reason": self.reason, **told}


PROPOSALS: Final = (
    Proposal(examples.CHANGE_REQUEST, _OFFICER, "Cuối bản, gần suối", "Gặp chủ hộ tại nhà"),
    Proposal(examples.CHANGE_REQUEST_TO_APPROVE, _SECOND, "Đầu bản, cạnh nhà văn hóa", "Hộ làm nhà mới"),
    Proposal(examples.CHANGE_REQUEST_TO_REJECT, _TREASURER, "Bản khác", "Người nhận quà nói vậy"),
    Proposal(examples.CHANGE_REQUEST_TO_RETURN, _SECOND, "Giữa bản", "Nghe trưởng bản kể"),
    Proposal(examples.CHANGE_REQUEST_TO_RESUBMIT, _OFFICER, "Cuối bản", "Thăm hộ ngày mưa"),
    Proposal(examples.CHANGE_REQUEST_TO_WITHDRAW, _OFFICER, "Ven đường", "Ghi nhầm hộ"),
)


async def propose(api: Api, pace: Pace) -> None:
    """Propose what is not there yet; what somebody did with a proposal since then stays."""
    with pace.stage("Proposed changes", len(PROPOSALS)) as stage:
        for login in dict.fromkeys(proposal.login for proposal in PROPOSALS):
            known = {UUID(item["id"]) async for item in api.pages(_REQUESTS, {"mine": "true"}, login=login)}
            for proposal in (one for one in PROPOSALS if one.login == login):
                if proposal.id in known:
                    stage.skip(1)
                    continue
                answer = await api.post(_REQUESTS, proposal.body, login=login, key=f"changes/{proposal.id}")
                stage.done(new=answer.is_new)
    await _attach(api)
    await _return(api)


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


async def _return(api: Api) -> None:
    path = f"{_REQUESTS}/{examples.CHANGE_REQUEST_TO_RESUBMIT}"
    found = await api.get(path, login=_SECOND)
    if found["state"] == "proposed" and len(found["steps"]) == 1:
        asked = {"reason": "Cần ảnh chụp giấy tờ"}
        await api.post(
            f"{path}/return", asked, login=_SECOND, key=f"changes/{examples.CHANGE_REQUEST_TO_RESUBMIT}/return"
        )
