"""The loans' part of the load: applied for with one officer, approved by another, paid out by the bank, repaid."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from demo.api import Api, RefusedError
from demo.lending import BANK, Application, Repayment
from demo.pace import Pace, Stage, every
from demo.story import Story

_OFFICER: Final = "credit-officer"
_SECOND: Final = "credit-officer-2"
_BANK: Final = f"partner-bank:{BANK}"
_APPLICATIONS: Final = "/v1/loans/applications"
_LOANS: Final = "/v1/loans/loans"


async def lend(api: Api, pace: Pace, story: Story) -> None:
    """Carry every application as far as the story says."""
    programmes = {item["code"]: item["id"] async for item in api.pages("/v1/loans/programmes", {})}
    states = {UUID(item["id"]): item["state"] async for item in api.pages(_APPLICATIONS, {}, login=_OFFICER)}
    with pace.stage("Loans: applied, approved, paid out, repaid", sum(map(_steps, story.applications))) as stage:

        async def carry(application: Application) -> None:
            await _Loan(api, stage, application).go(programmes[application.programme], states)

        await every(story.applications, carry)


def _steps(application: Application) -> int:
    return {"lent": 3, "approved": 2}.get(application.outcome, 1) + len(application.repayments)


class _Loan:
    """One application on its way."""

    def __init__(self, api: Api, stage: Stage, application: Application) -> None:
        self._api, self._stage, self._application = api, stage, application
        self._key = f"loan/{application.household.number}"
        self._path = f"{_APPLICATIONS}/{application.id}"
        # What still waits was taken in by the second officer, so that the first may decide on it.
        pair = (_SECOND, _OFFICER) if application.outcome == "waiting" else (_OFFICER, _SECOND)
        self._applicant, self._approver = pair

    async def go(self, programme: str, states: Mapping[UUID, str]) -> None:
        """Take the steps that are still to be taken. Errors: RefusedError."""
        outcome = self._application.outcome
        state = states.get(self._application.id)
        if state is None:
            made = await self._post(_APPLICATIONS, self._body(programme), self._applicant, "applied")
            state = made["state"]
        else:
            self._stage.skip(1)
        if outcome in {"waiting", "refused"}:
            return
        if state not in {"eligible", "approved", "disbursed"}:
            raise RefusedError(f"application {self._application.id} is {state}: the registry could not be asked")
        if state == "eligible":
            approval = {"on": self._application.approved_on.isoformat()}
            state = (await self._post(f"{self._path}/approval", approval, self._approver, "approved"))["state"]
        else:
            self._stage.skip(1)
        if outcome == "approved":
            return
        if state == "approved":
            await self._post(f"{self._path}/disbursement", self._disbursement(), _BANK, "disbursed")
        else:
            self._stage.skip(1)
        for repayment in self._application.repayments:
            await self._repay(repayment)

    def _body(self, programme: str) -> dict[str, Any]:
        application = self._application
        return {
            "id": str(application.id),
            "household_id": str(application.household.id),
            "programme_id": programme,
            "amount": {"amount": application.amount, "currency": "VND"},
            "term_months": application.term_months,
            "principal_every": application.principal_every,
            "purpose": application.purpose,
            "applied_on": application.applied_on.isoformat(),
        }

    def _disbursement(self) -> dict[str, Any]:
        application = self._application
        return {"id": str(application.loan_id), "on": application.disbursed_on.isoformat(), "bank": BANK}

    async def _repay(self, repayment: Repayment) -> None:
        body = {
            "on": repayment.on.isoformat(),
            "amount": {"amount": repayment.amount, "currency": "VND"},
            "receipt": repayment.receipt,
        }
        path = f"{_LOANS}/{self._application.loan_id}/repayments"
        await self._post(path, body, _BANK, repayment.receipt, known="receipt-known")

    async def _post(self, path: str, body: dict[str, Any], login: str, step: str, known: str = "") -> dict[str, Any]:
        answer = await self._api.post(path, body, login=login, key=f"{self._key}/{step}", known=(known,))
        self._stage.done(new=answer.is_new)
        made: dict[str, Any] = answer.body
        return made
