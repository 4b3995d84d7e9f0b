"""What every platform's dialect can tell: text in, text out. Pure, but for reading templates.

A dialect knows how a platform writes down what intents want, and whose each line of a device is. It
speaks to no device: that is a `Speech` (automation/speech/speech.py). Of each platform there is one
object of each, named in `automation/platforms.py`.

`running` is always the whole configuration as the platform's speech reads it. Commands are in the form
that the platform's speech loads; nothing above looks into them but to count and to show their lines.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from automation.change_plan import Finding
from automation.intents import Intent, found_lines

UNKNOWN = "unknown"  # the owner of a line that is ours by its pattern or its tag, and that no intent asks for


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing a configuration says: the line, and the lines it stands below, outermost first.

    Without indentation and without the platform's punctuation (braces, semicolons, `!`): two texts say
    the same where they have the same statements, in the same order where order matters.
    """

    path: tuple[str, ...]
    line: str


@dataclass(frozen=True, slots=True)
class Blamed:
    """A statement and whose it is: labels of intents (service ids, "baseline"), or `UNKNOWN`; empty where not ours.

    A line that lists tags can have several owners.
    """

    statement: Statement
    owners: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DevicePlan:
    """What to load, "" where nothing; and the intents, with the lines of their ports as found (or as given)."""

    commands: str
    intents: tuple[Intent, ...]

    @property
    def idle_lines(self) -> tuple[str, ...]:
        return tuple(line for intent in self.intents for line in found_lines(intent))


class Dialect(Protocol):
    """One platform's text. All methods are pure; all intents given to one call are for the same device."""

    def render(self, intents: Sequence[Intent]) -> str:
        """What the device's configuration says for these intents, as its own running-config writes it.

        Raises: UnsafeText, ValueError (a tag or a rate is no possible one), PlatformCannot.
        """

    def plan(self, running: str, before: Sequence[Intent], after: Sequence[Intent]) -> DevicePlan:
        """The commands that take a device from `before` to `after`: to add, `before` is empty; to remove, `after`.

        Only what differs is commanded: "" where the device says `after` already. The plan's intents are those
        `after`, with their ports' lines as found before (inherited from `before` where a port stays in use); of a
        removal they are those `before`. Applying a removal leaves, byte for byte, what the addition found.

        Raises: TagNotFree, PortNotIdle, PortUnfit, UnsafeText, PlatformCannot, PlanOutOfBounds.
        """

    def check_bounds(self, commands: str, intents: Sequence[Intent]) -> None:
        """Raises: PlanOutOfBounds. Every line of `commands` is about what these intents own."""

    def same(self, one: str, other: str) -> bool:
        """Do two configurations say the same, but for white space and order that does not matter?"""

    def statements(self, text: str) -> tuple[Statement, ...]:
        """Everything a configuration says, in order, each statement once."""

    def promised(self, before: str, diff: str) -> str | None:
        """The configuration with the device's own diff of it in force; None where that cannot be read as one of it."""

    def blame(self, running: str, intents: Sequence[Intent]) -> tuple[Blamed, ...]:
        """Every statement of the configuration, in order, and whose it is by these intents."""

    def suspects(self, running: str, intents: Sequence[Intent]) -> Sequence[Intent]:
        """Those of which a glance does not show that the device says them: all others need no planning to be judged."""

    def carriers(self, running: str, tag: int) -> frozenset[str]:
        """The ports that carry this VLAN tag, tagged or not; one that carries every tag carries this one."""

    def strays(self, device: str, running: str, intents: Sequence[Intent]) -> tuple[Finding, ...]:
        """What is ours by pattern or tag and is nobody's by these intents: one finding each, none of them ok."""

    def excess(self, running: str, intents: Sequence[Intent]) -> tuple[Blamed, ...]:
        """Statements within what is wholly one intent's, and that it does not want; each with that one owner."""

    def without_excess(self, running: str, intents: Sequence[Intent], left_behind: Collection[str] = ()) -> str:
        """The configuration without what is `excess`, and without all that bears one of these labels.

        A port that a service left behind had taken is shut. Nothing else is another than it was.
        """

    def with_ours_of(self, running: str, earlier: str, intents: Sequence[Intent]) -> str:
        """The configuration with what is ours as the earlier one says it, where that says it at all.

        That is the baseline, and services that are to be now as they were then: what came since stays, what is
        ordered otherwise by now, or by nobody, does not come back, and what is not ours is as it is.
        """

    def without_secrets(self, text: str) -> str:
        """A configuration, or a diff of one, with every password, key and community replaced by `<removed>`."""
