"""Papers of an office: what people asked about their own data, and the scanned minutes of a village meeting."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from demo import examples
from demo.api import Api
from demo.draw import uuid7
from demo.pace import Pace
from demo.people import BEGINNING

_OFFICER: Final = "commune-officer:04105"
_REQUESTS: Final = "/v1/beneficiaries/subject-requests"
_MINUTES: Final = "/v1/beneficiaries/review-minutes"
_ASKING: Final = str(uuid7("person", 977, 0, day=BEGINNING))
_SCAN: Final = "%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
_IN_BOOKS: Final = {"outcome": "refused", "reason": "Hộ đang có trong danh sách hộ nghèo"}
_GRANTED: Final = {"outcome": "granted"}
_ACKNOWLEDGED: Final[tuple[str, dict[str, Any]]] = ("acknowledgement", {})


@dataclass(frozen=True)
class Asked:
    """What somebody asked about their data, and the steps that the office has taken since."""

    id: UUID
    kind: str
    steps: tuple[tuple[str, dict[str, Any]], ...] = ()

    @property
    def body(self) -> dict[str, Any]:
        evidence = "Đến trụ sở, xuất trình căn cước, sổ tiếp dân số 12/2026"
        return {
            "id": str(self.id),
            "person_id": _ASKING,
            "kind": self.kind,
            "asked_by": "person",
            "evidence": evidence,
        }


ASKED: Final = (
    Asked(examples.SUBJECT_REQUEST, "correction"),
    Asked(examples.SUBJECT_REQUEST_TO_ACKNOWLEDGE, "access"),
    Asked(examples.SUBJECT_REQUEST_TO_ANSWER, "access", (_ACKNOWLEDGED,)),
    Asked(examples.ACCESS_GRANTED, "access", (_ACKNOWLEDGED, ("answer", _GRANTED))),
    Asked(examples.DELETION_TO_PROPOSE, "deletion", (_ACKNOWLEDGED,)),
    Asked(examples.DELETION_TO_DECIDE, "deletion", (_ACKNOWLEDGED, ("proposal", _IN_BOOKS))),
    Asked(examples.RESTRICTION, "restriction", (_ACKNOWLEDGED, ("answer", _GRANTED))),
)


async def file(api: Api, pace: Pace) -> None:
    """Take in what is not there yet, each as far as told; what somebody did since then stays."""
    with pace.stage("Requests about people's own data", len(ASKED)) as stage:
        known = {UUID(item["id"]) async for item in api.pages(_REQUESTS, {}, login=_OFFICER)}
        for asked in ASKED:
            if asked.id in known:
                stage.skip(1)
                continue
            answer = await api.post(_REQUESTS, asked.body, login=_OFFICER, key=f"papers/{asked.id}")
            for step, body in asked.steps:
                key = f"papers/{asked.id}/{step}"
                await api.post(f"{_REQUESTS}/{asked.id}/{step}", body, login=_OFFICER, key=key)
            stage.done(new=answer.is_new)


async def scan(api: Api) -> None:
    """Keep the minutes of the village meeting that the documents speak of."""
    meeting = {"meeting_id": str(examples.MEETING)}
    kept = {UUID(item["id"]) async for item in api.pages(_MINUTES, meeting, login=_OFFICER)}
    if examples.MINUTES not in kept:
        query = {**meeting, "id": str(examples.MINUTES)}
        await api.send_file(_MINUTES, query, _SCAN, "application/pdf", login=_OFFICER)
