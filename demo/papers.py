"""Papers of an office: what people asked about their own data, and the scanned minutes of a village meeting."""

from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

from demo import examples
from demo.api import Api
from demo.deeds import Deed, Step, write
from demo.draw import uuid7
from demo.pace import Pace
from demo.people import BEGINNING

_OFFICER: Final = "commune-officer:04105"
_REQUESTS: Final = "/v1/beneficiaries/subject-requests"
_MINUTES: Final = "/v1/beneficiaries/review-minutes"
_ASKING: Final[dict[str, Any]] = {
    "person_id": str(uuid7("person", 977, 0, day=BEGINNING)),
    "asked_by": "person",
    "evidence": "Đến trụ sở, xuất trình căn cước, sổ tiếp dân số 12/2026",
}
_SCAN: Final = "%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
_ACKNOWLEDGED: Final = Step("acknowledgement", _OFFICER, {})
_GRANTED: Final = Step("answer", _OFFICER, {"outcome": "granted"})
_KEPT: Final = Step("proposal", _OFFICER, {"outcome": "refused", "reason": "Hộ đang có trong danh sách hộ nghèo"})


def asked() -> Iterator[Deed]:
    """Yield what somebody asked about their data, with the steps that the office has taken since."""
    for own, kind, steps in (
        (examples.SUBJECT_REQUEST, "correction", ()),
        (examples.SUBJECT_REQUEST_TO_ACKNOWLEDGE, "access", ()),
        (examples.SUBJECT_REQUEST_TO_ANSWER, "access", (_ACKNOWLEDGED,)),
        (examples.ACCESS_GRANTED, "access", (_ACKNOWLEDGED, _GRANTED)),
        (examples.DELETION_TO_PROPOSE, "deletion", (_ACKNOWLEDGED,)),
        (examples.DELETION_TO_DECIDE, "deletion", (_ACKNOWLEDGED, _KEPT)),
        (examples.RESTRICTION, "restriction", (_ACKNOWLEDGED, _GRANTED)),
    ):
        yield Deed(own, _REQUESTS, _REQUESTS, {**_ASKING, "kind": kind}, _OFFICER, steps=steps)


async def file(api: Api, pace: Pace) -> None:
    """Take in what is not there yet, each as far as told; what somebody did since then stays."""
    told = list(asked())
    with pace.stage("Requests about people's own data", len(told)) as stage:
        await write(api, stage, told)


async def scan(api: Api) -> None:
    """Keep the minutes of the village meeting that the documents speak of."""
    meeting = {"meeting_id": str(examples.MEETING)}
    kept = {UUID(item["id"]) async for item in api.pages(_MINUTES, meeting, login=_OFFICER)}
    if examples.MINUTES not in kept:
        query = {**meeting, "id": str(examples.MINUTES)}
        await api.send_file(_MINUTES, query, _SCAN, "application/pdf", login=_OFFICER)
