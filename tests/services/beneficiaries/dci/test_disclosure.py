"""Who is told what: attributes, consent, counts, scope, quota; and that each disclosure is written down."""

import json
from typing import Any

import httpx2

from tests.conftest import Service
from tests.services.beneficiaries.conftest import MAI_SON, Register, member
from tests.services.beneficiaries.dci.conftest import (
    CONSENTS,
    DCI,
    PARTNERS,
    Key,
    Recorded,
    codes,
    compared,
    envelope,
    expression,
    found,
    predicate,
    search,
    sought,
    uin,
)

Homes = list[dict[str, Any]]
CHARITY = "charity.example"
EVERYBODY = {"poverty_score": {"$ge": 1}}


async def agree(admin: httpx2.AsyncClient, new_key: Key, person: str, **more: Any) -> dict[str, Any]:
    body = {"person_id": person, "given_by": "person", "evidence": "Form 1", **more}
    answer = await admin.post(CONSENTS, json=body, headers=new_key())
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def test_a_partner_that_needs_consent_sees_nobody_who_did_not_agree(
    charity: httpx2.AsyncClient, homes: Homes
) -> None:
    for asked in (uin("014184000123"), expression(EVERYBODY), expression(EVERYBODY, response_entity="Member")):
        [answer] = await sought(charity, asked, sender_id=CHARITY)
        assert (answer["data"]["reg_records"], answer["pagination"]["total_count"]) == ([], 0)


async def test_people_are_given_once_they_agree_and_households_once_all_of_them_did(
    charity: httpx2.AsyncClient, homes: Homes, admin: httpx2.AsyncClient, new_key: Key
) -> None:
    head, child = (person["person_id"] for person in homes[0]["members"])
    await agree(admin, new_key, head)
    members = expression(EVERYBODY, response_entity="Member")
    assert len(await found(charity, members, sender_id=CHARITY)) == 1
    assert await found(charity, uin("014184000123"), sender_id=CHARITY) == []
    await agree(admin, new_key, child, given_by="representative")
    [record] = await found(charity, uin("014184000123"), sender_id=CHARITY)
    assert codes(record) == homes[0]["code"]
    [answer] = await sought(charity, expression(EVERYBODY), sender_id=CHARITY)
    assert answer["pagination"]["total_count"] == 1


async def test_a_withdrawn_consent_ends_at_once_and_may_be_given_again(
    charity: httpx2.AsyncClient, homes: Homes, admin: httpx2.AsyncClient, new_key: Key
) -> None:
    alone = homes[1]["members"][0]["person_id"]
    consent = await agree(admin, new_key, alone)
    asked = expression({"group_size": 1})
    assert len(await found(charity, asked, sender_id=CHARITY)) == 1
    withdrawal = f"{CONSENTS}/{consent['id']}/withdrawal"
    answer = await admin.post(withdrawal, json={}, headers=new_key())
    assert answer.status_code == 200, answer.text
    assert await found(charity, asked, sender_id=CHARITY) == []
    again = await admin.post(withdrawal, json={}, headers=new_key())
    assert (again.status_code, again.json()["code"]) == (409, "consent-withdrawn")
    await agree(admin, new_key, alone)
    assert len(await found(charity, asked, sender_id=CHARITY)) == 1


async def test_a_child_does_not_agree_for_itself_and_nobody_agrees_twice(
    homes: Homes, admin: httpx2.AsyncClient, new_key: Key
) -> None:
    head, child = (person["person_id"] for person in homes[0]["members"])
    body = {"person_id": child, "given_by": "person", "evidence": "Form 1"}
    answer = await admin.post(CONSENTS, json=body, headers=new_key())
    assert (answer.status_code, answer.json()["code"]) == (422, "consent-needs-representative")
    await agree(admin, new_key, head)
    twice = await admin.post(CONSENTS, json=body | {"person_id": head}, headers=new_key())
    assert (twice.status_code, twice.json()["code"]) == (409, "consent-already-recorded")


