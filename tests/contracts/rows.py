"""Real rows to call the operations on, made through the gateway by the people whose work it is."""

import itertools
from collections.abc import Callable
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import httpx2

from kit.values.dates import today

Row = dict[str, Any]

MAP_BEGINS = date(2025, 7, 1)
"""First day of the communes of today; everything made here happens since."""
LARGEST_CAP = 100_000_000
"""What the programme for poor households lends to one of them."""


class Rows:
    """Rows of every noun. A property is one row that may be used again, a method makes a fresh one each time."""

    def __init__(self, gateway: str, token: Callable[[str], str]) -> None:
        self._token = token
        self._http = httpx2.Client(base_url=gateway, timeout=30, trust_env=False)
        self._numbers = itertools.count(1)
        self.now = today()
        self.recently = self.now - timedelta(days=10)

    def close(self) -> None:
        self._http.close()

    def number(self) -> int:
        """Return a number that no call before had."""
        return next(self._numbers)

    def word(self) -> str:
        """Return a word of letters that no call before had."""
        return "kind_" + "".join(chr(ord("a") + int(digit)) for digit in str(self.number()))

    def get(self, path: str, login: str | None = None, **query: Any) -> httpx2.Response:
        headers = {"Authorization": f"Bearer {self._token(login)}"} if login else {}
        return self._http.get(path, params=query, headers=headers).raise_for_status()

    def _make(self, login: str, path: str, body: Any = None, **headers: str) -> Row:
        headers |= {"Authorization": f"Bearer {self._token(login)}", "Idempotency-Key": f"contract-row-{self.number()}"}
        answer = self._http.post(f"/v1/{path}", json=body, headers=headers)
        assert answer.is_success, (path, body, answer.text)
        row: Row = answer.json()
        return row

    @cached_property
    def area(self) -> Row:
        """The commune of our officer, as it is today."""
        row: Row = self.get("/v1/beneficiaries/areas", level="commune", code="04117").json()["items"][0]
        return row

    @cached_property
    def programmes(self) -> dict[str, Row]:
        listed: list[Row] = self.get("/v1/loans/programmes", limit=100).json()["items"]
        return {row["code"]: row for row in listed}

    @cached_property
    def home(self) -> Row:
        return self.household()

    @cached_property
    def fund(self) -> Row:
        """A campaign that holds money and rice."""
        campaign = self.campaign()
        for value in ({"amount": 10**12, "currency": "VND"}, {"quantity": "1000000000.000", "unit": "kg"}):
            gift = {"campaign_id": campaign["id"], "value": value, "received_on": MAP_BEGINS.isoformat()}
            self._make("treasurer", "funds/donations", gift)
        return campaign

    @cached_property
    def gift(self) -> Row:
        return self.donation()

    @cached_property
    def giver(self) -> Row:
        return self.donor()

    @cached_property
    def given(self) -> Row:
        return self._make("fund-approver", f"funds/rounds/{self.proposal()['id']}/approval")

    @cached_property
    def applied(self) -> Row:
        return self.application()

    @cached_property
    def loan(self) -> Row:
        """A loan with a payment on it."""
        paid_out = {"on": self.recently.isoformat()}
        loan = self._make("credit-officer", f"loans/applications/{self.approved()['id']}/disbursement", paid_out)
        paid = {"on": self.now.isoformat(), "amount": {"amount": 100_000, "currency": "VND"}}
        self._make("credit-officer", f"loans/loans/{loan['id']}/repayments", paid)
        return loan

    def household(self) -> Row:
        """A head and three others, of whom one may leave and one may change without breaking a rule."""
        people = (("head", "female"), ("spouse", "male"), ("other_relative", "female"), ("not_related", "male"))
        members = [
            {"full_name": "Lò Thị Đôi", "sex": sex, "birth_date": "1970-05-01", "ethnicity": "03", "relation": relation}
            for relation, sex in people
        ]
        body = {"area_id": self.area["id"], "village": "Bản Xum", "registered_on": MAP_BEGINS.isoformat()}
        return self._make("commune-officer:04117", "beneficiaries/households", {**body, "members": members})

    def poor_household(self) -> Row:
        household = self.household()
        decision = {"status": "poor", "valid_from": MAP_BEGINS.isoformat(), "decision_number": "12/QĐ-UBND"}
        path = f"beneficiaries/households/{household['id']}/poverty-statuses"
        self._make("commune-officer:04117", path, decision)
        return household

    def person_of_no_household(self) -> str:
        """Return the id of somebody who left a household that is registered here."""
        household = self.household()
        person: str = household["members"][-1]["person_id"]
        leaves = {"person_id": person, "left_on": MAP_BEGINS.isoformat(), "because": "moved"}
        headers = {"Authorization": f"Bearer {self._token('commune-officer:04117')}", "If-Match": '"1"'}
        path = f"/v1/beneficiaries/households/{household['id']}"
        self._http.patch(path, json={"members": {"leave": [leaves]}}, headers=headers).raise_for_status()
        return person

    def communes(self) -> tuple[list[str], date]:
        """Return two communes of which nothing else knows, and the first day on which an act may change them."""
        day = MAP_BEGINS + timedelta(days=self.number())
        into = [{"code": str(self.number() + 90_000), "name": "Xã Mới", "kind": "xã", "urban": False} for _ in range(3)]
        decided = {"decision_number": "1/NQ", "legal_basis": "1/NQ", "decided_on": str(day), "effective_on": str(day)}
        body = {"kind": "split", "unit": self._spare, "into": into, **decided}
        act = self._make("district-admin", "beneficiaries/areas/acts", body)
        *two, self._spare = [unit["id"] for unit in act["units"] if unit["role"] == "made"]
        self.act = act
        return two, day + timedelta(days=1)

    @cached_property
    def _spare(self) -> str:
        [found] = self.get("/v1/beneficiaries/areas", level="commune", code="04159").json()["items"]
        spare: str = found["id"]
        return spare

    @cached_property
    def act(self) -> Row:
        self.communes()
        return self.act

    @cached_property
    def charge(self) -> Row:
        return self.assignment()

    @cached_property
    def deed(self) -> Row:
        return self.activity()

    @cached_property
    def lack(self) -> Row:
        return self.need()

    def need_kind(self) -> str:
        """Return the code of a kind of need of which there is no need yet."""
        title = {"vi": "Nước", "en": "Water", "fr": "Eau"}
        body = {"code": self.word(), "title": title, "support_kinds": ["water"], "indicators": []}
        code: str = self._make("district-admin", "beneficiaries/need-kinds", body)["code"]
        return code

    def need(self) -> Row:
        body = {"household_id": self.home["id"], "kind": self.need_kind(), "raised_on": str(self.recently)}
        return self._make("commune-officer:04117", "beneficiaries/needs", body)

    def organisation(self) -> Row:
        body = {"name": f"Công đoàn {self.number()}", "kind": "union"}
        return self._make("commune-officer:04117", "beneficiaries/organisations", body)

    def assignment(self) -> Row:
        path = f"beneficiaries/organisations/{self.organisation()['id']}/assignments"
        body = {"area_id": self.area["id"], "purpose": "Giúp đỡ", "valid_from": str(self.recently)}
        return self._make("commune-officer:04117", path, body)

    def activity(self) -> Row:
        path = f"beneficiaries/organisations/{self.charge['organisation_id']}/activities"
        body = {"assignment_id": self.charge["id"], "kind": "water", "happened_on": str(self.now), "description": "Bể"}
        return self._make("commune-officer:04117", path, body)

    def campaign(self) -> Row:
        body = {"name": "Tết", "purpose": "Quà Tết", "opens_on": MAP_BEGINS.isoformat()}
        return self._make("district-admin", "funds/campaigns", body)

    def donor(self) -> Row:
        return self._make("treasurer", "funds/donors", {"kind": "individual", "name": "Nguyễn Thị Hoa"})

    def donation(self) -> Row:
        value = {"amount": 150_000, "currency": "VND"}
        body = {"campaign_id": self.campaign()["id"], "value": value, "received_on": self.recently.isoformat()}
        return self._make("treasurer", "funds/donations", body)

    def proposal(self) -> Row:
        body = {
            "kind": "gift",
            "campaign_id": self.fund["id"],
            "occasion": f"tet-{self.number()}",
            "on": self.recently.isoformat(),
            "households": [self.home["id"]],
            "money": {"amount": 500_000, "currency": "VND"},
        }
        return self._make("treasurer", "funds/rounds", body)

    def application(self) -> Row:
        """An application of a poor household, ten days old."""
        body = {
            "household_id": self.poor_household()["id"],
            "programme_id": self.programmes["poor"]["id"],
            "amount": {"amount": 50_000_000, "currency": "VND"},
            "term_months": 36,
            "purpose": "Bò giống",
            "applied_on": self.recently.isoformat(),
        }
        return self._make("credit-officer-2", "loans/applications", body)

    def approved(self) -> Row:
        path = f"loans/applications/{self.application()['id']}/approval"
        return self._make("credit-officer", path, {"on": self.recently.isoformat()})
