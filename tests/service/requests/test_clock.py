"""The honest clock: its figures are those of somebody who goes through the calendar day by day."""

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

import pytest

from tests.service.requests.conftest import Bureau, Hands, applicant, officer

START = date(2026, 11, 1)
TARGET = 10
ROUNDS = 20
STEPS = {
    "sent": ("claim", "withdraw"),
    "held": ("return", "return", "unassign", "hand over", "approve", "reject"),
    "returned": ("answer", "answer", "answer", "withdraw"),
}
FOLLOWS = {
    "claim": "held",
    "unassign": "sent",
    "hand over": "held",
    "return": "returned",
    "answer": "answered",
    "withdraw": "over",
    "approve": "over",
    "reject": "over",
}
STEPS["answered"] = STEPS["sent"]


@dataclass
class Diary:
    """What somebody beside the Bureau writes down: the days on which a hand changed, and the days off."""

    days_off: set[date]
    changes: list[tuple[date, str]] = field(default_factory=list)  # bureau | applicant | nobody, from then on

    def works(self, day: date) -> bool:
        """Sunday to Thursday, without days off."""
        return day.isoweekday() in (7, 1, 2, 3, 4) and day not in self.days_off

    def holder(self, day: date) -> str:
        """Who had it when the day began."""
        return next((who for since, who in reversed(self.changes) if since < day), "nobody")

    def figures(self, today: date) -> tuple[int, int]:
        """Spent and paused days so far."""
        spent = paused = 0
        day = START
        while day <= today:
            if self.works(day) and self.holder(day) == "bureau":
                spent += 1
            if self.works(day) and self.holder(day) == "applicant":
                paused += 1
            day += timedelta(days=1)
        return spent, paused

    def due_on(self) -> date:
        """The day that uses up the target, when the Bureau keeps it from its last turn on; not before that turn."""
        came = next(
            day
            for place, (day, who) in enumerate(self.changes)
            if who == "bureau" and all(later == "bureau" for _day, later in self.changes[place:])
        )
        day, (spent, _paused) = came, self.figures(came)
        while spent < TARGET:
            day += timedelta(days=1)
            spent += self.works(day)
        return day


class Story:
    """One request through random steps on random days."""

    def __init__(self, bureau: Bureau, hands: Hands, chance: random.Random):
        self.bureau, self.hands, self.chance = bureau, hands, chance
        self.someone, self.clerk = applicant(), officer()
        self.today = START + timedelta(days=chance.randrange(7))
        days_off = {START + timedelta(days=chance.randrange(120)) for _ in range(chance.randrange(12))}
        bureau.run("TRUNCATE holiday")
        for day in days_off:
            bureau.run("INSERT INTO holiday VALUES (:d, 'عطلة', 'Holiday')", d=day)
        self.diary = Diary(days_off)
        self._look_at_the_clock()
        self.number = bureau.sent(self.someone)
        self.diary.changes.append((self.today, "bureau"))
        self.stage = "sent"

    def go_on(self) -> None:
        """Some days pass, then somebody does something; now and then a holiday is entered late."""
        self.today += timedelta(days=self.chance.choice((0, 0, 1, 1, 2, 3, 5, 8)))
        self._look_at_the_clock()
        if self.chance.randrange(5) == 0:
            self._close(self.today + timedelta(days=self.chance.randrange(1, 20)))
        step = self.chance.choice(STEPS[self.stage])
        self._take(step)
        self.stage = FOLLOWS[step]
        whose = {"returned": "applicant", "over": "nobody"}.get(self.stage, "bureau")
        self.diary.changes.append((self.today, whose))

    def require_same_figures(self) -> None:
        """The portal's figures are the diary's, for both who look."""
        door = self.bureau.door(officer())
        seen = door.get_for_review(self.number)
        clock = seen["clock"]
        assert (clock["spent_days"], clock["paused_days"]) == self.diary.figures(self.today)
        is_running = self.stage not in ("returned", "over")
        assert (clock["target_days"], clock["is_running"]) == (TARGET, is_running)
        due_on = self.diary.due_on() if is_running else None
        assert seen["due_on"] == (due_on.isoformat() if due_on else None)
        assert seen["overdue"] == (due_on is not None and self.today > due_on)
        listed = door.list_queue("overdue", q=self.number)["items"]
        assert (self.number in [item["number"] for item in listed]) == seen["overdue"]
        assert self.bureau.door(self.someone).get_request(self.number)["clock"] == clock

    def _look_at_the_clock(self) -> None:
        moment = time(
            self.chance.randrange(21), self.chance.randrange(60), tzinfo=UTC
        )  # before midnight there
        self.hands.set(
            max(self.hands.at or datetime.min.replace(tzinfo=UTC), datetime.combine(self.today, moment))
        )

    def _close(self, day: date) -> None:
        door = self.bureau.door(officer("administrator"))
        door.add_closing(day=day.isoformat(), name_ar="عطلة", name_en="A holiday")
        self.diary.days_off.add(day)

    def _take(self, step: str) -> None:
        desk, door = self.bureau.door(self.clerk), self.bureau.door(self.someone)
        if step == "hand over":
            self.clerk = officer()
            self.bureau.door(self.clerk).claim(self.number, take_over=True)
            return
        take = {
            "claim": lambda: desk.claim(self.number, take_over=True),
            "unassign": lambda: desk.unassign(self.number),
            "return": lambda: desk.return_request(self.number, fields=["email"], reason="x", working_days=60),
            "approve": lambda: desk.approve(self.number),
            "reject": lambda: desk.reject(self.number, reason="x"),
            "answer": lambda: door.submit(self.number),
            "withdraw": lambda: door.withdraw(self.number),
        }
        take[step]()


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_figures_are_those_of_a_calendar(bureau: Bureau, hands: Hands, seed: int) -> None:
    chance = random.Random(seed)
    for _story in range(200 // ROUNDS):
        hands.at = None
        story = Story(bureau, hands, chance)
        story.require_same_figures()
        while story.stage != "over" and len(story.diary.changes) < 12:
            story.go_on()
            story.require_same_figures()
        story.today += timedelta(days=chance.randrange(30))
        story._look_at_the_clock()
        story.require_same_figures()


def test_days_after_a_decision_that_was_taken_back_are_nobodys(bureau: Bureau, hands: Hands) -> None:
    hands.set(datetime(2026, 11, 22, 9, 0, tzinfo=UTC))  # a Sunday
    boss = officer("supervisor")
    number = bureau.claimed(boss)
    door = bureau.door(boss)
    hands.pass_by(days=2)
    door.reject(number, reason="x")
    hands.pass_by(days=7)
    assert door.get_for_review(number)["clock"]["spent_days"] == 2
    seen = door.reopen(number, reason="y")
    assert (seen["clock"]["spent_days"], seen["clock"]["paused_days"]) == (2, 0)
    assert seen["due_on"] == "2026-12-13"  # eight working days are left
    hands.pass_by(days=1)
    assert door.get_for_review(number)["clock"]["spent_days"] == 3
