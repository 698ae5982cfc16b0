"""The loans' part of the load: applied for with one officer, approved by another, paid out by the bank, repaid."""

from datetime import date
from typing import Any, Final

from demo.api import Api, RefusedError
from demo.lending import BANK, Application, Repayment
from demo.pace import Pace, Stage, every
from demo.story import Story

_OFFICER: Final = "credit-officer"
_SECOND: Final = "credit-officer-2"
_BANK: Final = f"partner-bank:{BANK}"
_APPLICATIONS: Final = "/v1/loans/applications"
_LOANS: Final = "/v1/loans/loans"
_Asked = tuple[str, str, date]
"""What tells an application from another: household, programme, day."""


async def lend(api: Api, pace: Pace, story: Story) -> None:
    """Carry every application as far as the story says."""
    programmes = {item["code"]: item["id"] async for item in api.pages("/v1/loans/programmes", {})}
    asked = {_asked(item): item async for item in api.pages(_APPLICATIONS, {}, login=_OFFICER)}
    loans = {item["application_id"]: item["id"] async for item in api.pages(_LOANS, {}, login=_OFFICER)}
    with pace.stage("Loans: applied, approved, paid out, repaid", sum(map(_steps, story.applications))) as stage:

        async def carry(application: Application) -> None:
            programme = programmes[application.programme]
            wanted = (str(application.household.id), programme, application.applied_on)
            await _Loan(api, stage, application).go(programme, asked.get(wanted), loans)

        await every(story.applications, carry)


def _steps(application: Application) -> int:
    return 3 + len(application.repayments) if application.outcome == "lent" else 1


def _asked(item: dict[str, Any]) -> _Asked:
    return (item["household_id"], item["programme_id"], date.fromisoformat(item["applied_on"]))


class _Loan:
    """One application on its way."""

    def __init__(self, api: Api, stage: Stage, application: Application) -> None:
        self._api, self._stage, self._application = api, stage, application
        self._key = f"loan/{application.household.number}"

    async def go(self, programme: str, found: dict[str, Any] | None, loans: dict[str, str]) -> None:
        if found is None:
            found = await self._post(_APPLICATIONS, self._body(programme), _OFFICER, "applied")
        else:
            self._stage.skip(1)
        if self._application.outcome != "lent":
            return
        if found["state"] not in {"eligible", "approved", "disbursed"}:
            raise RefusedError(f"application {found['reference']} is {found['state']}: the registry could not be asked")
        path = f"{_APPLICATIONS}/{found['id']}"
        if found["state"] == "eligible":
            approval = {"on": self._application.approved_on.isoformat()}
            found = await self._post(f"{path}/approval", approval, _SECOND, "approved")
        else:
            self._stage.skip(1)
        loan = loans.get(found["id"])
        if loan is None:
            disbursement = {"on": self._application.disbursed_on.isoformat(), "bank": BANK}
            loan = (await self._post(f"{path}/disbursement", disbursement, _BANK, "disbursed"))["id"]
        else:
            self._stage.skip(1)
        for repayment in self._application.repayments:
            await self._repay(loan, repayment)

    def _body(self, programme: str) -> dict[str, Any]:
        application = self._application
        return {
            "household_id": str(application.household.id),
            "programme_id": programme,
            "amount": {"amount": application.amount, "currency": "VND"},
            "term_months": application.term_months,
            "principal_every": application.principal_every,
            "purpose": application.purpose,
            "applied_on": application.applied_on.isoformat(),
        }

    async def _repay(self, loan: str, repayment: Repayment) -> None:
        body = {
            "on": repayment.on.isoformat(),
            "amount": {"amount": repayment.amount, "currency": "VND"},
            "receipt": repayment.receipt,
        }
        await self._post(f"{_LOANS}/{loan}/repayments", body, _BANK, repayment.receipt, known="receipt-known")

    async def _post(self, path: str, body: dict[str, Any], login: str, step: str, known: str = "") -> dict[str, Any]:
        answer = await self._api.post(path, body, login=login, key=f"{self._key}/{step}", known=(known,))
        self._stage.done(new=answer.is_new)
        made: dict[str, Any] = answer.body
        return made
