"""Compare what one device should say with what it says. Pure: the audit's eye.

Looks at what intents own, and at what bears our mark or carries a tag where only ours may be; the rest
of a device's text is not ours to judge. Of a platform that is only read nothing is ours: it is held
against the backup that a person accepted. The kinds are those of docs/explanation/drift.md.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from automation.canonical import INNER, Canonical, canonical
from automation.change_plan import Finding
from automation.dialects.dialect import Dialect, Statement
from automation.drift_kinds import DriftKind
from automation.errors import AutomationError, PortNotIdle, PortUnfit, TagNotFree
from automation.intents import CircuitIntent, Intent
from automation.masking import without_secrets

UNREAD = "read"  # the check of a device that could not be read: whether it drifted is not known
ACCEPTED = "accepted backup"  # the check of a device that is only read
EXTRA = "more than intended"
FOREIGN_TAG = "foreign tag"
NOTHING = "nothing of ours"
NO_ACCEPTED = "nothing is intended of it and no backup of it was accepted, so there is nothing to hold it against"
_MOST_LINES = 5  # lines of one finding that are shown


@dataclass(frozen=True, slots=True)
class Accepted:
    """The version of a backup that a person accepted. `text` has its secrets masked."""

    number: int
    text: str


def unread(device: str, why: str) -> Finding:
    return Finding(device, UNREAD, False, why, DriftKind.UNREACHABLE)


def device_drift(dialect: Dialect, device: str, running: str, intents: Sequence[Intent]) -> tuple[Finding, ...]:
    """Return one finding per intent, `ok` where as it should be, and one per thing of ours nobody intends.

    What bears our mark is `unknown` here: only who knows all services can tell that it is of one that was.
    """
    found = (
        *_intended(dialect, running, intents),
        *_extra(dialect, device, running, intents),
        *(_stray(finding) for finding in dialect.strays(device, running, intents)),
    )
    return found or (Finding(device, NOTHING, True, "nothing is intended of it, and nothing of ours is there"),)


def accepted_drift(device: str, platform: str, running: str, accepted: Accepted | None) -> tuple[Finding, ...]:
    """What a device that is only read says otherwise than the backup that was accepted."""
    if accepted is None:
        return (Finding(device, ACCEPTED, True, NO_ACCEPTED),)
    then, now = canonical(accepted.text, platform), canonical(without_secrets(running, platform), platform)
    gone, come = _lines_of(then, now), _lines_of(now, then)
    words = f"than in backup {accepted.number}"
    found = [
        Finding(device, ACCEPTED, False, f"{said} {words}: {_listed(lines)}", kind)
        for said, lines, kind in (("less", gone, DriftKind.MISSING), ("more", come, DriftKind.FOREIGN))
        if lines
    ]
    return tuple(found) or (Finding(device, ACCEPTED, True, f"it says what backup {accepted.number} says"),)


def _lines_of(one: Canonical, other: Canonical) -> list[str]:
    """The lines of `one` that `other` does not have, each behind the header of its block."""
    return [
        f"{name} {line}".replace(INNER, " ").strip()
        for name in sorted(one.changed_since(other) & one.blocks.keys())
        for line in _left(one.blocks[name], other.blocks.get(name))
    ]


def _left(lines: Sequence[str], others: Sequence[str] | None) -> Sequence[str]:
    """The lines that the other block does not have; the header's own where there is nothing below it."""
    known = frozenset(others or ())
    return [line for line in lines if line not in known] or ([""] if others is None else [])


def _intended(dialect: Dialect, running: str, intents: Sequence[Intent]) -> Iterator[Finding]:
    """Those that a glance does not show to be there are planned: all at once, then halves of what is not right."""
    suspects = dialect.suspects(running, intents)
    known = frozenset(map(id, suspects))
    yield from (_as_intended(intent) for intent in intents if id(intent) not in known)
    if suspects:  # what is too much is said apart, by `_extra`: it is not missing
        yield from _planned(dialect, dialect.without_excess(running, intents), suspects)


def _planned(dialect: Dialect, running: str, intents: Sequence[Intent]) -> Iterator[Finding]:
    if not intents:
        return
    try:
        missing = dialect.plan(running, (), intents).commands
        refusal = None
    except AutomationError as error:
        missing, refusal = "", error
    if not missing and refusal is None:
        yield from map(_as_intended, intents)
    elif len(intents) > 1:
        half = len(intents) // 2
        yield from _planned(dialect, running, intents[:half])
        yield from _planned(dialect, running, intents[half:])
    else:
        yield _not_as_intended(dialect, intents[0], missing, refusal)


def with_those_as_intended(intents: Sequence[Intent], wrong: Sequence[Finding]) -> Iterator[Finding]:
    """One finding, ok, of every intent that none of these is about."""
    checks = {finding.check for finding in wrong}
    return (_as_intended(intent) for intent in intents if check_of(intent) not in checks)


def _as_intended(intent: Intent) -> Finding:
    words = f"S-VLAN {intent.s_vlan}" if isinstance(intent, CircuitIntent) else "it"
    return Finding(intent.device, check_of(intent), True, f"{words} is as intended", label=intent.label)


def _not_as_intended(dialect: Dialect, intent: Intent, missing: str, refusal: AutomationError | None) -> Finding:
    """What stands where ours should is foreign, as planning refuses to overwrite it; what is not there is missing."""
    if refusal is not None:
        in_the_way = isinstance(refusal, PortNotIdle | TagNotFree | PortUnfit)
        kind = DriftKind.FOREIGN if in_the_way else DriftKind.MISSING
        return Finding(intent.device, check_of(intent), False, refusal.sentence, kind, intent.label)
    words = "missing: " + _listed([line.strip() for line in dialect.without_secrets(missing).splitlines()])
    return Finding(intent.device, check_of(intent), False, words, DriftKind.MISSING, intent.label)


def check_of(intent: Intent) -> str:
    """What a finding about an intent calls it."""
    return f"{intent.kind} {intent.label}"


def _extra(dialect: Dialect, device: str, running: str, intents: Sequence[Intent]) -> Iterator[Finding]:
    """Lines of a block that is wholly somebody's of ours, and that its intent does not have."""
    found: dict[str, list[str]] = {}
    for one in dialect.excess(running, intents):
        found.setdefault(one.owners[0], []).append(words_of(dialect, one.statement))
    for label, lines in found.items():
        yield Finding(device, EXTRA, False, f"{label} does not want: {_listed(lines)}", DriftKind.EXTRA, label)


def words_of(dialect: Dialect, statement: Statement) -> str:
    """A statement on one line, without secrets."""
    return dialect.without_secrets(" / ".join((*statement.path, statement.line)))


def _stray(found: Finding) -> Finding:
    kind = DriftKind.FOREIGN if found.check == FOREIGN_TAG else DriftKind.UNKNOWN
    return Finding(found.device, found.check, found.ok, found.detail, kind, found.label)


def _listed(lines: Sequence[str]) -> str:
    more = [f"{len(lines) - _MOST_LINES} more lines"] if len(lines) > _MOST_LINES else []
    return "; ".join([*(line.strip() for line in lines[:_MOST_LINES]), *more])
