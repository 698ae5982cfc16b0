from io import BytesIO
from typing import Any

import asyncpg
import pytest
from pypdf import PdfReader

from tests.conftest import Service
from tests.services.beneficiaries.conftest import CHIENG_SUNG, HOUSEHOLDS
from tests.services.beneficiaries.reviews.conftest import DECISION, REVIEWS, Book, answers
from tests.services.beneficiaries.test_lists import statements

REQUESTS = "/v1/beneficiaries/review-requests"
CERTIFICATES = "/v1/beneficiaries/certificates"


async def status(book: Book, home: dict[str, Any], day: str) -> tuple[str, str | None]:
    found = (await book.officer.get(f"{HOUSEHOLDS}/{home['id']}/poverty-status", params={"as_of": day})).json()
    return found["status"], found["standard"]


async def decide(book: Book, chair: Any, review: str, **change: Any) -> dict[str, Any]:
    return await book.step(review, "decision", DECISION | change, chair)


async def test_a_decision_writes_every_household_from_its_day_on_and_none_before(
    book: Book, chair: Any, registry: Service, listed_home: Any, new_key: Any
) -> None:
    homes = [await listed_home(kind, name) for kind, name in (("poor", "Một"), ("poor", "Hai"), ("near_poor", "Ba"))]
    asks = await listed_home(None, "Bốn")
    asked = {"household_id": asks["id"], "received_on": "2025-09-10", "wish": "Xin rà soát"}
    assert (await book.officer.post(REQUESTS, json=asked, headers=new_key())).status_code == 201
    forms = [answers(), answers(deprived=1), answers(9_000_000), answers(5_000_000)]
    review = await book.posted(forms)
    order = {case["household_id"]: place for place, case in enumerate(await book.cases(review))}
    expected = ["poor", "near_poor", "none", "none"]
    done = await decide(book, chair, review)
    assert (done["certificates"], done["left"] + done["refusals"], done["moved"]) == (2, 2, 0)
    assert (done["standard"], done["valid_from"]) == ("decree-07-2021", "2026-01-01")
    for home, before in zip(homes, ("poor", "poor", "near_poor"), strict=True):
        assert (await status(book, home, "2025-12-31"))[0] == before
        now = expected[order[home["id"]]]
        shown, standard = await status(book, home, "2026-01-01")
        assert (shown, standard) == ("newly_escaped" if now == "none" else now, "decree-07-2021")
    rows = await registry.sql("select type from outbox_events where type = 'poverty_status.decided'")
    assert len(rows) == 3 + 4
    assert (await book.officer.get(f"{REVIEWS}/{review}")).json()["state"] == "decided"
    [request] = await registry.sql("select state from review_requests")
    assert request["state"] == "answered"


async def test_a_refusal_gives_its_reasons_in_writing(book: Book, chair: Any, listed_home: Any, new_key: Any) -> None:
    asks = await listed_home(None, "Bốn")
    asked = {"household_id": asks["id"], "received_on": "2025-09-10", "wish": "Xin rà soát"}
    await book.officer.post(REQUESTS, json=asked, headers=new_key())
    review = await book.posted([answers(5_000_000)])
    [case] = await book.cases(review)
    path = f"{REVIEWS}/{review}/cases/{case['id']}/refusal"
    before = await book.officer.get(path)
    assert (before.status_code, before.json()["code"]) == (404, "no-refusal")
    assert (await decide(book, chair, review))["refusals"] == 1
    refusal = (await book.officer.get(path)).json()
    assert refusal["decision_number"] == "215/QĐ-UBND"
    assert refusal["reasons"][0]["text"]["vi"] == (
        "Thu nhập bình quân 5.000.000 đồng/người/tháng, chuẩn là 1.500.000 đồng: trên chuẩn."
    )
    again = {**asked, "received_on": "2025-12-11"}
    assert (await book.officer.post(REQUESTS, json=again, headers=new_key())).status_code == 201


