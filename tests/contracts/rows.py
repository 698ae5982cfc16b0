"""Real rows of every noun, made through the gateway by the people whose work it is."""

from functools import cached_property

from tests.contracts.caller import MAP_BEGINS, Row
from tests.contracts.file_rows import FileRows

__all__ = ["LARGEST_CAP", "MAP_BEGINS", "Row", "Rows"]

LARGEST_CAP = 100_000_000
"""What the programme for poor households lends to one of them."""


class Rows(FileRows):
    """Rows of every noun. A property is one row that may be used again, a method makes a fresh one each time."""

    @cached_property
    def programmes(self) -> dict[str, Row]:
        listed: list[Row] = self.get("/v1/loans/programmes", limit=100).json()["items"]
        return {row["code"]: row for row in listed}

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
    def group(self) -> Row:
        return self._make("treasurer", "funds/donors", {"kind": "organisation", "name": "Lớp 5A"})

    @cached_property
    def merge(self) -> Row:
        return self.merge_proposal()

    @cached_property
    def pledge(self) -> Row:
        return self.fresh_pledge()

    @cached_property
    def receipt(self) -> Row:
        return self.fresh_receipt()

    @cached_property
    def refund(self) -> Row:
        return self.refund_proposal()

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

    @cached_property
    def bank_account(self) -> Row:
        body = {"bank_bin": "970405", "bank_name": "Agribank", "number": f"B{self.number()}", "holder": "QUY"}
        return self._make("district-admin", "funds/bank-accounts", body)

    @cached_property
    def collecting(self) -> Row:
        """A campaign with a bank account."""
        path = f"funds/campaigns/{self.campaign()['id']}/bank-account"
        return self._make("district-admin", path, {"account_id": self.bank_account["id"]})

    def campaign(self) -> Row:
        body = {"name": "Tết", "purpose": "Quà Tết", "opens_on": MAP_BEGINS.isoformat()}
        return self._make("district-admin", "funds/campaigns", body)

    def donor(self) -> Row:
        return self._make("treasurer", "funds/donors", {"kind": "individual", "name": "Nguyễn Thị Hoa"})

    def donation(self) -> Row:
        value = {"amount": 150_000, "currency": "VND"}
        body = {"campaign_id": self.campaign()["id"], "value": value, "received_on": self.recently.isoformat()}
        return self._make("treasurer", "funds/donations", body)

    def merge_proposal(self) -> Row:
        body = {"duplicate_id": self.donor()["id"], "survivor_id": self.giver["id"], "reason": "Một người"}
        return self._make("treasurer", "funds/donor-merges", body)

    def merged(self) -> Row:
        return self._make("fund-approver", f"funds/donor-merges/{self.merge_proposal()['id']}/approval")

    def fresh_pledge(self) -> Row:
        value = {"amount": 500_000, "currency": "VND"}
        body = {
            "campaign_id": self.fund["id"],
            "donor_id": self.giver["id"],
            "pledged_on": MAP_BEGINS.isoformat(),
            "instalments": [{"due_on": self.recently.isoformat(), "value": value}],
        }
        return self._make("treasurer", "funds/pledges", body)

    def pledged_gift(self) -> Row:
        """A donation of the campaign and unit of the pledge."""
        value = {"amount": 150_000, "currency": "VND"}
        body = {"campaign_id": self.fund["id"], "value": value, "received_on": self.recently.isoformat()}
        return self._make("treasurer", "funds/donations", body)

    def fresh_receipt(self) -> Row:
        return self._make("treasurer", f"funds/donations/{self.donation()['id']}/receipts", {})

    def refund_proposal(self) -> Row:
        return self._make("treasurer", f"funds/donations/{self.donation()['id']}/refunds", {"reason": "Gửi nhầm"})

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
