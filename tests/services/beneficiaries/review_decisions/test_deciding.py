"""The decision on many households is the decision on each: random histories, one statement against the noun."""

from datetime import UTC, date, datetime, timedelta
from itertools import zip_longest
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from kit.database import Database, RowScope
from kit.values.ids import new_id
from services.beneficiaries.errors import DecisionAlreadyRecorded
from services.beneficiaries.poverty.models import StatusRow, decide
from services.beneficiaries.review_decisions import deciding
from tests.conftest import Service
from tests.services.beneficiaries.conftest import MAI_SON

DAY = date(2026, 1, 1)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
classes = st.sampled_from(["poor", "near_poor", "none"])
days = st.integers(-3, 3).map(lambda number: DAY + timedelta(days=number))


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[str, date, date | None, str]]:
    """What is known of one household: status, first day, first day no more, decision; never overlapping."""
    edges = sorted(draw(st.sets(days, max_size=5)))
    rows = []
    for first, following in zip_longest(edges, edges[1:]):
        if draw(st.booleans()):
            rows.append((draw(classes), first, following, draw(st.sampled_from(["R", "x"]))))
    return rows


def known(home: UUID, history: list[tuple[str, date, date | None, str]]) -> list[StatusRow]:
    return [
        StatusRow(
            id=new_id(), household_id=home, status=status, valid_from=first, valid_to=last, standard="decree-07-2021",
            decision_number=number, decided_by="x", recorded_from=LONG_AGO,
        )
        for status, first, last, number in history
    ]  # fmt: skip


def after(rows: list[StatusRow], decided: StatusRow) -> set[tuple[Any, ...]]:
    """Return what the noun leaves as known."""
    try:
        change = decide(rows, decided)
    except DecisionAlreadyRecorded:
        return {(row.status, row.valid_from, row.valid_to, row.decision_number) for row in rows}
    left = [row for row in rows if row is not change.superseded]
    return {(row.status, row.valid_from, row.valid_to, row.decision_number) for row in [*left, *change.made]}


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(homes=st.lists(st.tuples(histories(), classes), min_size=1, max_size=8))
async def test_many_households_are_decided_as_each_would_be(registry: Service, homes: list[Any]) -> None:
    database: Database = registry.app.state.database
    expected: dict[UUID, set[tuple[Any, ...]]] = {}
    async with database.transaction(RowScope.everything("test")) as session:
        review = await written(session)
        for history, judged in homes:
            home = await household(session, review, judged)
            rows = known(home, history)
            session.add_all(rows)
            await session.flush()
            for row in rows:
                session.expunge(row)
            expected[home] = after(rows, known(home, [(judged, DAY, None, "R")])[0])
        moment = await deciding.lock(session, review)
        facts = {"day": DAY, "standard": "decree-07-2021", "number": "R", "by": "x", "moment": moment}
        await deciding.write(session, review, facts)
        found: dict[UUID, set[tuple[Any, ...]]] = {home: set() for home in expected}
        rows_now = await session.execute(text("select * from poverty_statuses where recorded_to is null"))
        for row in rows_now:
            found.setdefault(row.household_id, set()).add(
                (row.status, row.valid_from, row.valid_to, row.decision_number)
            )
        await session.rollback()
    assert found == expected


async def written(session: Any) -> UUID:
    review = new_id()
    await session.execute(
        text(
            "insert into review_campaigns (id, code, area_id, kind, year, month, urban, standard, rules_id, terms_id,"
            " list_on, opens_on, due_on, state, opened_by, prepared_by, version)"
            " select :id, 'RV-x', :area, 'yearly', 2025, 0, false, u.standard, u.id, t.id, '2025-09-01', '2025-09-01',"
            " '2025-12-14', 'listed', 'x', '{x}', 1 from review_terms t, poverty_rules u"
            " where t.kind = 'yearly' and u.standard = 'decree-07-2021'"
        ),
        {"id": review, "area": MAI_SON},
    )
    return review


async def household(session: Any, review: UUID, judged: str) -> UUID:
    home = new_id()
    row = {"home": home, "review": review, "class": judged, "area": MAI_SON}
    await session.execute(
        text(
            "insert into households (id, code, area_id, village, registered_on, names, version)"
            " values (:home, gen_random_uuid()::text, :area, 'x', '2025-08-01', '', 1)"
        ),
        row,
    )
    await session.execute(
        text(
            "insert into review_cases (id, campaign_id, household_id, origin, village, status_before, state, class,"
            " low_income, deprivations) values (gen_random_uuid(), :review, :home, 'list', 'x', 'poor', 'agreed', :class,"
            " true, 3)"
        ),
        row,
    )
    return home
