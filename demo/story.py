"""The figures of the story, and the story told with them.

What the district's account says it did from 2021 to now, next to what this demonstration makes of it at about one
twentieth. Divided by twenty are counts and sums; the rates are the account's own.

| The account | A twentieth | Here |
|---|---|---|
| about 40,000 households, 170,000 people | 2,000; 8,500 | 2,100; 8,618 |
| poverty rate falls 2 points a year, to 12.86 % | the same | 471 of 2,060 (22.86 %) to 270 of 2,100 (12.86 %) |
| 96.7 tonnes of rice, 1,646 poor households | 4,835 kg; 82 | 4,830 kg; 82 households, 322 people, 15 kg each |
| gifts to 2,000 people, more than 2 billion VND | 100; 100 million | 100 gifts in six rounds, 101.8 million VND |
| policy-bank loans to 5,635 people | 282 | 282 loans |

The number of households is not in the account; it is the order of magnitude of a district of that population.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

from demo import giving, lending, people, poverty, treasury
from demo.rounds import Round, proposals, rounds

HOUSEHOLDS: Final = 2100
FOUNDED: Final = 40
"""Of them, begun after 1 July 2025 and recorded in the communes of today."""
LOANS: Final = 282
WAITING: Final = 6
REFUSED: Final = 4


@dataclass(frozen=True)
class Story:
    households: list[people.Household]
    decisions: poverty.Decisions
    donors: list[giving.Donor]
    donations: list[giving.Donation]
    rounds: list[Round]
    proposals: list[Round]
    applications: list[lending.Application]


@cache
def story() -> Story:
    """Return the whole story, the same at every call and on every machine."""
    households = people.households(HOUSEHOLDS, FOUNDED)
    decisions = poverty.decisions(households)
    donors = giving.donors()
    return Story(
        households=households,
        decisions=decisions,
        donors=[*donors, *treasury.entered_again()],
        donations=giving.donations(donors),
        rounds=rounds(households, decisions),
        proposals=proposals(households),
        applications=lending.applications(households, decisions, LOANS, WAITING, REFUSED),
    )
