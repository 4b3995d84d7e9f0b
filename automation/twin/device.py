"""One simulated EOS device: its configurations, its files, and the commands it answers. No network in here."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from automation.twin.config import DeviceConfig, clean_config, render
from automation.twin.configure import Configurator, boot_config, parse_config
from automation.twin.exec_grammar import AT_EXEC, IN_CONFIG, IN_SESSION, CommandSet, match_exec
from automation.twin.matching import Match
from automation.twin.model import NOTHING_COUNTED, Octets, TwinDevice
from automation.twin.refusals import CommandRefused, could_not_run, invalid_input, unconverted
from automation.twin.sessions import CallLater, CommitCounts, Session, Sessions
from automation.twin.show import SHOWS, Answer, View, header, session_config, session_diffs
from inventory.devices import PortRef

type Result = dict[str, object]

_SPLIT_INTERFACE = re.compile(
    r"(\binterfaces?\s+(?:Ethernet|Port-Channel|Management|Loopback|Vlan))\s+(\d)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Command:
    """One command of a request; `extra` is input for its prompts, which only `enable` and `comment` ask for."""

    text: str
    extra: str = ""


class CommandsFailed(Exception):
    """A request stopped at command `index` (from 0); those before it gave `results`."""

    def __init__(self, index: int, results: Sequence[Result], refusal: CommandRefused) -> None:
        super().__init__(refusal.text)
        self.index = index
        self.results = tuple(results)
        self.refusal = refusal


@dataclass(slots=True)
class Prompt:
    """Where one request is typing: at the exec prompt, or configuring running-config or a session."""

    configurator: Configurator | None = None
    session: Session | None = None


@dataclass(slots=True)
class TwinSwitch:
    """A device that is switched on.

    `clock` is monotonic seconds, `epoch` seconds since 1970; `call_later` sets commit timers;
    `save` is told the startup-config whenever it is written; `link_up` says whether a port has link;
    `light_dbm` what its receiver gets, None where nothing or no optic; `refuses` are patterns of configuration
    lines it refuses, and `misheard` whom LLDP hears at a port instead (fault doors). `changed` is called behind
    every change of the running configuration.
    """

    device: TwinDevice
    startup: str
    clock: Callable[[], float]
    epoch: Callable[[], float]
    call_later: CallLater
    save: Callable[[str], None] = lambda _text: None
    link_up: Callable[[str], bool] = lambda _port: True
    refuses: list[re.Pattern[str]] = field(default_factory=list)
    changed: Callable[[], None] = lambda: None
    light_dbm: Callable[[str], float | None] = lambda _port: None
    octets: Callable[[str], Octets] = lambda _port: NOTHING_COUNTED
    misheard: Mapping[str, PortRef] = field(default_factory=dict)
    config: DeviceConfig = field(init=False)
    sessions: Sessions = field(init=False)
    files: dict[str, str] = field(init=False, default_factory=dict)
    refused_at_boot: tuple[str, ...] = field(init=False, default=())
    booted_at: float = field(init=False)
    started_s: float = field(init=False)

    def __post_init__(self) -> None:
        self.sessions = Sessions(self._set_running, lambda: self.config, self.clock, self.call_later)
        self._boot()

    @property
    def ports(self) -> frozenset[str]:
        return frozenset((*(port.name for port in self.device.ports), "Management1"))

    @property
    def counts(self) -> CommitCounts:
        return self.sessions.counts

    @property
    def running_config(self) -> str:
        """What `show running-config` prints."""
        return header(self.device, "show running-config") + render(self.config)

    def reboot(self) -> None:
        """Lose all that startup-config does not have: running-config, sessions and their timers."""
        self.sessions.forget_all()
        self._boot()
        self.changed()

    def edit(self, lines: Sequence[str]) -> None:
        """Change running-config by hand, as somebody at the console would. Raises: CommandRefused."""
        draft = self.config.copy()
        Configurator(draft, self.ports, auto_complete=True).type_all(lines)
        self.config = draft
        self.changed()

    def run(self, commands: Sequence[Command], *, as_text: bool, auto_complete: bool = False) -> list[Result]:
        """Do the commands one after the other, from the exec prompt on, and return one result each.

        Raises: CommandsFailed, at the first that is refused; what those before it did, stays done.
        """
        prompt = Prompt()
        results: list[Result] = []
        for index, command in enumerate(commands):
            try:
                results.append(_result(self._do(prompt, command.text.strip(), auto_complete), as_text))
            except CommandRefused as refusal:
                raise CommandsFailed(index, results, refusal) from refusal
        return results

    def _boot(self) -> None:
        self.config, self.refused_at_boot = boot_config(self.startup, self.ports)
        self.booted_at = self.epoch()
        self.started_s = self.clock()

    def _set_running(self, config: DeviceConfig) -> None:
        self.config = config
        self.changed()

    def _do(self, prompt: Prompt, line: str, auto_complete: bool) -> Answer:
        if prompt.configurator is None:
            return self._exec(prompt, line, AT_EXEC, auto_complete)
        if line.lower() == "end" or (line.lower() == "exit" and len(prompt.configurator.stack) == 1):
            prompt.configurator = prompt.session = None
            return Answer(json={})
        known = IN_SESSION if prompt.session else IN_CONFIG
        if line.split(maxsplit=1)[:1] and line.split(maxsplit=1)[0].lower() in known.first_words:
            return self._exec(prompt, line, known, auto_complete)
        if any(pattern.search(line) for pattern in self.refuses):
            raise invalid_input(0, line.split()[0])
        prompt.configurator.type(line)
        if prompt.session is None:
            self.changed()
        return Answer(json={})

    def _exec(self, prompt: Prompt, line: str, known: CommandSet, auto_complete: bool) -> Answer:
        line = _SPLIT_INTERFACE.sub(r"\1\2", line)
        match = match_exec(known, line, auto_complete=auto_complete)
        does = known.rules[match.index].does
        if does in SHOWS:
            return SHOWS[does](self._view(), match.arguments, match.tokens)
        return _ACTIONS[does](self, prompt, match)

    def _view(self) -> View:
        uptime = self.clock() - self.started_s
        return View(
            self.device,
            self.config,
            self.startup,
            self.sessions,
            self.link_up,
            self.booted_at,
            uptime,
            self.started_s,
            self.light_dbm,
            self.misheard,
            self.octets,
        )

    def configure(self, prompt: Prompt, _match: Match) -> Answer:
        prompt.configurator = Configurator(self.config, self.ports)
        return Answer(json={})

    def enter_session(self, prompt: Prompt, match: Match) -> Answer:
        prompt.session = self.sessions.enter(match.arguments["name"])
        prompt.configurator = Configurator(prompt.session.config, self.ports)
        return Answer(json={})

    def commit_session(self, _prompt: Prompt, match: Match) -> Answer:
        self.sessions.commit(match.arguments["name"])
        return Answer(json={})

    def commit_session_timer(self, _prompt: Prompt, match: Match) -> Answer:
        self.sessions.commit_for(match.arguments["name"], _seconds(match.arguments["time"]))
        return Answer(json={})

    def abort_session(self, _prompt: Prompt, match: Match) -> Answer:
        self.sessions.abort(match.arguments["name"])
        return Answer(json={})

    def write(self, _prompt: Prompt, _match: Match) -> Answer:
        self.startup = header(self.device, "show running-config") + render(self.config)
        self.save(self.startup)
        return Answer("Copy completed successfully.\n", {"messages": ["Copy completed successfully."]})

    def copy_startup(self, _prompt: Prompt, match: Match) -> Answer:
        self.files[match.arguments["file"]] = self.startup
        return Answer("Copy completed successfully.\n", {"messages": ["Copy completed successfully."]})

    def copy_running(self, _prompt: Prompt, match: Match) -> Answer:
        self.files[match.arguments["file"]] = self.running_config
        return Answer("Copy completed successfully.\n", {"messages": ["Copy completed successfully."]})

    def replace(self, _prompt: Prompt, match: Match) -> Answer:
        if match.arguments["file"] not in self.files:
            raise could_not_run(f"Error opening {match.arguments['file']} (No such file or directory)")
        self._set_running(parse_config(self.files[match.arguments["file"]], self.ports))
        return Answer(json={})

    def nothing(self, _prompt: Prompt, _match: Match) -> Answer:
        return Answer(json={})

    def commit_here(self, prompt: Prompt, _match: Match) -> Answer:
        self.sessions.commit(_leave(prompt))
        return Answer(json={})

    def commit_timer_here(self, prompt: Prompt, match: Match) -> Answer:
        self.sessions.commit_for(_leave(prompt), _seconds(match.arguments["time"]))
        return Answer(json={})

    def abort_here(self, prompt: Prompt, _match: Match) -> Answer:
        self.sessions.abort(_leave(prompt))
        return Answer(json={})

    def clean_here(self, prompt: Prompt, _match: Match) -> Answer:
        session = self.sessions.named(_name(prompt))
        session.config = clean_config(self.ports)
        prompt.configurator = Configurator(session.config, self.ports)
        return Answer(json={})

    def session_config_here(self, prompt: Prompt, match: Match) -> Answer:
        return session_config(self._view(), {"name": _name(prompt)}, match.tokens)

    def session_diffs_here(self, prompt: Prompt, match: Match) -> Answer:
        return session_diffs(self._view(), {"name": _name(prompt)}, match.tokens)


_ACTIONS: dict[str, Callable[[TwinSwitch, Prompt, Match], Answer]] = {
    "configure": TwinSwitch.configure,
    "enter_session": TwinSwitch.enter_session,
    "commit_session": TwinSwitch.commit_session,
    "commit_session_timer": TwinSwitch.commit_session_timer,
    "abort_session": TwinSwitch.abort_session,
    "write": TwinSwitch.write,
    "copy_startup": TwinSwitch.copy_startup,
    "copy_running": TwinSwitch.copy_running,
    "replace": TwinSwitch.replace,
    "nothing": TwinSwitch.nothing,
    "commit_here": TwinSwitch.commit_here,
    "commit_timer_here": TwinSwitch.commit_timer_here,
    "abort_here": TwinSwitch.abort_here,
    "clean_here": TwinSwitch.clean_here,
    "session_config_here": TwinSwitch.session_config_here,
    "session_diffs_here": TwinSwitch.session_diffs_here,
}


def _result(answer: Answer, as_text: bool) -> Result:
    if as_text:
        return {"output": answer.text}
    answered = answer.as_json() if answer.as_json is not None else answer.json
    if answered is None:
        raise unconverted()
    return dict(answered)


def _seconds(time: str) -> float:
    hours, minutes, seconds = (int(part) for part in time.split(":"))
    total = hours * 3600 + minutes * 60 + seconds
    if not total:
        raise could_not_run("Commit timer must be longer than zero")
    return float(total)


def _name(prompt: Prompt) -> str:
    if prompt.session is None:
        raise could_not_run("Not in a configuration session")
    return prompt.session.name


def _leave(prompt: Prompt) -> str:
    name = _name(prompt)
    prompt.session = prompt.configurator = None
    return name
