import json
from http import HTTPStatus

import pytest

from kit import problems
from kit.problems import LANGUAGES, Problem, language_of, render
from kit.problems.validation import one_error


class CampaignClosed(Problem):
    """The campaign no longer accepts donations."""

    status = HTTPStatus.CONFLICT
    vi = "Chiến dịch không còn nhận đóng góp."
    fr = "La campagne n'accepte plus de dons."
    detail_en = "{name} closed on {day}."
    detail_vi = "{name} đã kết thúc ngày {day}."
    detail_fr = "{name} a pris fin le {day}."


def test_a_refusal_reads_in_three_languages() -> None:
    refusal = CampaignClosed(name="Tết 2024", day="2024-02-09")
    said = {language: json.loads(render(refusal, language, "r-1")) for language in LANGUAGES}
    assert said["vi"]["title"] == "Chiến dịch không còn nhận đóng góp."
    assert said["fr"]["detail"] == "Tết 2024 a pris fin le 2024-02-09."
    assert said["en"] == {
        "type": "/problems/campaign-closed",
        "title": "The campaign no longer accepts donations.",
        "status": 409,
        "code": "campaign-closed",
        "request_id": "r-1",
        "detail": "Tết 2024 closed on 2024-02-09.",
    }


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "vi"),
        ("", "vi"),
        ("en-GB,en;q=0.9", "en"),
        ("de, fr;q=0.4, en;q=0.3", "fr"),
        ("th", "vi"),
        ("en;q=0, vi;q=0.1", "vi"),
        ("en;q=x, fr", "fr"),
        ("*", "vi"),
        (";;;,,,", "vi"),
    ],
)
def test_the_best_language_is_chosen(header: str | None, language: str) -> None:
    assert language_of(header) == language


def test_every_generic_refusal_has_all_languages_and_an_error_status() -> None:
    kinds = [thing for thing in vars(problems).values() if isinstance(thing, type) and issubclass(thing, Problem)]
    for kind in kinds:
        if kind is not Problem:
            assert 400 <= kind.status <= 599
            assert all(kind.title(language).strip() for language in LANGUAGES)
            assert len({kind.title(language) for language in LANGUAGES}) == 3


def test_a_refused_value_is_never_shown_back() -> None:
    body = json.loads(render(one_error("/identity_number", "string_pattern_mismatch"), "en", "r"))
    assert body["errors"] == [
        {
            "pointer": "/identity_number",
            "code": "string_pattern_mismatch",
            "detail": "This is not written in the right form.",
        }
    ]
