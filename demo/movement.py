"""The movement around the registry: who stands by a village or a household, what they did, and what is still needed."""

from collections.abc import Iterator
from typing import Any, Final
from uuid import NAMESPACE_URL, UUID, uuid5

from demo import examples
from demo.api import Api
from demo.deeds import Deed, write
from demo.draw import uuid7
from demo.pace import Pace
from demo.people import BEGINNING
from demo.places import COMMUNES, REFORM, villages

_OFFICER: Final = "commune-officer:04105"
_ADMINISTRATOR: Final = "district-admin"
_REGISTRY: Final = "/v1/beneficiaries"
_MAI_SON: Final = str(uuid5(NAMESPACE_URL, "forthepoor/area/04105/2025-07-01"))
_ORGANISATION: Final = f"{_REGISTRY}/organisations/{examples.ORGANISATION}"

_TABLE: Final = """Mã hộ,Mã xã,Thôn bản,Họ và tên,Giới tính,Ngày sinh,Dân tộc,Quan hệ với chủ hộ
1,04105,Bản Nà Bó,Lò Thị Đôi,nữ,1984,Thái,chủ hộ
1,04105,Bản Nà Bó,Cà Văn Minh,nam,31/02/2012,Thái,con
"""
"""A household with a day that there is none of."""

_GRIEVANCES: Final = (
    examples.GRIEVANCE,
    examples.GRIEVANCE_TO_CLASSIFY,
    examples.GRIEVANCE_TO_ASSIGN,
    examples.GRIEVANCE_TO_ANSWER,
    examples.GRIEVANCE_TO_ESCALATE,
)


def deeds() -> Iterator[Deed]:
    """Yield what is told, in an order in which each rests on those before it."""
    yield from _villages()
    yield _deed(examples.ORGANISATION, "organisations", {"name": "Công đoàn Trường Tiểu học Nà Hạ", "kind": "union"})
    for own, place, purpose in (
        (examples.ASSIGNMENT, {"area_id": _MAI_SON, "village": "Bản Nà Bó"}, "Giúp đỡ bản thoát nghèo"),
        (examples.ASSIGNMENT_TO_END, {"household_id": str(examples.HOUSEHOLD)}, "Đỡ đầu hai em đến trường"),
    ):
        body = {**place, "purpose": purpose, "valid_from": "2025-09-05"}
        yield Deed(own, f"{_ORGANISATION}/assignments", f"{_REGISTRY}/assignments", body, _OFFICER)
    for own, happened_on, days in (
        (examples.ACTIVITY, "2026-03-26", "18.0"),
        (examples.MISTAKEN_ACTIVITY, "2026-03-27", "18.5"),
    ):
        done: dict[str, Any] = {
            "assignment_id": str(examples.ASSIGNMENT),
            "kind": "water",
            "happened_on": happened_on,
            "description": "Đào rãnh và đặt ống dẫn nước về bản",
            "values": [{"quantity": days, "unit": "person-day"}],
        }
        yield Deed(own, f"{_ORGANISATION}/activities", f"{_REGISTRY}/activities", done, _OFFICER)
    for own, kind, note in (
        (examples.NEED, "house", "Nhà tranh, dột nát"),
        (examples.NEED_TO_CLOSE, "latrine", "Chưa có nhà tiêu"),
    ):
        body = {"household_id": str(examples.HOUSEHOLD), "kind": kind, "raised_on": "2026-01-15", "note": note}
        yield _deed(own, "needs", body)

    for number, own in enumerate(_GRIEVANCES):
        told = {"area_id": _MAI_SON, "village": "Bản Nà Bó", "kind": "payment", "channel": "in_person"}
        text = f"Chưa nhận được tiền hỗ trợ tháng {number + 6}."
        yield Deed(own, f"{_REGISTRY}/grievances/intake", f"{_REGISTRY}/grievances", {**told, "text": text}, _OFFICER)

    yield from _households()
    yield from _exchange()
    yield from _files()
    yield _parent()


def _households() -> Iterator[Deed]:
    """Move a household that did not move: somebody will take it back."""
    path = f"{_REGISTRY}/households/{examples.MOVED_HOUSEHOLD}"
    unit = str(uuid5(NAMESPACE_URL, "forthepoor/area/04135/1900-01-01"))
    moved = {"moved_on": "2025-03-01", "area_id": unit, "village": "Bản Tà Hạ", "decision_number": "12/QĐ-UBND"}
    yield Deed(examples.MISTAKEN_MOVE, f"{path}/moves", f"{path}/acts", moved, _OFFICER, called="act_id")


