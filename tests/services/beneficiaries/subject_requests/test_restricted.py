"""A restricted person is named in no export and in no public posting, and is back when it is lifted."""

from typing import Any

import httpx2

from kit.values.dates import today
from kit.values.ids import new_id
from services.beneficiaries.exports.catalogue import LISTS
from services.beneficiaries.rotation.resealing import SCOPE
from tests.conftest import Service
from tests.services.beneficiaries.review_postings.test_postings import PUBLIC, up_now
from tests.services.beneficiaries.reviews.conftest import Book, book, chair, listed_home
from tests.services.beneficiaries.subject_requests.conftest import Ask, Step

__all__ = ["book", "chair", "listed_home"]


async def test_a_restricted_person_is_in_no_export(
    registry: Service, officer: httpx2.AsyncClient, ask: Ask, step: Step, home: dict[str, Any]
) -> None:
    head, other = (one["person_id"] for one in home["members"])

    async def exported() -> tuple[set[str], list[str]]:
        state = registry.app.state
        async with state.database.transaction(SCOPE, read_only=True) as session:
            asked = (session, LISTS["people"].query(), today(), state.vault)
            people, _ = await LISTS["people"].pages(*asked)
            asked = (session, LISTS["households"].query(), today(), state.vault)
            households, _ = await LISTS["households"].pages(*asked)
        return {str(row.model_dump()["person_id"]) for row in people}, [
            row.model_dump()["head_name"] for row in households
        ]

    assert await exported() == ({head, other}, ["Lò Thị Đôi"])
    made = await ask(head, "restriction")
    assert (await step(officer, made, "answer", outcome="granted")).status_code == 200
    assert await exported() == ({other}, [""])
    assert (await step(officer, made, "lifting", reason="Asked for by the person")).status_code == 200
    assert await exported() == ({head, other}, ["Lò Thị Đôi"])


async def test_a_restricted_head_is_in_no_public_posting(registry: Service, book: Book, listed_home: Any) -> None:
    await listed_home()
    _, posting = await up_now(book)
    nobody = await registry.signed_in(None)
    before = (await nobody.get(f"{PUBLIC}/{posting}")).json()
    [row] = await registry.sql(
        "select p.id, p.full_name from review_posting_lines l join review_cases c on c.id = l.case_id"
        " join memberships m on m.household_id = c.household_id and m.relation = 'head' and m.recorded_to is null"
        " join people p on p.id = m.person_id where l.posting_id = $1 limit 1",
        posting,
    )
    assert row["full_name"] in str(before)
    request = new_id()
    await registry.sql(
        "insert into subject_requests (id, code, person_id, kind, asked_by, evidence, received_on, received_by,"
        " acknowledge_by, due_on, state, decided_by, decided_on) values ($1, 'DS-X', $2, 'restriction', 'person', 'x',"
        " current_date, 'x', current_date, current_date + 15, 'granted', 'x', current_date)",
        request,
        row["id"],
    )
    await registry.sql(
        "insert into person_restrictions (id, request_id, person_id) values ($1, $2, $3)", new_id(), request, row["id"]
    )
    after = (await nobody.get(f"{PUBLIC}/{posting}")).json()
    assert str(after).count(row["full_name"]) == str(before).count(row["full_name"]) - 1
