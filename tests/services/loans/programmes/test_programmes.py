import csv
from typing import Any

from services.loans.programmes.models import programme_id
from services.loans.schedules.interest import Rate

RATE = {"annual_rate": "6.8", "valid_from": "2030-01-01", "decision": "Decision 1/2030"}


async def test_anybody_reads_the_rates_since_they_are_law(bank: Any) -> None:
    answer = await bank.get("/programmes", None)
    assert answer.status_code == 200
    found = {item["code"]: item for item in answer.json()["items"]}
    assert len(found) == 13
    assert found["poor"]["terms"]["annual_rate"] == "6.6"
    assert found["near-poor"]["terms"]["annual_rate"] == "7.92"
    assert (
        found["newly-escaped"]["terms"] | {"annual_rate": "8.25", "max_term_months": 60}
        == (found["newly-escaped"]["terms"])
    )
    assert found["work-abroad"]["terms"] is None


async def test_every_programme_says_what_the_reference_table_says(bank: Any, root: Any) -> None:
    file = root / "services/loans/programmes/reference/vbsp_programmes.csv"
    rows = list(csv.DictReader(file.read_text("utf-8").splitlines()))
    found = (await bank.get("/programmes", None, as_of="2026-06-01")).json()["items"]
    by_name = {item["name"]["vi"]: item for item in found}
    assert set(by_name) == {row["programme"] for row in rows}
    for row in rows:
        item = by_name[row["programme"]]
        assert item["official_code"] == (row["vbsp_code"] or None)
        assert (item["verified"], item["source"]) == (row["verified"], row["source"])
        assert item["beneficiary"] == row["beneficiary"]
        if row["max_amount_vnd"].isdigit():
            assert item["terms"]["max_amount"]["amount"] == int(row["max_amount_vnd"])
        if item["terms"]:
            assert str(item["terms"]["annual_rate"]) in row["rate_pct_per_year"].replace(".0", "")


async def test_a_rate_is_not_in_force_before_its_first_day(bank: Any) -> None:
    one = f"/programmes/{programme_id('job-creation')}"
    assert (await bank.get(one, None, as_of="2025-12-31")).json()["terms"] is None
    assert (await bank.get(one, None, as_of="2026-01-01")).json()["terms"]["annual_rate"] == "8.382"


async def test_a_new_rate_begins_on_its_day_and_the_history_stays(bank: Any) -> None:
    one = f"/programmes/{programme_id('poor')}"
    answer = await bank.post(f"{one}/rates", RATE, "district-admin")
    assert answer.status_code == 201, answer.text
    assert answer.json()["terms"]["annual_rate"] == "6.6"
    assert answer.json()["terms"]["valid_to"] == "2030-01-01"
    later = (await bank.get(one, None, as_of="2030-01-01")).json()
    assert later["terms"]["annual_rate"] == "6.8"
    assert later["terms"]["max_amount"]["amount"] == 100_000_000
    replaced = [terms for terms in later["history"] if terms["recorded_to"] is not None]
    assert [(terms["annual_rate"], terms["valid_to"]) for terms in replaced] == [("6.6", None)]
    assert len(later["history"]) == 3


async def test_a_rate_does_not_begin_before_the_one_in_force(bank: Any) -> None:
    body = RATE | {"valid_from": "2021-01-01"}
    answer = await bank.post(f"/programmes/{programme_id('poor')}/rates", body, "district-admin")
    assert (answer.status_code, answer.json()["code"]) == (409, "rate-not-later")


async def test_only_the_administrator_sets_rates(bank: Any) -> None:
    path = f"/programmes/{programme_id('poor')}/rates"
    for login in ("credit-officer", "auditor", "commune-officer:04105", "partner-bank:vbsp"):
        assert (await bank.post(path, RATE, login)).status_code == 403
    assert (await bank.post(path, RATE, None)).status_code == 401


async def test_an_unknown_programme_is_not_found(bank: Any) -> None:
    missing = f"/programmes/{programme_id('no such')}"
    assert (await bank.get(missing, None)).json()["code"] == "programme-not-found"
    assert (await bank.post(f"{missing}/rates", RATE, "district-admin")).status_code == 404


async def test_the_database_lets_no_two_rates_hold_on_one_day(bank: Any) -> None:
    rows = await bank.service.sql(
        "select conname from pg_constraint where conname = 'ex_programme_terms_overlap' and contype = 'x'"
    )
    assert len(rows) == 1
    assert Rate.parse("6.6").millionths == 6_600_000


async def test_the_list_is_paged_with_a_fixed_number_of_rows(bank: Any) -> None:
    first = (await bank.get("/programmes", None, limit=5)).json()
    second = (await bank.get("/programmes", None, limit=200, cursor=first["next"])).json()
    codes = [item["code"] for item in first["items"] + second["items"]]
    assert codes == sorted(codes)
    assert len(set(codes)) == 13
    assert second["next"] is None