def _exchange() -> Iterator[Deed]:
    """Let a ministry's register ask about the poor, and keep the consent of somebody to all who need one."""
    partners, consents = f"{_REGISTRY}/exchange-partners", f"{_REGISTRY}/exchange-consents"
    given = ["place", "poverty_score", "group_size", "member_list", "name", "birth_date", "sex", "identity_number"]
    partner = {
        "sender_id": "spmis.moh.example",
        "client": "social-registry:moh",
        "name": "Health insurance register",
        "basis": "statutory",
        "legal_basis": "Law 25/2008/QH12, Art. 12: health insurance of poor households",
        "attributes": given,
        # Where nobody listens: what it asks for later is answered there, and tried again for a while.
        "callback_url": "http://127.0.0.1:9/callbacks",
    }
    yield Deed(examples.PARTNER, partners, partners, partner, _ADMINISTRATOR)
    consent = {
        "person_id": str(uuid7("person", 976, 1, day=BEGINNING)),
        "given_by": "person",
        "evidence": "Phiếu ký ngày 05/10/2026, hồ sơ 97/2026",
        "given_on": "2026-10-05",
    }
    yield Deed(examples.CONSENT_TO_WITHDRAW, consents, consents, consent, _OFFICER)


def _files() -> Iterator[Deed]:
    """Ask for a list as a file; certify a disability that will end."""
    path = f"{_REGISTRY}/exports"
    yield Deed(examples.EXPORT, path, path, {"list": "households", "filters": {"poverty_status": "poor"}}, _OFFICER)
    path = f"{_REGISTRY}/people/{uuid7('person', 976, 1, day=BEGINNING)}/disabilities"
    certified = {"degree": "mild", "certificate_number": "9/2024/XN-KT", "certified_on": "2024-03-11"}
    yield Deed(examples.DISABILITY, path, path, {"kind": "vision", "since": "2024-03-11", **certified}, _OFFICER)


def _parent() -> Deed:
    """Write down the mother of a child; somebody will find that it is not she."""
    child, mother = (str(uuid7("person", 987, place, day=BEGINNING)) for place in (3, 1))
    path = f"{_REGISTRY}/people/{child}/parents"
    return Deed(examples.PARENTAGE, path, path, {"kind": "mother", "parent_id": mother}, _OFFICER)


def _villages() -> Iterator[Deed]:
    """List the villages of Mai Sơn as it is today, those of the units that it was made from."""
    names = {"Bản Nà Bó": examples.VILLAGE}
    for commune in (one for one in COMMUNES if one.today == "04105"):
        names |= {name: uuid7("village", name, day=REFORM) for name in villages(commune)}
    path = f"{_REGISTRY}/villages"
    for name, own in names.items():
        kind = "tiểu khu" if name.startswith("Tiểu khu") else "bản"
        body = {"area_id": _MAI_SON, "name": name, "kind": kind, "valid_from": REFORM.isoformat()}
        yield Deed(own, path, path, body, _ADMINISTRATOR)


def _deed(own: UUID, noun: str, body: dict[str, Any]) -> Deed:
    return Deed(own, f"{_REGISTRY}/{noun}", f"{_REGISTRY}/{noun}", body, _OFFICER)


async def stand_by(api: Api, pace: Pace) -> None:
    """Write everything down that is not there yet; the household of the examples must be."""
    told = list(deeds())
    with pace.stage("Villages, organisations, needs, grievances", len(told)) as stage:
        await write(api, stage, told)
        await _handle(api)
        await _check(api)


async def _handle(api: Api) -> None:
    """Bring two grievances to where the next step is theirs; what somebody did with them since then stays."""
    path = f"{_REGISTRY}/grievances"
    for own, step, body in (
        (examples.GRIEVANCE_TO_ASSIGN, "classification", {"kind": "payment"}),
        (examples.GRIEVANCE_TO_ANSWER, "classification", {"kind": "payment"}),
        (examples.GRIEVANCE_TO_ANSWER, "assignment", {"officer": _OFFICER}),
    ):
        found = await api.get(f"{path}/{own}", login=_OFFICER)
        if found["state"] == {"classification": "received", "assignment": "classified"}[step]:
            await api.post(f"{path}/{own}/{step}", body, login=_OFFICER, key=f"movement/{own}/{step}")


async def _check(api: Api) -> None:
    """Have a table of households checked, without writing them; what is wrong in it can be fetched."""
    path = f"{_REGISTRY}/imports"
    known = {item["id"] async for item in api.pages(path, {}, login=_OFFICER)}
    if str(examples.IMPORT) not in known:
        query = {"id": str(examples.IMPORT), "dry_run": "true", "file_name": "ho-dan.csv"}
        await api.send_file(path, query, _TABLE, "text/csv", login=_OFFICER)
