"""What is promised whatever happens (reliability.md#invariants), held from outside.

What is known here comes from two sides that know nothing of each other: the journal of the service, and what
the program shows. All times are nominal seconds of the steady clock, from the beginning.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from softphone.line.model import REGISTERED_STATES, LineSnapshot, LineState
from softphone.sim.services.mint import id_of
from tests.hostile.soak.spells import LINE_PLACES

LIFE_INTERVALS = 5  # a device lives so long without a keepalive
RENEWALS = frozenset({"token", "refresh"})
A_MINUTE_S = 59.5  # what is sent 60 s apart by one clock arrives a little closer by another
PER_LINE = 12
OF_A_PRESS = 4  # what a person asked for comes on top: for a registration, and a device in its way
RENEWALS_PER_MINUTE = 8  # of one account: tries 2, 4, 8 ... s apart, and a person's
GREEN_INTERVALS = 2.5  # 1.5 since the answer (proof-of-life), which may have come an interval late
ON_ITS_WAY_S = 0.1  # what was sent before the end may arrive behind it
LATE_S = 3.0  # what is under way when something is said
AFTER_SLEEP_S = 6.0  # in which a sleep is seen
WAITING = frozenset(
    {LineState.RETRY_WAIT, LineState.RECONNECTING, LineState.OFFLINE, LineState.ACTION}
    | {LineState.ELSEWHERE, LineState.FAILED, LineState.SIGNED_OUT}
)
A_PERSONS = frozenset({LineState.ACTION, LineState.ELSEWHERE, LineState.FAILED, LineState.SIGNED_OUT})
LONGEST_WAIT_S = 3600.0 * 1.1 + 1
OVERDUE_S = 35.0  # a wait that is over, and nothing came of it: longer than any request that it began
TOLD_AT_MOST = 40


class Minute:
    """How many there are in any minute."""

    def __init__(self) -> None:
        self.times_s: deque[float] = deque()
        self.most = 0

    def add(self, at_s: float) -> int:
        """Count one more; return how many there are."""
        self.times_s.append(at_s)
        while self.times_s[0] <= at_s - A_MINUTE_S:
            self.times_s.popleft()
        self.most = max(self.most, len(self.times_s))
        return len(self.times_s)


@dataclass
class SeenOfPerson:
    """What is known of one person's line from outside. `off_since_s`: when they switched it off."""

    line: Minute = field(default_factory=Minute)
    renewals: Minute = field(default_factory=Minute)
    presses_s: deque[float] = field(default_factory=lambda: deque(maxlen=64))
    confirmed_s: dict[str, float] = field(default_factory=dict)  # by device; the newest stands last
    interval_s: dict[str, float] = field(default_factory=dict)
    kept: list[str] = field(default_factory=list)  # the devices that were kept alive, one after the other
    off_since_s: float | None = None

    def presses_since(self, at_s: float) -> int:
        return sum(one >= at_s for one in self.presses_s)


