"""Why the twin cannot do what was asked of it.

AutomationError
└── TwinError
    ├── TwinNeedsRoot        namespaces and Open vSwitch need root
    ├── TwinLacksPrograms    a program of the operating system is not installed
    ├── TwinProgramFailed    one of them failed
    ├── TwinIsUp             there is one already
    ├── TwinIsNotUp          there is none
    ├── TwinDidNotStart      its server ended, or did not answer in time
    ├── TwinDidNotAnswer     its server is there and says nothing
    ├── TwinSaidNo           it answered that it will not do this, and why
    ├── TwinForwardsNothing  asked of the twin in memory what only the one with packets can do
    └── TwinFaultUnknown     no such fault, or a value is missing
"""

from collections.abc import Sequence

from automation.errors import AutomationError


class TwinError(AutomationError):
    """The twin cannot do what was asked of it."""

    code = "twin-error"


class TwinNeedsRoot(TwinError):
    """Namespaces and Open vSwitch need root."""

    code = "twin-needs-root"
    next_step = "Run it as root (sudo), or take the twin in memory: --backend memory."

    def __init__(self) -> None:
        super().__init__("The twin with packets makes network namespaces, and only root may.")


class TwinLacksPrograms(TwinError):
    """Programs of the operating system are not installed; `packages` are Debian's."""

    code = "twin-lacks-programs"
    next_step = "Install Debian's packages with apt-get install, or take the twin in memory: --backend memory."

    def __init__(self, programs: Sequence[str], packages: Sequence[str]) -> None:
        self.programs = tuple(programs)
        self.packages = tuple(packages)
        super().__init__(
            f"The twin with packets needs programs that are not here: {', '.join(programs)}"
            f" (packages {' '.join(packages)}).",
            programs=self.programs,
            packages=self.packages,
        )


class TwinProgramFailed(TwinError):
    """A program of the operating system failed. `words` is what it said."""

    code = "twin-program-failed"
    next_step = "Run `neutralhost twin down`, which removes whatever is left, and try again."

    def __init__(self, program: Sequence[str], words: str) -> None:
        self.program = tuple(program)
        self.words = words
        super().__init__(f"`{' '.join(program)}` failed: {words}.", program=self.program, words=words)


class TwinIsUp(TwinError):
    """A twin is up already."""

    code = "twin-is-up"
    next_step = "Use it (`neutralhost twin status`), or end it first: `neutralhost twin down`."

    def __init__(self, backend: str, pid: int) -> None:
        self.backend = backend
        self.pid = pid
        super().__init__(f"A twin is up already ({backend}, process {pid}).", backend=backend, pid=pid)


class TwinIsNotUp(TwinError):
    """No twin is up."""

    code = "twin-is-not-up"
    next_step = "Start one: `neutralhost twin up`."

    def __init__(self) -> None:
        super().__init__("No twin is up.")


class TwinDidNotStart(TwinError):
    """The twin's server ended, or did not answer in time. `words` is the last it said."""

    code = "twin-did-not-start"
    next_step = "Read the twin's log; `neutralhost twin down` removes whatever is left."

    def __init__(self, log: str, words: str) -> None:
        self.log = log
        self.words = words
        super().__init__(f"The twin did not start: {words} (its log: {log}).", log=log, words=words)


class TwinDidNotAnswer(TwinError):
    """The twin's server is there and says nothing."""

    code = "twin-did-not-answer"
    next_step = "End it with `neutralhost twin down`, which also ends one that hangs."

    def __init__(self, words: str) -> None:
        self.words = words
        super().__init__(f"The twin does not answer: {words}.", words=words)


class TwinSaidNo(TwinError):
    """The running twin answered that it will not do this, in the words of `reason`, the code of its error."""

    code = "twin-said-no"
    next_step = "`neutralhost twin status` lists its devices, links and places."

    def __init__(self, sentence: str, reason: str) -> None:
        self.reason = reason
        super().__init__(sentence, reason=reason)


class TwinForwardsNothing(TwinError):
    """Asked of the twin in memory what only the one with packets can do."""

    code = "twin-forwards-nothing"
    next_step = "Start the other one: `neutralhost twin down`, then `neutralhost twin up --backend ovs` as root."

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(f"The twin in memory forwards no frames, so it cannot {what}.", what=what)


class TwinFaultUnknown(TwinError):
    """No such fault, or a value is missing or is not one."""

    code = "twin-fault-unknown"
    next_step = "Take one of the faults it names; `neutralhost twin fault --help` says what each needs."

    def __init__(self, kind: str, words: str, known: Sequence[str]) -> None:
        self.kind = kind
        self.known = tuple(known)
        super().__init__(
            f"{kind!r} cannot be asked for: {words}; the faults are {', '.join(known)}.", kind=kind, known=self.known
        )
