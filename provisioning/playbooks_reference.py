"""Write docs/reference/playbooks.md from the code: `python -m provisioning.playbooks_reference`.

A test says whether the page is what this would write.
"""

import inspect
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path
from textwrap import dedent
from typing import Any

from automation import limit
from provisioning.playbooks import shape
from provisioning.playbooks.ours import OURS
from provisioning.playbooks.shape import Context, Parameter, Playbook, Reads

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "playbooks.md"
HEAD = """# Playbooks

*Written by `make docs` from the code; change the code, not this page.* How to run one, and to write one:
[how-to/playbooks.md](../how-to/playbooks.md).

## Those that come with neutralhost
"""
SHAPES = (shape.Playbook, shape.Parameter, shape.Needs, shape.Report, shape.DeviceResult, shape.Table)


def page() -> str:
    """Return the whole page as Markdown."""
    return "\n".join([HEAD, *_ours(), *_writing(), *_limits()]).rstrip() + "\n"


def _ours() -> Iterator[str]:
    for playbook in OURS:
        yield from _playbook(playbook)


def _playbook(playbook: Playbook) -> Iterator[str]:
    yield f"### `{playbook.name}`\n"
    yield f"{playbook.does} {playbook.more}".rstrip() + "\n"
    yield f"Needs the right to {playbook.needs.right.value}{_able(playbook)}. Dry run: {playbook.dry_run}\n"
    if playbook.parameters:
        yield "| parameter | |"
        yield "|---|---|"
        yield from (f"| `{_usage(parameter)}` | {parameter.help} |" for parameter in playbook.parameters)
        yield ""


def _able(playbook: Playbook) -> str:
    return f", and platforms that can: {', '.join(sorted(playbook.needs.can))}" if playbook.needs.can else ""


def _usage(parameter: Parameter) -> str:
    if parameter.positional:
        return parameter.name.upper() if parameter.required else f"[{parameter.name.upper()}]"
    return f"--{parameter.name.replace('_', '-')}"


def _writing() -> Iterator[str]:
    yield "## What one is\n"
    yield _text(shape.__doc__) + "\n"
    yield "All of it is imported from `provisioning.playbooks`.\n"
    for kind in SHAPES:
        yield from _fields(kind)
    yield from _words(shape.Verdict)
    for protocol in (Context, Reads):
        yield from _members(protocol)
    yield from _members(shape.Values)


def _fields(kind: type) -> Iterator[str]:
    assert is_dataclass(kind)  # noqa: S101 - all of them are
    yield f"### `{kind.__name__}`\n"
    yield _text(kind.__doc__) + "\n"
    yield "    " + ", ".join(field.name for field in fields(kind)) + "\n"


def _words(kind: type[Enum]) -> Iterator[str]:
    yield f"### `{kind.__name__}`\n"
    yield _text(kind.__doc__) + "\n"
    yield "    " + ", ".join(str(member.value) for member in kind) + "\n"


def _members(kind: type) -> Iterator[str]:
    yield f"### `{kind.__name__}`\n"
    yield _text(kind.__doc__) + "\n"
    for name, member in vars(kind).items():
        told = member.fget if isinstance(member, property) else member
        if name.startswith("_") or not inspect.isfunction(told):
            continue
        signature = "" if isinstance(member, property) else _signature(told)
        yield f"- `{name}{signature}`: {_one_line(told.__doc__)}"
    yield ""


def _signature(function: Any) -> str:
    named = [parameter for parameter in inspect.signature(function).parameters.values() if parameter.name != "self"]
    return f"({', '.join(_named(parameter) for parameter in named)})"


def _named(parameter: inspect.Parameter) -> str:
    is_rest = parameter.kind is inspect.Parameter.VAR_POSITIONAL
    stars = "*" if is_rest else "**" if parameter.kind is inspect.Parameter.VAR_KEYWORD else ""
    default = "" if parameter.default is inspect.Parameter.empty else f"={parameter.default!r}"
    return f"{stars}{parameter.name}{default}"


def _limits() -> Iterator[str]:
    yield "## `--limit`\n"
    yield _text(limit.__doc__) + "\n"
    yield f"A device has: {', '.join(f'`{name}`' for name in limit.ATTRIBUTES)}.\n"


def _text(documented: str | None) -> str:
    first, _, rest = (documented or "").partition("\n")
    return f"{first}\n{dedent(rest)}".strip()


def _one_line(documented: str | None) -> str:
    return " ".join((documented or "").split())


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
