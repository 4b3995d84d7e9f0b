"""What is wrong with a simulated device, on purpose. Tests and demonstrations ask for it; the simulators obey."""

import re
from dataclasses import dataclass, field

from inventory.devices import PortRef


@dataclass(slots=True)
class Faults:
    """The faults of one device. Its simulator reads them; times in seconds.

    `refuses` are patterns of configuration lines it refuses; `hangs` takes requests and never answers;
    `admits_nobody` breaks every new connection, and goes on with those that are open;
    `die_after_commit` goes away right behind the answer to the next commit; so many of the next answers are
    broken in the middle as `break_answers` says, though what was asked is done; `light_dbm` is what a port's
    receiver says, by port, and `neighbours` whom LLDP hears there instead of who is at the other end;
    `associated` says of a section of an access point how many are on it, and the octets received from and sent to
    them. `clock_rate` is how many times too fast its commit timer runs, where that counts in minutes (Junos).
    """

    refuses: list[re.Pattern[str]] = field(default_factory=list)
    answer_after_s: float = 0.0
    hangs: bool = False
    admits_nobody: bool = False
    die_after_commit: bool = False
    break_answers: int = 0
    light_dbm: dict[str, float] = field(default_factory=dict)
    neighbours: dict[str, PortRef] = field(default_factory=dict)
    clock_rate: float = 1.0
    associated: dict[str, tuple[int, int, int]] = field(default_factory=dict)

    def clear(self) -> None:
        """Nothing is wrong with it any more."""
        self.refuses.clear()
        self.light_dbm.clear()
        self.neighbours.clear()
        self.associated.clear()
        self.clock_rate = 1.0
        self.answer_after_s, self.hangs, self.die_after_commit, self.break_answers = 0.0, False, False, 0
        self.admits_nobody = False
