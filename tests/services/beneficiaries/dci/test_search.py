"""Searches answered at once: three types of queries, order, pages, and what a record holds."""

from typing import Any

import httpx2

from tests.conftest import Service
from tests.services.beneficiaries.conftest import MAI_SON, Register, member
from tests.services.beneficiaries.dci.conftest import (
    DCI,
    SENDER,
    codes,
    compared,
    expression,
    found,
    predicate,
    search,
    sought,
    uin,
)
from tests.services.beneficiaries.test_lists import statements

Homes = list[dict[str, Any]]


async def test_a_number_finds_the_household_of_its_person(moh: httpx2.AsyncClient, homes: Homes) -> None:
    [record] = await found(moh, uin("014184000123"))
    assert codes(record) == homes[0]["code"]
    assert record["@type"] == "spdci:Group"
    assert record["group_size"] == 2
    assert record["poverty_score"] == 1
    assert record["place"]["area_code"] == "04105"
    head, child = record["member_list"]
    assert record["group_head_info"] == head
    assert head["member_identifier"][1] == {
        "@type": "Identifier",
        "identifier_type": "UIN",
        "identifier_value": "014184000123",
    }
    assert head["demographic_info"]["name"] == {"@type": "Name", "surname": "Lò", "given_name": "Thị Đôi"}
    assert (head["demographic_info"]["sex"], head["demographic_info"]["birth_date"]) == ("female", "1984-03-02")
    assert child["relationship_to_head"] == "child"
    assert not {"ethnicity", "phone", "03"} & set(str(record).split("'"))


async def test_a_number_finds_its_person_where_members_are_asked_for(moh: httpx2.AsyncClient, homes: Homes) -> None:
    [record] = await found(moh, uin("014184000123", response_entity="Member"))
    assert record["@type"] == "spdci:Member"
    assert record["group_identifier"][0]["identifier_value"] == homes[0]["code"]


async def test_the_code_of_a_household_finds_it_and_an_unknown_number_finds_nobody(
    moh: httpx2.AsyncClient, homes: Homes
) -> None:
    by_code = {"query_type": "idtype-value", "query": {"type": "HOUSEHOLD_ID", "value": homes[1]["code"]}}
    assert [codes(record) for record in await found(moh, by_code)] == [homes[1]["code"]]
    [none] = await sought(moh, uin("TEST-001"))
    assert (none["status"], none["data"]["reg_records"], none["pagination"]["total_count"]) == ("succ", [], 0)


async def test_the_answer_stands_in_the_envelope_of_the_standard(moh: httpx2.AsyncClient, homes: Homes) -> None:
    asked = search(uin("014184000123"), uin("TEST-001"))
    asked["message"]["search_request"][0]["locale"] = "vie"
    answer = await moh.post(f"{DCI}/sync/search", json=asked)
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    told = answer.json()
    assert set(told) == {"signature", "header", "message"}
    assert told["header"] | {"message_id": "", "message_ts": ""} == {
        "version": "1.0.0",
        "message_id": "",
        "message_ts": "",
        "action": "on-search",
        "status": "succ",
        "total_count": 2,
        "completed_count": 2,
        "sender_id": "registry.forthepoor",
        "receiver_id": SENDER,
        "is_msg_encrypted": False,
    }
    message = told["message"]
    assert message["transaction_id"] == asked["message"]["transaction_id"]
    assert 0 < len(message["correlation_id"]) <= 99
    first, second = message["search_response"]
    assert [first["reference_id"], second["reference_id"]] == [
        each["reference_id"] for each in asked["message"]["search_request"]
    ]
    assert (first["locale"], "locale" in second) == ("vie", False)
    assert first["data"]["version"] == "1.0.0"
    assert (first["data"]["reg_type"], first["data"]["reg_record_type"]) == ("ns:org:RegistryType:Social", "Group")
    assert first["pagination"] == {"page_size": 500, "page_number": 1, "total_count": 1}


EXPRESSIONS: list[tuple[dict[str, Any], list[int]]] = [
    ({"poverty_score": {"$lt": 5}}, [0, 1, 2]),
    ({"poverty_score": {"$eq": 1}}, [0]),
    ({"poverty_score": 2}, [1]),
    ({"poverty_score": {"$in": [1, 2]}}, [0, 1]),
    ({"poverty_score": {"$gt": 1, "$lt": 4}}, [1]),
    ({"$and": [{"poverty_score": {"$le": 2}}, {"group_size": {"$ge": 2}}]}, [0]),
    ({"$or": [{"group_size": {"$eq": 1}}, {"poverty_score": {"$eq": 4}}]}, [1, 2]),
    ({"$not": {"group_size": {"$eq": 2}}}, [1]),
    ({"location": {"$eq": "04105"}, "group_size": 1}, [1]),
    ({"location": {"$eq": "central_region"}}, []),
    ({"location": {"$in": ["04105", "04108"]}}, [0, 1, 2]),
    ({"village": "Bản Nà Hạ"}, [1]),
    ({"sex": "male", "age": {"$lt": 18}}, [0]),
    ({"$and": [{"sex": "female"}, {"age": {"$lt": 18}}]}, []),
    ({"birth_date": {"$lt": "1960-01-01"}}, [2]),
    ({"registration_date": {"$ge": "2020-01-01"}}, [0, 1, 2]),
    ({"uin": {"$in": ["014184000123"]}}, [0]),
]


