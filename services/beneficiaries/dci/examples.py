"""Messages that can be tried in the documents; each takes a `message_id` of its own."""

from typing import Any, Final

_MOMENT: Final = "2026-11-24T08:00:00+07:00"


def _header(message_id: str, action: str, items: int = 1) -> dict[str, Any]:
    return {
        "version": "1.0.0",
        "message_id": message_id,
        "message_ts": _MOMENT,
        "action": action,
        "sender_id": "spmis.moh.example",
        "total_count": items,
    }


def _search(message_id: str, criteria: dict[str, Any]) -> dict[str, Any]:
    item = {"reference_id": "ref-1", "timestamp": _MOMENT, "search_criteria": criteria, "locale": "vie"}
    return {
        "header": _header(message_id, "search"),
        "message": {"transaction_id": f"tx-{message_id}", "search_request": [item]},
    }


SEARCHES: Final[dict[str, Any]] = {
    "one person by number": {
        "value": _search("m-0001", {"query_type": "idtype-value", "query": {"type": "UIN", "value": "014184999000"}})
    },
    "poor households, largest first": {
        "value": _search(
            "m-0002",
            {
                "query_type": "expression",
                "query": {
                    "type": "ns:org:QueryType:expression",
                    "value": {
                        "expression": {
                            "collection": "Group",
                            "query": {"$and": [{"poverty_score": {"$le": 2}}, {"location": {"$eq": "04105"}}]},
                        }
                    },
                },
                "sort": [{"attribute_name": "group_size", "sort_order": "desc"}],
                "pagination": {"page_size": 10, "page_number": 1},
            },
        )
    },
    "women over sixty": {
        "value": _search(
            "m-0003",
            {
                "query_type": "predicate",
                "response_entity": "Member",
                "query": [
                    {
                        "seq_num": 1,
                        "expression1": {"attribute_name": "age", "operator": "gt", "attribute_value": "60"},
                        "condition": "and",
                        "expression2": {"attribute_name": "sex", "operator": "eq", "attribute_value": "female"},
                    }
                ],
                "pagination": {"page_size": 10, "page_number": 1},
            },
        )
    },
}

SUBSCRIBE: Final[dict[str, Any]] = {
    "households that are registered": {
        "value": {
            "header": _header("m-0004", "subscribe"),
            "message": {
                "transaction_id": "tx-m-0004",
                "subscribe_request": [
                    {
                        "reference_id": "ref-1",
                        "timestamp": _MOMENT,
                        "subscribe_criteria": {
                            "reg_event_type": "REGISTER",
                            "filter_type": "expression",
                            "filter": {
                                "type": "ns:org:QueryType:expression",
                                "value": {"expression": {"collection": "Group", "query": {"location": "04105"}}},
                            },
                            "notify_record_type": "Group",
                        },
                    }
                ],
            },
        }
    }
}

UNSUBSCRIBE: Final[dict[str, Any]] = {
    "by code": {
        "value": {
            "header": _header("m-0005", "unsubscribe"),
            "message": {
                "transaction_id": "tx-m-0005",
                "timestamp": _MOMENT,
                "subscription_codes": ["sub-from-the-answer-to-subscribe"],
            },
        }
    }
}

STATUS: Final[dict[str, Any]] = {
    "of a search": {
        "value": {
            "header": _header("m-0006", "txn-status"),
            "message": {
                "transaction_id": "tx-m-0006",
                "txnstatus_request": {
                    "reference_id": "ref-1",
                    "txn_type": "search",
                    "attribute_type": "transaction_id",
                    "attribute_value": "tx-m-0001",
                },
            },
        }
    }
}

NOTICE: Final[dict[str, Any]] = {
    "somebody was registered elsewhere": {
        "value": {
            "header": _header("m-0007", "notify") | {"status": "succ"},
            "message": {
                "transaction_id": "tx-m-0007",
                "notify_event": [
                    {
                        "reference_id": "ref-1",
                        "timestamp": _MOMENT,
                        "data": {
                            "reg_event_type": "REGISTER",
                            "reg_record_type": "Group",
                            "reg_records": {"@type": "Group", "group_size": 4},
                        },
                    }
                ],
            },
        }
    }
}
