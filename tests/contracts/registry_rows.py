"""Real rows of the registry, made through the gateway by the people whose work it is."""

from datetime import date, timedelta
from functools import cached_property

from kit.values.ids import new_id
from tests.contracts.caller import MAP_BEGINS, Caller, Row

OFFICER = "commune-officer:04117"


class RegistryRows(Caller):
    """A property is one row that may be used again, a method makes a fresh one each time."""

    @cached_property
    def area(self) -> Row:
        """The commune of our officer, as it is today."""
        row: Row = self.get("/v1/beneficiaries/areas", level="commune", code="04117").json()["items"][0]
        return row

    @cached_property
    def home(self) -> Row:
        return self.household()

    def household(self) -> Row:
        """A head and three others, of whom one may leave and one may change without breaking a rule."""
        people = (("head", "female"), ("spouse", "male"), ("other_relative", "female"), ("not_related", "male"))
        members = [
            {"full_name": "Lò Thị Đôi", "sex": sex, "birth_date": "1970-05-01", "ethnicity": "03", "relation": relation}
            for relation, sex in people
        ]
        body = {"area_id": self.area["id"], "village": "Bản Xum", "registered_on": MAP_BEGINS.isoformat()}
        return self._make(OFFICER, "beneficiaries/households", {**body, "members": members})

    def death(self) -> dict[str, str]:
        """Return the ids of an act that took a member away, and of the household."""
        household = self.household()
        body = {"person_id": household["members"][-1]["person_id"], "died_on": str(self.recently)}
        act = self._make(OFFICER, f"beneficiaries/households/{household['id']}/deaths", body)
        return {"household_id": household["id"], "act_id": act["id"]}

    def poor_household(self) -> Row:
        household = self.household()
        decision = {"status": "poor", "valid_from": MAP_BEGINS.isoformat(), "decision_number": "12/QĐ-UBND"}
        path = f"beneficiaries/households/{household['id']}/poverty-statuses"
        self._make(OFFICER, path, decision)
        return household

    def person_of_no_household(self) -> str:
        """Return the id of somebody who left a household that is registered here."""
        household = self.household()
        person: str = household["members"][-1]["person_id"]
        leaves = {"person_id": person, "left_on": MAP_BEGINS.isoformat(), "because": "moved"}
        headers = {"Authorization": f"Bearer {self._token(OFFICER)}", "If-Match": '"1"'}
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
        return self._make(OFFICER, "beneficiaries/needs", body)

    def organisation(self) -> Row:
        body = {"name": f"Công đoàn {self.number()}", "kind": "union"}
        return self._make(OFFICER, "beneficiaries/organisations", body)

    def assignment(self) -> Row:
        path = f"beneficiaries/organisations/{self.organisation()['id']}/assignments"
        body = {"area_id": self.area["id"], "purpose": "Giúp đỡ", "valid_from": str(self.recently)}
        return self._make(OFFICER, path, body)

    def activity(self) -> Row:
        path = f"beneficiaries/organisations/{self.charge['organisation_id']}/activities"
        body = {"assignment_id": self.charge["id"], "kind": "water", "happened_on": str(self.now), "description": "Bể"}
        return self._make(OFFICER, path, body)

    def village(self) -> Row:
        body = {
            "area_id": self.elsewhere["id"],
            "name": f"Bản {self.number()}",
            "kind": "bản",
            "valid_from": str(MAP_BEGINS),
        }
        return self._make("district-admin", "beneficiaries/villages", body)

    @cached_property
    def elsewhere(self) -> Row:
        """Another commune: where villages are listed, a household may be of no other."""
        [found] = self.get("/v1/beneficiaries/areas", level="commune", code="04108").json()["items"]
        area: Row = found
        return area

    @cached_property
    def hamlet(self) -> Row:
        return self.village()

    def grievance_kind(self) -> str:
        """Return the code of a kind of which there is no grievance yet."""
        title = {"vi": "Nước", "en": "Water", "fr": "Eau"}
        terms = {"answer_days": 10, "reopen_days": 30, "source": "12/QĐ-UBND"}
        body = {"code": self.word(), "title": title, **terms}
        code: str = self._make("district-admin", "beneficiaries/grievance-kinds", body)["code"]
        return code

    def grievance(self, *steps: str) -> Row:
        """Return a grievance that an officer took down, its receipt in it, and took these steps of."""
        body = {"id": str(new_id()), "area_id": self.area["id"], "channel": "in_person", "text": "Chưa nhận được tiền."}
        receipt = self._make(OFFICER, "beneficiaries/grievances/intake", body)
        bodies = {
            "classification": {"kind": "other"},
            "assignment": {"officer": OFFICER},
            "answer": {"outcome": "upheld", "text": "Đã chi trả."},
        }
        for step in steps:
            self._make(OFFICER, f"beneficiaries/grievances/{body['id']}/{step}", bodies[step])
        return {**receipt, "id": body["id"]}

    @cached_property
    def complaint(self) -> Row:
        return self.grievance("classification", "assignment")