async def test_an_expression_finds_what_it_says(moh: httpx2.AsyncClient, homes: Homes) -> None:
    for query, which in EXPRESSIONS:
        records = await found(moh, expression(query))
        assert {codes(record) for record in records} == {homes[place]["code"] for place in which}


PREDICATES: list[tuple[list[dict[str, Any]], list[int]]] = [
    ([{"seq_num": 1, "expression1": compared("poverty_score", "lt", "2.5")}], [0, 1]),
    ([{"expression1": compared("group_size", "eq", 1)}], [1]),
    ([{"expression1": compared("poverty_score", "in", [1, "4"])}], [0, 2]),
    ([{"expression1": compared("poverty_score", "in", "1, 4")}], [0, 2]),
    ([{"expression1": compared("poverty_score", "in", "[1, 4]")}], [0, 2]),
    (
        [
            {
                "seq_num": 1,
                "expression1": compared("age", "lt", "25"),
                "condition": "and",
                "expression2": compared("poverty_score", "lt", "2.5"),
            }
        ],
        [0],
    ),
    (
        [
            {
                "expression1": compared("poverty_score", "eq", "1"),
                "condition": "or",
                "expression2": compared("group_size", "eq", 1),
            }
        ],
        [0, 1],
    ),
    (
        [
            {
                "expression1": compared("poverty_score", "lt", 5),
                "condition": "not",
                "expression2": compared("group_size", "eq", 1),
            }
        ],
        [0, 2],
    ),
    ([{"expression1": compared("group_size", "eq", 2), "condition": "not"}], [1]),
    (
        [
            {"seq_num": "2", "expression1": compared("group_size", "eq", 1)},
            {"seq_num": 1, "expression1": compared("poverty_score", "eq", 4), "condition": "or"},
        ],
        [1, 2],
    ),
]


async def test_a_predicate_evaluates_both_its_expressions(moh: httpx2.AsyncClient, homes: Homes) -> None:
    for entries, which in PREDICATES:
        records = await found(moh, predicate(*entries))
        assert {codes(record) for record in records} == {homes[place]["code"] for place in which}


async def test_records_come_in_the_order_and_on_the_page_asked_for(moh: httpx2.AsyncClient, homes: Homes) -> None:
    by_score = [{"attribute_name": "poverty_score", "sort_order": "desc"}]
    everything = {"poverty_score": {"$ge": 1}}
    pages = []
    for number in (1, 2, 3):
        asked = expression(everything, sort=by_score, pagination={"page_size": 2, "page_number": number})
        [answer] = await sought(moh, asked)
        assert answer["pagination"] == {"page_size": 2, "page_number": number, "total_count": 3}
        pages.append([codes(record) for record in answer["data"]["reg_records"]])
    assert pages == [[homes[2]["code"], homes[1]["code"]], [homes[0]["code"]], []]
    by_age = [{"attribute_name": "age", "sort_order": "asc"}]
    oldest = await found(moh, expression({"age": {"$gt": 60}}, response_entity="Member", sort=by_age))
    assert [record["demographic_info"]["birth_date"] for record in oldest] == ["1950", "1948-09-09"]


async def test_an_answer_costs_the_same_statements_whatever_its_length(
    registry: Service, moh: httpx2.AsyncClient, homes: Homes, register: Register
) -> None:
    with statements(registry) as few:
        assert len(await found(moh, expression({"village": "Bản Nà Hạ"}))) == 1
    for place in range(12):
        await register(MAI_SON, member(f"Lò Văn {place}", sex="male"), village="Bản Nà Hạ")
    with statements(registry) as many:
        assert len(await found(moh, expression({"village": "Bản Nà Hạ"}))) == 13
    assert len(many) == len(few)


async def test_whoever_left_or_joins_later_is_no_member(
    moh: httpx2.AsyncClient, homes: Homes, admin: httpx2.AsyncClient
) -> None:
    child = homes[0]["members"][1]["person_id"]
    leaving = {"leave": [{"person_id": child, "left_on": homes[0]["registered_on"], "because": "moved"}]}
    address = f"/v1/beneficiaries/households/{homes[0]['id']}"
    answer = await admin.patch(address, json={"members": leaving}, headers={"If-Match": '"1"'})
    assert answer.status_code == 200, answer.text
    [record] = await found(moh, uin("014184000123"))
    assert (record["group_size"], len(record["member_list"])) == (1, 1)
    assert await found(moh, expression({"age": {"$lt": 18}})) == []