async def test_a_review_is_decided_once_and_by_somebody_else(
    book: Book, chair: Any, registry: Service, listed_home: Any, new_key: Any
) -> None:
    await listed_home()
    review = await book.posted()
    path = f"{REVIEWS}/{review}/decision"
    assert (await book.officer.post(path, json=DECISION, headers=new_key())).status_code == 403
    both = await registry.signed_in(None)
    scope = "beneficiaries.read beneficiaries.write beneficiaries.approve"
    token = registry.token("commune-officer:04105", scope=scope)
    both.headers["Authorization"] = f"Bearer {token}"
    answer = await both.post(path, json=DECISION, headers=new_key())
    assert (answer.status_code, answer.json()["code"]) == (409, "two-people-needed")
    with pytest.raises(asyncpg.CheckViolationError, match="two_people"):
        await registry.sql(
            "update review_campaigns set state = 'decided', decided_by = opened_by, decided_at = now(),"
            " decided_on = '2025-12-10', decision_number = 'x', valid_from = '2026-01-01'"
        )
    await decide(book, chair, review)
    again = await chair.post(path, json=DECISION, headers=new_key())
    assert (again.status_code, again.json()["code"]) == (409, "review-is-decided")


@pytest.mark.parametrize(
    ("change", "code"),
    [({"decided_on": "2025-11-04"}, "dates-disagree"), ({"decided_on": "2199-01-01"}, "dates-disagree")],
)
async def test_a_decision_comes_after_the_posting_and_not_before_its_day(
    book: Book, chair: Any, registry: Service, listed_home: Any, new_key: Any, change: dict[str, str], code: str
) -> None:
    await listed_home()
    review = await book.posted()
    before = await registry.sql("select * from poverty_statuses")
    answer = await chair.post(f"{REVIEWS}/{review}/decision", json=DECISION | change, headers=new_key())
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert await registry.sql("select * from poverty_statuses") == before


async def test_a_certificate_can_be_checked_by_anybody_and_tells_nothing_of_the_household(
    book: Book, chair: Any, registry: Service, listed_home: Any, new_key: Any
) -> None:
    home = await listed_home()
    review = await book.posted()
    await decide(book, chair, review)
    [held] = (await book.officer.get(f"{REVIEWS}/{review}/certificates")).json()["items"]
    public = await registry.signed_in(None)
    typed = held["code"].lower().replace("-", "-", 1)
    found = (await public.get(f"{CERTIFICATES}/{typed}")).json()
    assert found == {"code": held["code"], "state": "valid", "commune": "Xã Mai Sơn", "year": 2025}
    wrong = held["code"][:-1] + ("0" if held["code"][-1] != "0" else "1")
    for code in (wrong, "PC-0000000000", "x", "DN-7K3QX2M9AC"):
        answer = await public.get(f"{CERTIFICATES}/{code}")
        assert (answer.status_code, answer.json()["code"]) == (404, "certificate-not-found")
    # Somebody finds out that the household is not poor: the certificate says so by itself.
    body = {"status": "none", "valid_from": "2026-01-01", "decision_number": "9/QĐ-UBND"}
    await book.officer.post(f"{HOUSEHOLDS}/{home['id']}/poverty-statuses", json=body, headers=new_key())
    assert (await public.get(f"{CERTIFICATES}/{held['code']}")).json()["state"] == "void"