async def test_another_communes_officer_neither_records_nor_sees_a_consent(
    registry: Service, homes: Homes, admin: httpx2.AsyncClient, new_key: Key
) -> None:
    stranger = await registry.signed_in("commune-officer:04108")
    officer = await registry.signed_in("commune-officer:04105")
    person = homes[1]["members"][0]["person_id"]
    body = {"person_id": person, "given_by": "person", "evidence": "Form 1"}
    refused = await stranger.post(CONSENTS, json=body, headers=new_key())
    assert (refused.status_code, refused.json()["code"]) == (404, "person-not-found")
    consent = await agree(officer, new_key, person)
    assert (await stranger.get(CONSENTS, params={"person_id": person})).json()["items"] == []
    assert len((await officer.get(CONSENTS, params={"person_id": person})).json()["items"]) == 1
    gone = await stranger.post(f"{CONSENTS}/{consent['id']}/withdrawal", json={}, headers=new_key())
    assert (gone.status_code, gone.json()["code"]) == (404, "consent-not-found")


async def test_a_partner_is_given_what_is_recorded_and_may_ask_about_nothing_else(
    registry: Service, record_partner: Recorded, homes: Homes
) -> None:
    await record_partner(attributes=["poverty_score", "member_list", "name"])
    client = await registry.signed_in("social-registry:moh")
    [record] = await found(client, uin("014184000123"))
    assert set(record) == {
        "@context",
        "@id",
        "@type",
        "group_identifier",
        "group_type",
        "poverty_score",
        "poverty_score_type",
        "member_list",
    }
    about = record["member_list"][0]["demographic_info"]
    assert set(about) == {"@type", "identifier", "name"}
    assert [each["identifier_type"] for each in about["identifier"]] == ["PERSON_ID"]
    for query in ({"age": {"$lt": 18}}, {"sex": "female"}, {"group_size": 1}, {"location": "04105"}):
        [refused] = await sought(client, expression(query))
        assert refused["status_reason_code"] == "rjct.filter.invalid"
        assert not {"data", "pagination"} & refused.keys()
    [unsorted] = await sought(client, expression(EVERYBODY, sort=[{"attribute_name": "group_size"}]))
    assert unsorted["status_reason_code"] == "rjct.sort.invalid"


SENSITIVE = (
    "ethnicity",
    "is_disabled",
    "disability",
    "phone",
    "mobile",
    "address",
    "marital_status",
    "full_name",
    "identity_sealed",
    "h.area_id",
    "1=1; drop table people",
    "",
)


async def test_what_is_sensitive_or_unknown_cannot_be_counted(moh: httpx2.AsyncClient, homes: Homes) -> None:
    for name in SENSITIVE:
        for asked in (
            expression({name: {"$eq": "03"}}),
            expression({"$or": [{name: "03"}, {"group_size": {"$ge": 1}}]}),
            predicate({"expression1": compared(name, "eq", "03")}),
            expression(EVERYBODY, sort=[{"attribute_name": name}]),
        ):
            [answer] = await sought(moh, asked)
            assert answer["status"] == "rjct"
            assert answer["status_reason_code"] in {"rjct.filter.invalid", "rjct.sort.invalid"}
            assert not {"data", "pagination"} & answer.keys()


async def test_an_identity_number_is_asked_for_and_never_closed_in_on(moh: httpx2.AsyncClient, homes: Homes) -> None:
    for operator in ("$lt", "$gt", "$le", "$ge"):
        [answer] = await sought(moh, expression({"UIN": {operator: "014184000123"}}))
        assert answer["status_reason_code"] == "rjct.filter.invalid"
    [unsorted] = await sought(moh, expression(EVERYBODY, sort=[{"attribute_name": "UIN"}]))
    assert unsorted["status_reason_code"] == "rjct.sort.invalid"


async def test_every_disclosure_is_written_down_with_whom_and_without_the_question(
    registry: Service, moh: httpx2.AsyncClient, homes: Homes
) -> None:
    await found(moh, uin("014184000123"))
    await sought(moh, expression({"ethnicity": "03"}))
    [row] = await registry.sql("select actor, subject_type, change from audit_log where action = 'dci.disclosed'")
    change = json.loads(row["change"])
    assert (row["actor"], row["subject_type"]) == ("social-registry:moh", "dci_partner")
    assert (change["query_type"], change["entity"], change["basis"]) == ("idtype-value", "Group", "statutory")
    assert (change["matched"], change["given"]) == (1, [homes[0]["id"]])
    assert "014184000123" not in row["change"]


