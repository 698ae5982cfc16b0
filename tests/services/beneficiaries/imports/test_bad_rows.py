"""What is wrong with a row is told by row, column and reason, whatever kind of table it stands in."""

import httpx2
import pytest

from tests.conftest import Service
from tests.services.beneficiaries.imports.conftest import Sent, as_csv, as_workbook, child, mistakes, person

TAKEN = "014184000123"
WIFE = person(name="Vì Thị Hai", relation="spouse", birth_date="1990")
BAD: dict[str, tuple[list[dict[str, str]], list[tuple[int, str | None, str]]]] = {
    "a child older than its mother": (
        [person(), child(birth_date="1980")],
        [(3, "birth_date", "generations-disagree")],
    ),
    "two heads": ([person(), child(relation="head")], [(3, "relation", "not-one-head")]),
    "no head": ([child()], [(2, "relation", "not-one-head")]),
    "born after joining": ([person(), child(birth_date="2026-02-01")], [(3, "birth_date", "dates-disagree")]),
    "a day to come": ([person(registered_on="2199-01-01")], [(2, "registered_on", "dates-disagree")]),
    "no such day": ([person(registered_on="31/02/2026")], [(2, "registered_on", "date_from_datetime_parsing")]),
    "another commune": ([person(area_code="04108")], [(2, "area_code", "area-unknown")]),
    "no such commune": ([person(area_code="99999")], [(2, "area_code", "area-unknown")]),
    "a unit of another time": (
        [person(area_code="04138", registered_on="2026-01-15")],
        [(2, "area_code", "area-unknown")],
    ),
    "no such ethnic group": ([person(ethnicity="Mường Thanh")], [(2, "ethnicity", "string_pattern_mismatch")]),
    "a number with letters": (
        [person(identity_number="01418400012X")],
        [(2, "identity_number", "string_pattern_mismatch")],
    ),
    "a number twice in a household": (
        [person(identity_number=TAKEN), child(identity_number=TAKEN)],
        [(3, "identity_number", "number-repeated")],
    ),
    "a number in two households": (
        [person(identity_number=TAKEN), person("2", identity_number=TAKEN)],
        [(2, "identity_number", "in-two-households"), (3, "identity_number", "in-two-households")],
    ),
    "rows of a household apart": (
        [person(), person("2", "Vì Thị Hai"), child()],
        [
            (2, "household", "household-scattered"),
            (4, "household", "household-scattered"),
            (4, "relation", "not-one-head"),
        ],
    ),
    "two places of one household": ([person(), child(village="Bản Khác")], [(3, "village", "household-rows-differ")]),
    "no household": ([person("")], [(2, "household", "missing")]),
    "NUL": ([person(village="Bản\0Mé")], [(2, "village", "nul-cell")]),
    "a cell too long": ([person(full_name="Lò" * 3000)], [(2, "full_name", "cell-too-long")]),
    "a hidden character": ([person(full_name="Lò\u200bThị")], [(2, "full_name", "string_pattern_mismatch")]),
    "a child older than its mother, who is not the head": (
        [person(sex="male"), WIFE, child(birth_date="1985", mother=WIFE["full_name"])],
        [(4, "mother", "parent-too-young")],
    ),
    "a father who is a woman": ([person(), child(father="lò thị đôi")], [(3, "father", "parent-sex-disagrees")]),
    "a mother of no row here": ([person(), child(mother="Vì Thị Hai")], [(3, "mother", "parent-unclear")]),
    "two of the mother's name": (
        [person(), person(relation="sibling"), child(mother="Lò Thị Đôi")],
        [(4, "mother", "parent-unclear")],
    ),
    "an ambiguous relation": ([person(), child(relation="cháu")], [(3, "relation", "literal_error")]),
}


# XML cannot hold NUL at all; a part that does is no workbook.
@pytest.mark.parametrize(
    ("what", "kind"), [(what, kind) for what in BAD for kind in ("csv", "xlsx") if (what, kind) != ("NUL", "xlsx")]
)
async def test_bad_rows_name_row_column_and_reason(
    registry: Service, officer: httpx2.AsyncClient, sent: Sent, what: str, kind: str
) -> None:
    rows, expected = BAD[what]
    found = await sent(as_csv(rows) if kind == "csv" else as_workbook(("Hộ", rows)))
    assert sorted(await mistakes(officer, found), key=str) == sorted(expected, key=str)
    kept = found["households"]["accepted"]
    [written] = await registry.sql("select count(*) as households from households")
    assert written["households"] == kept
    assert kept == (1 if what == "rows of a household apart" else 0)
    assert found["rows"]["read"] == len(rows) == found["rows"]["accepted"] + found["rows"]["refused"]
