"""The people and machines of the development platform: who may sign in on this machine, and as what.

An invented directory. The login string is the subject (`sub`) of every token, so that a test, a log line and
the demonstration all name a person the same way.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

#: The eight communes that stand in place of Mai Sơn district since 2025-07-01 (Resolution 1681/NQ-UBTVQH15).
COMMUNES = {
    "04105": "Mai Sơn",
    "04108": "Chiềng Sung",
    "04117": "Mường Chanh",
    "04123": "Chiềng Mung",
    "04132": "Chiềng Mai",
    "04136": "Tà Hộc",
    "04144": "Phiêng Cằm",
    "04159": "Phiêng Pằn",
}

BANKS = {"vbsp": "Ngân hàng Chính sách xã hội"}

REGISTRIES = {"moh": "Bộ Y tế"}

_OFFICERS = {
    "04105": "Lò Thị Hương",
    "04108": "Cầm Văn Thành",
    "04117": "Hà Thị Xuân",
    "04123": "Quàng Văn Dũng",
    "04132": "Lường Thị Mai",
    "04136": "Vì Văn Sơn",
    "04144": "Giàng A Páo",
    "04159": "Mùa Thị Dợ",
}

_CHAIRS = {
    "04105": "Hoàng Văn Thắng",
    "04108": "Lò Văn Ín",
    "04117": "Cà Văn Chung",
    "04123": "Tòng Thị Biên",
    "04132": "Hà Văn Quyết",
    "04136": "Đinh Thị Nga",
    "04144": "Sồng A Tủa",
    "04159": "Lò Thị Phương",
}

_AREA_CODE = re.compile(r"[0-9]{5}")
_PARTNER_CODE = re.compile(r"[a-z][a-z0-9-]{0,30}")
_SERVICE_ID = re.compile(r"service:[a-z][a-z0-9-]{0,30}")


class UnknownLoginError(LookupError):
    """No person of the directory has this login."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who signs in.

    `area` is a commune code of five digits, `bank` the code of a partner bank; each is None where the role
    has no such bound.
    """

    login: str
    name: str
    role: str
    duty_vi: str
    duty_en: str
    area: str | None = None
    bank: str | None = None

    @property
    def is_machine(self) -> bool:
        """Whether it proves itself by a key of its own, and never uses the login page."""
        return self.role in {"partner-bank", "social-registry"}


@dataclass(frozen=True, slots=True)
class Client:
    """One of our own services, signing in for itself; `client_id` is `service:<name>`."""

    client_id: str

    def __post_init__(self) -> None:
        """Refuse another form of id: ValueError."""
        if not _SERVICE_ID.fullmatch(self.client_id):
            raise ValueError(f"a service client's id reads service:<name>, this one does not: {self.client_id!r}")

    @property
    def login(self) -> str:
        """Subject of its tokens."""
        return self.client_id

    @property
    def name(self) -> str:
        """Shown where a person's name would be."""
        return self.client_id

    @property
    def role(self) -> str:
        """A service is a role of its own."""
        return self.client_id

    @property
    def area(self) -> None:
        """No service is bound to an area."""
        return

    @property
    def bank(self) -> None:
        """No service is bound to a bank."""
        return


def _officer(code: str, *, second: bool = False) -> Person:
    commune = COMMUNES.get(code) or code
    return Person(
        login=f"commune-officer-2:{code}" if second else f"commune-officer:{code}",
        name=f"Cán bộ thứ hai xã {commune}" if second else _OFFICERS.get(code, f"Cán bộ xã {code}"),
        role="commune-officer",
        duty_vi=f"Cán bộ giảm nghèo xã {commune}",
        duty_en=f"Poverty reduction officer, {commune} commune",
        area=code,
    )


def _chair(code: str) -> Person:
    commune = COMMUNES.get(code) or code
    return Person(
        login=f"commune-chair:{code}",
        name=_CHAIRS.get(code, f"Chủ tịch xã {code}"),
        role="commune-chair",
        duty_vi=f"Chủ tịch Ủy ban nhân dân xã {commune}",
        duty_en=f"Chairperson of the People's Committee, {commune} commune",
        area=code,
    )


def _bank(code: str) -> Person:
    name = BANKS.get(code, f"Ngân hàng {code.upper()}")
    return Person(
        login=f"partner-bank:{code}",
        name=name,
        role="partner-bank",
        duty_vi="Ngân hàng đối tác (máy với máy)",
        duty_en="Partner bank (machine to machine)",
        bank=code,
    )


def _registry(code: str) -> Person:
    return Person(
        login=f"social-registry:{code}",
        name=REGISTRIES.get(code, f"Hệ thống {code.upper()}"),
        role="social-registry",
        duty_vi="Hệ thống đối tác tra cứu sổ hộ (máy với máy)",
        duty_en="Partner system that searches the registry (machine to machine)",
    )


_BY_LOGIN = {
    login: Person(login, name, role, duty_vi, duty_en)
    for login, name, role, duty_vi, duty_en in (
        (
            "district-admin",
            "Nguyễn Văn Bình",
            "district-admin",
            "Quản trị cấp huyện",
            "District administrator",
        ),
        ("treasurer", "Trần Thị Lan", "treasurer", "Thủ quỹ Quỹ Vì người nghèo", "Treasurer of the Fund"),
        (
            "fund-approver",
            "Phạm Quốc Hùng",
            "fund-approver",
            "Người duyệt chi của Quỹ",
            "Approver of the Fund",
        ),
        ("credit-officer", "Hoàng Thị Thu", "credit-officer", "Cán bộ tín dụng", "Credit officer"),
        ("credit-officer-2", "Đỗ Minh Tuấn", "credit-officer", "Cán bộ tín dụng", "Second credit officer"),
        ("auditor", "Vũ Thị Ngọc", "auditor", "Kiểm toán viên", "Auditor"),
        ("donor", "Lê Thanh Hà", "donor", "Nhà hảo tâm", "Donor"),
    )
}


def find(login: str) -> Person:
    """Person of this login. Any five-digit area and any partner's code will do. UnknownLoginError otherwise."""
    if person := _BY_LOGIN.get(login):
        return person
    role, _, code = login.partition(":")
    if role in {"commune-officer", "commune-officer-2"} and _AREA_CODE.fullmatch(code):
        return _officer(code, second=role.endswith("-2"))
    if role == "commune-chair" and _AREA_CODE.fullmatch(code):
        return _chair(code)
    if role == "partner-bank" and _PARTNER_CODE.fullmatch(code):
        return _bank(code)
    if role == "social-registry" and _PARTNER_CODE.fullmatch(code):
        return _registry(code)
    raise UnknownLoginError(f"nobody in the directory has the login {login!r}")


def everybody() -> Iterator[Person]:
    """Those whom the login page offers, in its order. Partners are machines and use no page."""
    yield _BY_LOGIN["district-admin"]
    yield from (_officer(code) for code in COMMUNES)
    yield from (_chair(code) for code in COMMUNES)
    yield from (person for login, person in _BY_LOGIN.items() if login != "district-admin")
