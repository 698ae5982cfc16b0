"""Reviews of poverty, from their opening to the certificates, and the figures that come of them."""

from datetime import timedelta
from itertools import cycle

import schemathesis

from kit.values.dates import FIRST_DAY, LAST_DAY
from services.beneficiaries.reports.schemas import FORMS
from tests.contracts.fitting.values import Body, Rule, Source, in_order, move, within
from tests.contracts.review_rows import DECIDED_ON, MET_ON, POSTED_UNTIL
from tests.contracts.rows import MAP_BEGINS, Rows

_LONGEST_POSTING = timedelta(days=60)

ROWS: dict[str, Source] = {
    "case_id": lambda rows: rows.decided["case_id"],
    "meeting_id": lambda rows: rows.meeting,
    "minutes_id": lambda rows: rows.minutes,
    "posting_id": lambda rows: rows.posting,
    "review_id": lambda rows: rows.decided["review_id"],
    "number": lambda rows: sorted(FORMS)[rows.number() % len(FORMS)],
}

FRESH: dict[str, Source] = {
    "answer_review_complaint": lambda rows: rows.disputed(),
    "cancel_review": lambda rows: rows.review("meetings"),
    "classify_review": lambda rows: rows.review("form"),
    "decide_review": lambda rows: rows.review("postings"),
    "draw_review_list": lambda rows: rows.review("opening"),
    "post_review_results": lambda rows: rows.review("meetings"),
    "read_refusal": lambda rows: rows.refused,
    "record_review_complaint": lambda rows: rows.posted,
    "record_review_meeting": lambda rows: rows.review("classification"),
    "score_household": lambda rows: rows.review("list"),
    "verify_certificate": lambda rows: rows.sheet,
    "void_certificate": lambda rows: rows.certificate(),
}


def _open(case: schemathesis.Case, rows: Rows) -> None:
    """A commune has one review of a period that has begun, and stands on the day of its list."""
    case.body |= rows.period(case.body["kind"])
    case.body.setdefault("list_on", None)
    case.body["list_on"] = case.body["list_on"] or rows.recently.isoformat()
    move(case.body, "list_on", MAP_BEGINS, rows.now)


def _request(case: schemathesis.Case, rows: Rows) -> None:
    """A household asks once until it is answered, and not in the future."""
    case.body["household_id"] = rows.household()["id"]
    move(case.body, "received_on", MAP_BEGINS, rows.now)


def _score(case: schemathesis.Case, rows: Rows) -> None:
    """The standard says what a form answers, the point table which lines it has (none), the list of causes its codes."""
    body: Body = case.body
    given = cycle([*body["deprived"].values(), False])
    body["deprived"] = {code: next(given) for code in rows.indicators}
    if "causes" in body:
        body["causes"] = rows.causes[: len(body["causes"])]
    if body["income"]["way"] == "items":
        body["income"] = {"way": "points", "points": len(body["income"]["items"])}
    move(body, "scored_on", MAP_BEGINS, rows.now)


def _meet(case: schemathesis.Case, rows: Rows) -> None:
    """Those present vote, once on each household of their village that has a class, and not in the future."""
    body: Body = case.body
    classified = rows.cases(case.path_parameters["review_id"], state="classified")
    body["village"] = classified[0]["village"]
    votes = zip((one["id"] for one in classified if one["village"] == body["village"]), body["votes"], strict=False)
    body["votes"] = [{"case_id": own, "agreed": within(vote["agreed"], 0, body["attended"])} for own, vote in votes]
    move(body, "held_on", MAP_BEGINS, rows.now)


def _post(case: schemathesis.Case, rows: Rows) -> None:
    """Results are posted after the meeting, for as many days as the terms of today ask for."""
    since = move(case.body, "posted_from", MET_ON, rows.now)
    move(case.body, "posted_until", since + _LONGEST_POSTING, LAST_DAY)


def _add_minutes(case: schemathesis.Case, rows: Rows) -> None:
    """A file says itself of what kind it is, and is kept once."""
    case.body = rows.scan()


def _complain(case: schemathesis.Case, rows: Rows) -> None:
    """Who complains does so about a result that is posted, and not in the future."""
    case.body["case_id"] = rows.posted["case_id"]
    move(case.body, "received_on", MAP_BEGINS, rows.now)


def _answer(case: schemathesis.Case, rows: Rows) -> None:
    """An answer follows its complaint, and not in the future."""
    move(case.body, "answered_on", rows.recently, rows.now)


def _decide(case: schemathesis.Case, rows: Rows) -> None:
    """A decision follows the last day of posting, and is not of the future."""
    move(case.body, "decided_on", POSTED_UNTIL, rows.now)


def _void(case: schemathesis.Case, rows: Rows) -> None:
    """A certificate is void after it was issued, and not in the future."""
    move(case.body, "void_on", DECIDED_ON, rows.now)


def _terms(case: schemathesis.Case, _: Rows) -> None:
    """A yearly review closes after it opens."""
    opens, closes = ((case.body.get(f"{end}_month"), case.body.get(f"{end}_day")) for end in ("opens", "closes"))
    if None not in opens + closes and opens > closes:
        for end, (month, day) in (("opens", closes), ("closes", opens)):
            case.body |= {f"{end}_month": month, f"{end}_day": day}


def _on_a_map(*days: str) -> Rule:
    def rule(case: schemathesis.Case, rows: Rows) -> None:
        """A commune has its code on the maps of its time, and a movement goes forward in time."""
        query = case.query or {}
        if query.get("area"):
            query["area"] = "04117"
            for day in days:
                move(query, day, MAP_BEGINS, LAST_DAY)
        in_order(query, "from", "to")
        if not query.get("as_of"):
            move(query, "since", FIRST_DAY, rows.now)
        in_order(query, "since", "as_of")

    return rule


RULES: dict[str, Rule] = {
    "add_review_minutes": _add_minutes,
    "answer_review_complaint": _answer,
    "decide_review": _decide,
    "download_poverty_report": _on_a_map("geography", "as_of"),
    "open_review": _open,
    "post_review_results": _post,
    "read_movement": _on_a_map("as_of", "from", "to"),
    "read_poverty_rate": _on_a_map("geography", "as_of"),
    "read_poverty_report": _on_a_map("geography", "as_of"),
    "record_review_complaint": _complain,
    "record_review_meeting": _meet,
    "request_review": _request,
    "score_household": _score,
    "supersede_review_terms": _terms,
    "void_certificate": _void,
}
