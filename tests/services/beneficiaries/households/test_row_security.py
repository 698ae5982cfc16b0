"""A write that row security refuses is answered like a row that is not there; a right we forgot stays our fault."""

from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from kit.database import Database, RowScope
from kit.problems import NotFound, Unexpected
from kit.problems.responses import problem_of_database
from tests.conftest import Service
from tests.services.beneficiaries.conftest import CHIENG_SUNG, HOUSEHOLDS, MAI_SON, Register, member

OFFICER_ELSEWHERE = RowScope(subject="x", reach="area", area="04108")


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (
            (
                "insert into households (id, code, area_id, village, registered_on, names, version)"
                f" values (gen_random_uuid(), 'HH-X', '{MAI_SON}', 'x', current_date, '', 1)"
            ),
            NotFound,
        ),
        ("delete from households", Unexpected),
    ],
)
async def test_a_row_out_of_scope_is_not_found_and_a_missing_right_is_our_fault(
    registry: Service, statement: str, expected: type[Exception]
) -> None:
    database: Database = registry.app.state.database
    with pytest.raises(DBAPIError) as caught:
        async with database.transaction(OFFICER_ELSEWHERE) as session:
            await session.execute(text(statement))
    assert type(problem_of_database(caught.value, {})) is expected


async def test_a_split_on_a_day_when_the_household_lived_in_anothers_area_is_not_found(
    registry: Service, register: Register, new_key: Callable[[], dict[str, str]]
) -> None:
    admin = await registry.signed_in("district-admin")
    officer_there = await registry.signed_in("commune-officer:04108")
    son = member("Cà Văn Năm", "child", "2004-01-01", sex="male")
    home = await register(MAI_SON, member(), son, registered_on="2025-08-01")
    address = f"{HOUSEHOLDS}/{home['id']}"
    move = {"moved_on": "2026-05-01", "area_id": CHIENG_SUNG, "village": "Bản Cuộm"}
    assert (await admin.post(f"{address}/moves", json=move, headers=new_key())).status_code == 201
    split = {"split_on": "2026-02-01", "members": [{"person_id": home["members"][1]["person_id"], "relation": "head"}]}
    answer = await officer_there.post(f"{address}/splits", json=split, headers=new_key())
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
    assert len(await registry.sql("select 1 from households")) == 1
