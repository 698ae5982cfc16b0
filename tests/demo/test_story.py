"""The story is the same everywhere, keeps the account's proportions, and names nobody who lives."""

import json
import re
from collections import Counter
from datetime import date
from pathlib import Path

from demo import examples
from demo.changes import proposals
from demo.giving import CAMPAIGNS
from demo.movement import deeds
from demo.papers import asked
from demo.poverty import status_on
from demo.reviews import MISTAKEN_CASE, OFFICE, YEAR, Step, outcomes, reviews
from demo.story import HOUSEHOLDS, LOANS, story
from demo.treasury import slips
from kit.values.reference import reference_of

RICE = 15_000
ROOT = Path(__file__).parents[2]


def _poor_on(day: date) -> int:
    standing = 0
    for decisions in story().decisions.values():
        known = [decision for decision in decisions if decision.valid_from <= day]
        standing += bool(known) and max(known, key=lambda one: one.valid_from).status == "poor"
    return standing


def test_the_story_is_the_same_each_time_it_is_made() -> None:
    first = story()
    story.cache_clear()
    again = story()
    assert again is not first
    assert again.households == first.households
    assert [*again.decisions.items()] == [*first.decisions.items()]
    assert (again.donations, again.rounds, again.applications) == (first.donations, first.rounds, first.applications)


def test_the_poverty_rate_ends_at_the_accounts_figure() -> None:
    assert len(story().households) == HOUSEHOLDS == 2100
    assert _poor_on(date(2026, 11, 24)) == 270
    assert round(270 / 2100 * 100, 2) == 12.86


def test_the_poverty_rate_falls_every_year() -> None:
    poor = [_poor_on(date(year, 12, 31)) for year in range(2021, 2027)]
    assert poor == sorted(poor, reverse=True)
    assert len(set(poor)) > 3


def test_rice_is_fifteen_kilograms_for_each_person_of_eighty_two_households() -> None:
    rice = [round_ for round_ in story().rounds if round_.kind == "rice"]
    fed = [household for round_ in rice for household in round_.households]
    assert len(fed) == len({household.number for household in fed}) == 82
    people_fed = [
        member
        for round_ in rice
        for household in round_.households
        for member in household.members
        if member.joined_on <= round_.given_on
    ]
    assert len(people_fed) * RICE == 4_830_000


def test_loans_and_gifts_are_a_twentieth_of_the_accounts() -> None:
    outcomes = Counter(application.outcome for application in story().applications)
    assert outcomes["lent"] == LOANS == 282
    assert sum(len(round_.households) for round_ in story().rounds if round_.kind == "gift") == 100


def test_every_household_person_and_number_is_its_own() -> None:
    members = [member for household in story().households for member in household.members]
    numbers = [member.identity_number for member in members if member.identity_number]
    assert len({member.id for member in members}) == len(members)
    assert len(set(numbers)) == len(numbers)
    assert all(re.fullmatch(r"014[0-3][0-9]{8}", number) for number in numbers)


def test_the_household_of_the_documents_examples_is_in_the_story() -> None:
    [example] = [household for household in story().households if household.id == examples.HOUSEHOLD]
    assert story().decisions[example][0].status == "poor"
    told = {str(household.id) for household in story().households}
    named = re.compile(r'"(?:household_id|households|ids)": \[?\s*"([0-9a-f-]{36})"')
    for document in (ROOT / "docs" / "openapi").glob("*.json"):
        paths = json.dumps(json.loads(document.read_text(encoding="utf-8")), ensure_ascii=False)
        assert set(named.findall(paths)) <= told, document.name