async def test_a_partner_sends_no_more_messages_a_day_than_agreed(
    registry: Service, record_partner: Recorded, homes: Homes
) -> None:
    await record_partner(messages_per_day=2)
    client = await registry.signed_in("social-registry:moh")
    for _ in range(2):
        await found(client, uin("014184000123"))
    answer = await client.post(f"{DCI}/sync/search", json=search(uin("014184000123")))
    assert answer.status_code == 429
    assert answer.json()["errors"][0]["code"] == "err.request.too_many_requests"


async def test_a_suspended_partner_is_told_so_and_given_nothing(
    moh: httpx2.AsyncClient, homes: Homes, admin: httpx2.AsyncClient
) -> None:
    [recorded] = (await admin.get(PARTNERS)).json()["items"]
    change = {"state": "suspended"}
    answer = await admin.patch(f"{PARTNERS}/{recorded['id']}", json=change, headers={"If-Match": '"1"'})
    assert answer.status_code == 200, answer.text
    refused = await moh.post(f"{DCI}/sync/search", json=search(uin("014184000123")))
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (403, "err.request.forbidden")


async def test_a_partner_speaks_under_its_own_name_only(
    registry: Service, moh: httpx2.AsyncClient, charity: httpx2.AsyncClient, homes: Homes
) -> None:
    unknown = await registry.signed_in("social-registry:nobody")
    for client, sender in ((moh, CHARITY), (charity, "spmis.moh.example"), (unknown, CHARITY), (moh, "x")):
        answer = await client.post(f"{DCI}/sync/search", json=search(uin("014184000123"), sender_id=sender))
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "err.sender_id.invalid")


async def test_the_exchange_reaches_no_other_address_and_nobody_else_reaches_it(
    registry: Service, moh: httpx2.AsyncClient, admin: httpx2.AsyncClient, homes: Homes
) -> None:
    for address in ("households", f"households/{homes[0]['id']}", "exchange-partners", "exchange-consents"):
        assert (await moh.get(f"/v1/beneficiaries/{address}")).status_code == 403
    answer = await admin.post(f"{DCI}/sync/search", json=search(uin("014184000123")))
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (403, "err.request.forbidden")


async def test_a_partner_is_told_nothing_of_what_another_asked(
    moh: httpx2.AsyncClient, charity: httpx2.AsyncClient, homes: Homes
) -> None:
    asked = search(uin("014184000123"))
    done = (await moh.post(f"{DCI}/sync/search", json=asked)).json()["message"]
    for kind, value in (
        ("transaction_id", done["transaction_id"]),
        ("correlation_id", done["correlation_id"]),
        ("reference_id_list", [done["search_response"][0]["reference_id"]]),
    ):
        question = {"reference_id": "r", "txn_type": "search", "attribute_type": kind, "attribute_value": value}
        message = {"transaction_id": "tx-q", "txnstatus_request": question}
        mine = (await moh.post(f"{DCI}/sync/txn/status", json=envelope("txn-status", message))).json()
        assert (mine["header"]["action"], mine["header"]["status"]) == ("txn-on-status", "succ")
        [line] = mine["message"]["txnstatus_response"]["txn_status"]["search_response"]
        assert (line["status"], "data" in line) == ("succ", False)
        other = envelope("txn-status", message, sender_id=CHARITY)
        theirs = (await charity.post(f"{DCI}/sync/txn/status", json=other)).json()
        assert theirs["header"]["status"] == "rjct"
        assert theirs["message"]["txnstatus_response"]["txn_status"]["search_response"] == []


async def test_more_records_than_agreed_are_refused_unless_pages_are_asked_for(
    registry: Service, record_partner: Recorded, register: Register
) -> None:
    await record_partner(most_records=2)
    client = await registry.signed_in("social-registry:moh")
    for name in ("Một", "Hai", "Ba"):
        await register(MAI_SON, member(f"Lò {name}"))
    [answer] = await sought(client, expression(EVERYBODY))
    assert answer["status_reason_code"] == "rjct.search.too_many_records_found"
    assert not {"data", "pagination"} & answer.keys()
    assert len(await found(client, expression(EVERYBODY, pagination={"page_size": 2}))) == 2
    [large] = await sought(client, expression(EVERYBODY, pagination={"page_size": 3}))
    assert large["status_reason_code"] == "rjct.pagination.invalid"
