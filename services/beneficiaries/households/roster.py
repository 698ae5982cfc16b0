"""Who stands in a household when, as it is known, and what a change makes of it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from uuid import UUID

from kit.values.ids import new_id
from services.beneficiaries.errors import DatesDisagree, GenerationsDisagree, MemberNotFound, NotOneHead
from services.beneficiaries.households.models import Household, Member, Membership, Person, in_order

YOUNGER: Final = frozenset({"child", "grandchild"})
OLDER: Final = frozenset({"parent", "grandparent"})


@dataclass
class Roster:
    """The memberships of a household that are known now; changes are known from `moment`.

    rows: those known after the changes. made: those of them that are new. act_id: the act that changes them.
    """

    household: Household
    moment: datetime
    rows: list[Membership] = field(default_factory=list)
    people: dict[UUID, Person] = field(default_factory=dict)
    act_id: UUID | None = None
    made: list[Membership] = field(default_factory=list)

    def on(self, day: date) -> list[Member]:
        return [Member(self.people[row.person_id], row) for row in self.rows if row.holds_on(day)]

    def current(self) -> list[Member]:
        """Return the members whose end is not known; in a dissolved household there are none."""
        return [Member(self.people[row.person_id], row) for row in self.rows if row.left_on is None]

    def person(self, person_id: UUID) -> Person:
        """Return a current member. Errors: MemberNotFound."""
        if not any(row.person_id == person_id and row.left_on is None for row in self.rows):
            raise MemberNotFound
        return self.people[person_id]

    def join(self, person: Person, relation: str, since: date) -> None:
        self.people[person.id] = person
        self._keep(
            Membership(
                id=new_id(),
                household_id=self.household.id,
                person_id=person.id,
                relation=relation,
                joined_on=since,
                recorded_from=self.moment,
                act_id=self.act_id,
            )
        )

    def leave(self, person_id: UUID, day: date, because: str) -> None:
        """End a current member's stay on `day`, relations that began later included.

        Errors: MemberNotFound, DatesDisagree where the person was no member on the day before.
        """
        row = self._from(person_id, day, "left_on")
        before = self._before(row)
        if row.joined_on == day and before is not None:
            self._forget(row)
            row = before
        self._rewrite(row, left_on=day, left_because=because)

    def relate(self, person_id: UUID, relation: str, since: date) -> None:
        """Give a current member another relation to the head from a day on.

        Errors: MemberNotFound, DatesDisagree where the person was no member on that day.
        """
        row = self._from(person_id, since, "since")
        if row.joined_on == since:
            self._rewrite(row, relation=relation, left_on=None, left_because=None)
        elif row.relation != relation:
            self._rewrite(row, left_on=since, left_because="changed_relation")
            self.join(self.people[person_id], relation, since)
        elif row.left_on is not None:
            self._rewrite(row, left_on=None, left_because=None)

    def correct_start(self, person_id: UUID, joined_on: date) -> None:
        """Set right since when somebody is a member. Errors: MemberNotFound, DatesDisagree."""
        self.person(person_id)
        first = next(row for row in self.rows if row.person_id == person_id and row.left_on is None)
        while before := self._before(first):
            first = before
        in_order("joined_on", joined_on, first.left_on or joined_on)
        self._rewrite(first, joined_on=joined_on)

    def take_back(self, made: Iterable[Membership], ended: Iterable[Membership]) -> None:
        """Forget rows that an act made, and know again those that it ended; their people are among those known."""
        for row in made:
            self._forget(row)
        for row in ended:
            self._keep(row.again(self.moment, act_id=self.act_id))

    def check(self, since: date, today: date) -> None:
        """Refuse what cannot be one household on any day from `since`.

        Errors: NotOneHead, GenerationsDisagree, DatesDisagree. Years are compared, since a day may be unknown.
        """
        self._must_be_led()
        if self.household.dissolved_on is not None:
            for row in self.rows:
                in_order("left_on", row.left_on or date.max, self.household.dissolved_on)
        for row in self.made:
            in_order("joined_on", row.joined_on, today)
            in_order("birth_date", self.people[row.person_id].birth_date, row.joined_on)
        days = {since, *(day for row in self.rows for day in (row.joined_on, row.left_on) if day and day > since)}
        for day in days:
            check_generations(self.on(day))

    def _must_be_led(self) -> None:
        """Errors: NotOneHead for a day of the household's life without a head, or a day with two."""
        until: date | None = date.min
        heads = [row for row in self.rows if row.relation == "head" and row.joined_on != row.left_on]
        for row in sorted(heads, key=lambda row: row.joined_on):
            if until is None or row.joined_on < until or row.joined_on > max(until, self.household.registered_on):
                raise NotOneHead
            until = row.left_on
        if until is not None and (self.household.dissolved_on is None or until < self.household.dissolved_on):
            raise NotOneHead

    def _from(self, person_id: UUID, day: date, what: str) -> Membership:
        """Return the row that held on `day`, after forgetting the person's relations that began later."""
        self.person(person_id)
        held = next(row for row in self.rows if row.person_id == person_id and row.left_on is None)
        while held.joined_on > day:
            before = self._before(held)
            if before is None:
                raise DatesDisagree(what=what, first=held.joined_on, second=day)
            self._forget(held)
            held = before
        return held

    def _before(self, later: Membership) -> Membership | None:
        """Return the row that `later` followed without a day between."""
        return next(
            (
                row
                for row in self.rows
                if row.person_id == later.person_id and row.left_on == later.joined_on != row.joined_on
            ),
            None,
        )

    def _rewrite(self, row: Membership, **changes: object) -> None:
        if row in self.made:
            for name, value in changes.items():
                setattr(row, name, value)
            return
        self.rows.remove(row)
        self._keep(row.rewritten(self.moment, act_id=self.act_id, **changes))

    def _forget(self, row: Membership) -> None:
        self.rows.remove(row)
        if row in self.made:
            self.made.remove(row)
        else:
            row.recorded_to = self.moment

    def _keep(self, row: Membership) -> None:
        self.rows.append(row)
        self.made.append(row)


def check_generations(members: Iterable[Member]) -> None:
    """Errors: GenerationsDisagree where a child is not younger than the head, or a parent not older."""
    together = list(members)
    head = next((member for member in together if member.membership.relation == "head"), None)
    if head is None:
        return
    head_year = head.person.birth_date.year
    for member in together:
        year, relation = member.person.birth_date.year, member.membership.relation
        if (relation in YOUNGER and year <= head_year) or (relation in OLDER and year >= head_year):
            raise GenerationsDisagree