def test_every_row_that_the_documents_speak_of_is_in_the_story_once() -> None:
    # From 900 on they are events, which nobody can ask for.
    documents = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "docs" / "openapi").glob("*.json"))
    spoken_of = set(re.findall(r"018d4b1e-5f00-7000-8000-0{9}[0-8][0-9]{2}", documents))
    told = story()
    reviewed = reviews(told.households)
    made = [
        *(one.id for one in told.households),
        *(member.id for household in told.households for member in household.members),
        *(one.id for one in reviewed),
        *(asked.id for one in reviewed for asked in one.asked),
        *(examples.POSTING, examples.COMPLAINT, examples.IMPORT, examples.BANK_ACCOUNT),
        *(examples.MEETING, examples.MINUTES, examples.CHANGE_REQUEST_ATTACHMENT),
        *(one.id for one in (*proposals(), *asked(), *deeds(), *slips())),
        *(one.id for one in CAMPAIGNS),
        *(one.id for one in told.donors),
        *(one.id for one in told.donations),
        *(one.id for one in (*told.rounds, *told.proposals)),
        *(one.id for one in told.applications),
        *(one.loan_id for one in told.applications if one.outcome == "lent"),
    ]
    assert len(set(made)) == len(made)
    assert spoken_of == {str(one) for one in examples.IDS}
    assert set(made) >= examples.IDS


def test_what_waits_to_be_done_waits_and_what_was_done_was_done() -> None:
    outcomes = {application.id: application.outcome for application in story().applications}
    assert outcomes[examples.ELIGIBLE] == outcomes[examples.TO_VERIFY] == "waiting"
    assert outcomes[examples.APPROVED] == "approved"
    assert {round_.id for round_ in story().proposals} == {examples.ROUND_TO_APPROVE, examples.ROUND_TO_REJECT}
    assert examples.GIVEN_ROUND in {round_.id for round_ in story().rounds}
    given_to = {donation.campaign for donation in story().donations}
    assert examples.RUNNING_CAMPAIGN in given_to
    assert examples.ENDING_CAMPAIGN not in given_to


def test_the_review_of_the_year_leaves_as_many_households_poor_as_it_found() -> None:
    before = {one.id: status_on(story().decisions.get(one, ()), date(YEAR, 9, 1)) for one in story().households}
    found = outcomes(story().households, story().decisions)
    assert len(found) == 7
    assert all(before[household] != status for household, status in found.items() if status != "none")
    counted = Counter(found.values())
    counted.subtract(before[household] for household in found)
    assert counted["poor"] == 0


def test_whom_the_reviews_are_about_was_on_no_list_and_given_nothing() -> None:
    asked = [asked.household for review in reviews(story().households) for asked in review.asked]
    assert len(set(asked)) == len(asked)
    given = {household for round_ in (*story().rounds, *story().proposals) for household in round_.households}
    given |= {application.household for application in story().applications}
    for household in asked:
        assert household.commune.today == OFFICE
        assert household not in story().decisions
        assert household not in given


def test_only_the_review_of_the_year_is_decided_and_it_holds_from_the_next_year() -> None:
    decided = [review for review in reviews(story().households) if review.until is Step.DECIDED]
    assert [(review.id, review.month) for review in decided] == [(examples.REVIEW, 0)]


def test_the_documents_meeting_is_held_where_its_household_lives() -> None:
    [review] = [one for one in reviews(story().households) if one.id == examples.REVIEW_TO_DISCUSS]
    document = json.loads((ROOT / "docs" / "openapi" / "beneficiaries.json").read_text(encoding="utf-8"))
    [minutes] = document["components"]["schemas"]["MeetingIn"]["examples"]
    [asked] = review.asked
    assert minutes["village"] == asked.household.village
    assert [vote["case_id"] for vote in minutes["votes"]] == [str(asked.id)]


def test_the_documents_certificates_are_those_of_the_review_of_the_year() -> None:
    documents = (ROOT / "docs" / "openapi" / "beneficiaries.json").read_text(encoding="utf-8")
    spoken_of = set(re.findall(r'"(PC-[0-9A-Z]+)"', documents))
    assert spoken_of == {reference_of("PC", case) for case in (examples.CASE, MISTAKEN_CASE)}
