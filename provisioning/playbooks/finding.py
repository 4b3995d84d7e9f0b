"""Where playbooks are found: ours, those of installed packages (entry points), and those of a folder.

A broken one is reported with its error, and the others work. Two of one name are both refused, and none takes the
name of one of ours: what a name does must not hang on what was read first.
"""

import importlib.util
import re
import stat
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType

from provisioning.playbook_errors import PlaybookBroken, UnknownPlaybook
from provisioning.playbooks.ours import OURS
from provisioning.playbooks.shape import Parameter, Playbook

ENTRY_POINTS = "neutralhost.playbooks"
OBJECT = "PLAYBOOK"  # what a file of a folder calls its playbook
BUILT_IN = "built in"
NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
PARAMETER = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
KINDS = ("str", "int", "float", "bool", "Path", "date")
RESERVED = frozenset({"limit", "limits", "dry_run", "json", "help"})


@dataclass(frozen=True, slots=True)
class Found:
    """A playbook, and where it came from."""

    playbook: Playbook
    source: str


@dataclass(frozen=True, slots=True)
class Library:
    """All playbooks by name, and what was refused."""

    found: tuple[Found, ...]
    broken: tuple[PlaybookBroken, ...]

    def get(self, name: str) -> Found:
        """Raises: UnknownPlaybook; PlaybookBroken, where a broken one has that name."""
        for each in self.found:
            if each.playbook.name == name:
                return each
        for broken in self.broken:
            if name in {Path(broken.source).stem, broken.source.rpartition(" ")[2]}:
                raise broken
        raise UnknownPlaybook(name)


def find_playbooks(folder: Path | None) -> Library:
    """Read every playbook. Files and packages of others are run by this: they are Python."""
    broken: list[PlaybookBroken] = []
    theirs = [*_read_each(_of_packages(), broken), *_read_each(_of_folder(folder, broken), broken)]
    taken = {playbook.name for playbook in OURS}
    kept: list[Found] = []
    for each in theirs:
        rivals = [other.source for other in theirs if other is not each and other.playbook.name == each.playbook.name]
        if each.playbook.name in taken:
            rivals = [f"one of ours ({BUILT_IN})"]
        if rivals:
            why = f"the name {each.playbook.name} is that of {', '.join(rivals)} too"
            broken.append(PlaybookBroken(each.source, why))
        else:
            kept.append(each)
    found = [*(Found(playbook, BUILT_IN) for playbook in OURS), *sorted(kept, key=lambda each: each.playbook.name)]
    return Library(tuple(found), tuple(broken))


type Candidate = tuple[str, Callable[[], object]]


def _of_packages() -> Iterator[Candidate]:
    for point in sorted(entry_points(group=ENTRY_POINTS), key=lambda each: (each.name, each.value)):
        yield f"entry point {point.name}", _loading(point)


def _loading(point: EntryPoint) -> Callable[[], object]:
    return point.load


def _of_folder(folder: Path | None, broken: list[PlaybookBroken]) -> Iterator[Candidate]:
    if folder is None:
        return
    if not folder.is_dir():
        broken.append(PlaybookBroken(str(folder), "NEUTRALHOST_PLAYBOOKS_FOLDER names no folder"))
        return
    if _is_open_to_all(folder):
        broken.append(PlaybookBroken(str(folder), "anybody on this machine may write into it"))
        return
    for path in sorted(folder.glob("*.py")):
        if not path.name.startswith("_"):
            yield str(path), _reading(path)


def _reading(path: Path) -> Callable[[], object]:
    def read() -> object:
        if _is_open_to_all(path):
            raise PlaybookBroken(str(path), "anybody on this machine may write it")
        module = _module_of(path)
        found = getattr(module, OBJECT, None)
        if found is None:
            raise PlaybookBroken(str(path), f"it defines no {OBJECT}")
        return found

    return read


def _is_open_to_all(path: Path) -> bool:
    """What is read here is run with our rights."""
    return bool(path.stat().st_mode & stat.S_IWOTH)


def _module_of(path: Path) -> ModuleType:
    name = f"neutralhost_playbook_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise PlaybookBroken(str(path), "Python cannot read it")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses in it look themselves up there
    spec.loader.exec_module(module)
    return module


def _read_each(candidates: Iterable[Candidate], broken: list[PlaybookBroken]) -> Iterator[Found]:
    for source, read in candidates:
        try:
            found = read()
            faults = faults_of(found)
        except PlaybookBroken as error:
            broken.append(error)
        except (Exception, SystemExit) as error:  # noqa: BLE001  # somebody else's file: whatever it raises, ours must work
            broken.append(PlaybookBroken(source, words_of(error, source)))
        else:
            if faults:
                broken.append(PlaybookBroken(source, "; ".join(faults)))
            elif isinstance(found, Playbook):
                yield Found(found, source)


def words_of(error: BaseException, source: str) -> str:
    """Say what was raised, and at which line of the file."""
    if isinstance(error, SyntaxError) and error.filename == source:
        return f"line {error.lineno}: {error.msg}"
    line = line_in(error, source)
    said = f"{type(error).__name__}: {error}".rstrip(": ")
    return f"line {line}: {said}" if line else said


def line_in(error: BaseException, path: str) -> int | None:
    """The last line of a file that was at work when the error was raised, None where none was."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == path]
    return lines[-1] if lines else None


def faults_of(found: object) -> Sequence[str]:
    """What keeps an object from being a playbook; nothing where it is one."""
    if not isinstance(found, Playbook):
        return [f"it is a {type(found).__name__}, not a Playbook"]
    faults = [] if NAME.fullmatch(found.name) else [f"its name {found.name!r} is not made of small letters, 0-9 and -"]
    if not found.does.strip():
        faults.append("it does not say what it does")
    run: object = found.run
    if not callable(run) and not isinstance(run, str):
        faults.append("its run is no function")
    names = [parameter.name for parameter in found.parameters]
    faults += [f"its parameter {name} stands there twice" for name in sorted({n for n in names if names.count(n) > 1})]
    return [*faults, *(fault for parameter in found.parameters for fault in _faults_of_parameter(parameter))]


def _faults_of_parameter(parameter: Parameter) -> Iterator[str]:
    if not PARAMETER.fullmatch(parameter.name) or parameter.name in RESERVED:
        yield f"no parameter can be called {parameter.name!r}"
    if parameter.kind.__name__ not in KINDS:
        yield f"its parameter {parameter.name} is a {parameter.kind.__name__}, and only {', '.join(KINDS)} can be given"
    if not parameter.help.strip():
        yield f"its parameter {parameter.name} has no help"