class Promises:
    """Hears of every request and every change, and notes what is broken, each kind with its first moments."""

    def __init__(self, names: Iterable[str] = (), *, second_s: float = 1.0, slack_s: float = 0.0) -> None:
        """`names` are the addresses of all people; `second_s`: what a nominal second lasts on the loop;
        `slack_s`: what two processes may be apart.
        """
        self._names = {id_of(name): name for name in names}
        self.second_s = second_s
        self.slack_s = slack_s
        self.broken: Counter[str] = Counter()
        self.told: list[str] = []
        self.people: defaultdict[str, SeenOfPerson] = defaultdict(SeenOfPerson)
        self.process = Minute()
        self.requests: Counter[str] = Counter()
        self.faulty = 0
        self.oldest_green_s = 0.0
        self._woke_s = float("-inf")
        self._silent_since_s: float | None = None

    def who(self, line: LineSnapshot) -> str:
        """Return whose line it is; who has no name in the program has one here."""
        account = line.identity.account
        return self._names.get(account.key, account.address)

    def breaks(self, which: str, at_s: float, text: str) -> None:
        """Note that a promise is broken."""
        self.broken[which] += 1
        if len(self.told) < TOLD_AT_MOST and self.broken[which] <= 5:
            self.told.append(f"{at_s:10.1f} s  {which}: {text}")

    # ---- what is done to the program

    def pressed(self, name: str, at_s: float, *, wanted: bool | None) -> None:
        """A person pressed something; `wanted` is the wish that it told, if any."""
        person = self.people[name]
        person.presses_s.append(at_s)
        if wanted is not None:
            person.off_since_s = None if wanted else (person.off_since_s or at_s)

    def woke(self, at_s: float) -> None:
        """The computer slept and is awake again."""
        self._woke_s = at_s

    def ended(self, at_s: float | None) -> None:
        """The program has ended, and sends nothing; None: it begins again."""
        self._silent_since_s = at_s

    # ---- what the service sees

    def wire(self, entry: Mapping[str, Any], at_s: float) -> None:
        """Take one entry of the service's journal."""
        place, name, status = entry["place"], entry["user"] or "", entry["status"]
        self.requests[place] += 1
        self.faulty += entry["fault"] is not None
        self.process.add(at_s)
        for complaint in entry["complaints"]:
            self.breaks("no complaint of the service", at_s, f"{name} {place}: {complaint}")
        if self._silent_since_s is not None and at_s > self._silent_since_s + ON_ITS_WAY_S + self.slack_s:
            self.breaks("I3 nothing is sent after the end", at_s, f"{name} {place} {status}")
        person = self.people[name]
        if place in LINE_PLACES:
            self._line_request(person, entry, at_s)
        elif name and place in RENEWALS and person.renewals.add(at_s) > RENEWALS_PER_MINUTE:
            self.breaks("renewals are bounded", at_s, f"{name}: {len(person.renewals.times_s)} in a minute")

    def _line_request(self, person: SeenOfPerson, entry: Mapping[str, Any], at_s: float) -> None:
        place, name = entry["place"], entry["user"]
        count = person.line.add(at_s)
        allowed = PER_LINE + OF_A_PRESS * person.presses_since(at_s - 60 - LATE_S)
        if count > allowed:
            self.breaks("I4 requests in a minute", at_s, f"{name}: {count} of {allowed}")
        off_s = person.off_since_s
        if off_s is not None and place in {"register", "keepalive"} and at_s > off_s + LATE_S + self.slack_s:
            self.breaks("I3 an unwanted line asks for nothing", at_s, f"{name}: {place}")

    def seen(self, name: str, devices: Iterable[tuple[str, float, float]]) -> None:
        """The service keeps these devices of ours: when it was last asked to, and for how long it does."""
        person = self.people[name]
        for device_id, seen_s, life_s in sorted(devices, key=lambda one: one[1]):
            before_s = person.confirmed_s.get(device_id)
            if before_s is None:
                person.interval_s[device_id] = life_s / LIFE_INTERVALS
            elif seen_s > before_s and person.kept[-1:] != [device_id]:
                if device_id in person.kept:
                    self.breaks("I1 one device is kept alive", seen_s, f"{name}: {device_id} again")
                person.kept = [*person.kept, device_id][-20:]
            if before_s is None or seen_s > before_s:
                person.confirmed_s.pop(device_id, None)
                person.confirmed_s[device_id] = seen_s
        while len(person.confirmed_s) > 20:
            gone = next(iter(person.confirmed_s))
            del person.confirmed_s[gone], person.interval_s[gone]

    # ---- what the program shows

    def look(
        self, lines: Iterable[LineSnapshot], wishes: Mapping[str, bool], at_s: float, clock_s: float
    ) -> None:
        """Look at all lines. `clock_s` is the loop's time, of which snapshots tell."""
        for line in lines:
            name, state = self.who(line), line.state_at(clock_s)
            if state in REGISTERED_STATES:
                self._green(line, at_s)
            elif state in WAITING:
                self._waits(line, state, at_s, clock_s)
            if name in wishes and line.wanted is not wishes[name]:
                self.breaks("a wish is a person's", at_s, f"{name}: {line.wanted}")

    def _green(self, line: LineSnapshot, at_s: float) -> None:
        name = self.who(line)
        device_id = line.registration.device.device_id if line.registration else ""
        person = self.people[name]
        confirmed_s = person.confirmed_s.get(device_id, float("-inf"))
        age_s = at_s - confirmed_s
        interval_s = max(person.interval_s.get(device_id, 30.0), 15.0)
        if age_s > GREEN_INTERVALS * interval_s + self.slack_s:
            told = f"{name}: {age_s:.1f} s without proof of {device_id}, interval {interval_s:.0f} s"
            self.breaks("I7 green is proven", at_s, told)
        else:
            self.oldest_green_s = max(self.oldest_green_s, age_s)
        if at_s > self._woke_s + AFTER_SLEEP_S and confirmed_s < self._woke_s:
            self.breaks("I7 green is proven after sleep", at_s, f"{name}: proof of {confirmed_s:.1f} s")

    def _waits(self, line: LineSnapshot, state: LineState, at_s: float, clock_s: float) -> None:
        name = self.who(line)
        if line.failure is None or not line.failure.title:
            self.breaks("I8 a wait has a cause", at_s, f"{name}: {state}")
        if state in A_PERSONS:
            if line.failure is not None and not line.failure.remedies:
                self.breaks("I10 a stop has a way out", at_s, f"{name}: {state}")
        elif line.next_at_s is not None:
            in_s = (line.next_at_s - clock_s) / self.second_s
            if not -OVERDUE_S - self.slack_s <= in_s <= LONGEST_WAIT_S:
                self.breaks("I8 a wait has a time", at_s, f"{name}: {state}, in {in_s:.1f} s")