async def test_a_certificate_is_printed_with_vietnamese_letters_and_its_code(
    book: Book, chair: Any, listed_home: Any, new_key: Any
) -> None:
    await listed_home("poor", "Lường Thị Ngoãn")
    review = await book.posted()
    [case] = await book.cases(review)
    path = f"{REVIEWS}/{review}/cases/{case['id']}/certificate"
    assert (await chair.get(path)).json()["code"] == "certificate-not-found"
    await decide(book, chair, review)
    answer = await book.officer.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    [page] = PdfReader(BytesIO(answer.content)).pages
    printed = page.extract_text()
    [held] = (await book.officer.get(f"{REVIEWS}/{review}/certificates")).json()["items"]
    for words in ("Lường Thị Ngoãn", "GIẤY CHỨNG NHẬN HỘ NGHÈO", "Bản Mé, Xã Mai Sơn", "215/QĐ-UBND", held["code"]):
        assert words in printed
    assert (await book.officer.get(path)).content == answer.content
    body = {"void_on": "2025-12-11", "because": "Cấp nhầm hộ"}
    await chair.post(f"{CERTIFICATES}/{held['code']}/voiding", json=body, headers=new_key())
    assert (await book.officer.get(path)).json()["code"] == "certificate-is-void"


async def test_a_certificate_is_voided_by_the_chairperson_for_a_reason(
    book: Book, chair: Any, registry: Service, listed_home: Any, new_key: Any
) -> None:
    await listed_home()
    review = await book.posted()
    await decide(book, chair, review)
    [held] = (await book.officer.get(f"{REVIEWS}/{review}/certificates")).json()["items"]
    path, body = f"{CERTIFICATES}/{held['code']}/voiding", {"void_on": "2025-12-11", "because": "Cấp nhầm hộ"}
    assert (await book.officer.post(path, json=body, headers=new_key())).status_code == 403
    other = await registry.signed_in("commune-chair:04108")
    assert (await other.post(path, json=body, headers=new_key())).json()["code"] == "certificate-not-found"
    assert (await chair.post(path, json=body, headers=new_key())).json()["void_on"] == "2025-12-11"
    again = await chair.post(path, json=body, headers=new_key())
    assert (again.status_code, again.json()["code"]) == (409, "certificate-is-void")
    public = await registry.signed_in(None)
    assert (await public.get(f"{CERTIFICATES}/{held['code']}")).json()["state"] == "void"
    [row] = await registry.sql("select reason from audit_log where action = 'certificate.voided'")
    assert row["reason"] == "Cấp nhầm hộ"


async def test_nothing_is_decided_of_who_moved_away_or_is_no_household_any_more(
    book: Book, chair: Any, registry: Service, listed_home: Any, admin: Any
) -> None:
    homes = [await listed_home("poor", name) for name in ("Một", "Hai", "Ba")]
    review = await book.posted()
    await registry.sql("update households set area_id = $2 where id = $1", homes[0]["id"], CHIENG_SUNG)
    await registry.sql("update households set dissolved_on = '2025-12-01' where id = $1", homes[1]["id"])
    done = await decide(book, chair, review)
    assert (done["certificates"], done["moved"]) == (1, 2)
    for home, number in zip(homes, ("1/QĐ-UBND", "1/QĐ-UBND", "215/QĐ-UBND"), strict=True):
        known = (await admin.get(f"{HOUSEHOLDS}/{home['id']}/poverty-statuses")).json()["decisions"]
        assert known[-1]["decision_number"] == number


async def test_a_decision_takes_as_many_statements_for_many_households_as_for_one(
    book: Book, chair: Any, registry: Service, listed_home: Any
) -> None:
    async def run(year: int) -> int:
        review = await book.open(year=year, list_on="2025-09-01")
        await book.step(review, "list")
        for case in await book.cases(review):
            await book.score(review, case)
        await book.step(review, "classification")
        await book.met(review)
        await book.step(review, "postings", {"posted_from": "2025-11-03", "place": "x"})
        with statements(registry) as seen:
            await decide(book, chair, review, decision_number=f"{year}/QĐ", valid_from="2026-01-01")
        return len(seen)

    await listed_home()
    one = await run(2024)
    for _ in range(8):
        await listed_home()
    assert await run(2025) == one
    assert len(await registry.sql("select 1 from poverty_certificates")) == 1 + 9
