"""The API's reference page, written from the operation registry.

`python -m web.api.reference > docs/reference/api.md`
"""

import re
import sys
from collections.abc import Iterable, Iterator

from inventory.errors import NeutralhostError
from provisioning.policy import RULES
from web.api.openapi import ALWAYS, WITH_A_BODY, openapi
from web.api.operation import Operation
from web.api.operations import OPERATIONS
from web.errors import kind_of, problem_kinds

HEAD = """\
# API reference

<!-- Written by `python -m web.api.reference`; a test holds it to the registry. -->

Everything is below `/api/v1`. The same as OpenAPI 3.1: `/api/v1/openapi.json`. How to place a first order:
[Order by API](../how-to/order-by-api.md).

- **Who you are**: `Authorization: Bearer nh_<key>.<secret>`, a token from the portal's *Tokens* page,
  `neutralhost user token`, or `POST /tokens`. A token may do what its user may do, within its scopes if it has any. Or
  an access token `nha_<key>.<secret>` of an ISP's client: [People and machines](../how-to/people.md).
- **Units**: money in pence without VAT, rates in Mbit/s, bursts in bytes, lengths in metres, times in UTC (RFC 3339).
- **Bodies** are JSON objects; an unknown field, a number in quotes or a missing field is refused.
- **Once only**: what orders something needs an `Idempotency-Key` header of your own choice. The same key with the same
  request answers 200 with the same order, for ever; the first time it was 201. Any other POST takes the header too: the
  same request with the same key is answered as it was first, with `Idempotent-Replayed: true`.
- **Lists** answer `items` and, where they are long, `next_cursor`: give it back as `cursor` for the next page.
- **Refusals** are `application/problem+json` (RFC 9457): `type` (a page that explains it), `title`, `status`, `detail`
  (one sentence with the facts, one with the next step), `code` and `facts`. Any operation may answer
  {always}; one with a body also
  {with_a_body}.
- **Yours only**: another ISP's order, service or token is one that does not exist (404).
"""


def reference() -> str:
    """The whole page, as Markdown."""
    parts = [_head(), _matrix(OPERATIONS)]
    for tag in dict.fromkeys(operation.tag for operation in OPERATIONS):
        parts.append(f"## {tag.capitalize()}\n")
        parts += [_operation(operation) for operation in OPERATIONS if operation.tag == tag]
    return "\n".join([*parts, _problems()])


def _head() -> str:
    return HEAD.format(always=_codes(ALWAYS), with_a_body=_codes(WITH_A_BODY))


def _matrix(operations: Iterable[Operation]) -> str:
    rows = [
        "## What each operation needs\n",
        "Which roles may do what is in [Rights](rights.md); a limited token needs the scope.\n",
        "| operation | is allowed to who may | scope |",
        "|---|---|---|",
    ]
    rows += [f"| `{each.method} {each.path}` | {_needs(each)} |" for each in operations]
    return "\n".join(rows) + "\n"


def _needs(operation: Operation) -> str:
    if operation.action is None:
        return "nobody: it names no action | –"
    scope = RULES[operation.action].scope
    return f"{operation.action} | {'–' if scope is None else f'`{scope}`'}"


def _operation(operation: Operation) -> str:
    described = openapi()["paths"][operation.path][operation.method.lower()]
    lines = [f"### `{operation.method} {operation.path}`\n", f"{operation.summary}. {operation.notes}".strip() + "\n"]
    for parameter in described["parameters"]:
        needed = "" if parameter["required"] else ", optional"
        text = f": {parameter['description']}" if "description" in parameter else ""
        lines.append(f"- {parameter['in']} `{parameter['name']}` ({_kind(parameter['schema'])}{needed}){text}")
    lines += _fields(operation)
    lines.append(f"- answers {_answers(operation)}")
    if operation.errors:
        lines.append(f"- may refuse with {_codes(operation.errors)}")
    return "\n".join(lines) + "\n"


def _codes(errors: Iterable[type[NeutralhostError]]) -> str:
    return ", ".join(f"`{kind_of(error).code}`" for error in errors)


def _fields(operation: Operation) -> Iterator[str]:
    if operation.body is None:
        return
    schema = openapi()["components"]["schemas"][operation.body.__name__]
    for name, member in schema["properties"].items():
        needed = "" if name in schema.get("required", ()) else ", optional"
        text = f": {member['description']}" if "description" in member else ""
        yield f"- body `{name}` ({_kind(member)}{needed}){text}"


def _answers(operation: Operation) -> str:
    statuses = " or ".join(str(int(status)) for status in operation.statuses)
    if operation.shows is None:
        return statuses
    fields = openapi()["components"]["schemas"][operation.shows.__name__]["properties"]
    return f"{statuses} with {', '.join(f'`{name}`' for name in fields)}"


def _kind(schema: dict[str, object]) -> str:
    """What a value looks like, in a few words."""
    kinds = schema.get("anyOf")
    if isinstance(kinds, list):
        return " or ".join(_kind(kind) for kind in kinds if kind.get("type") != "null")
    if "$ref" in schema:
        return _kind(openapi()["components"]["schemas"][str(schema["$ref"]).rsplit("/", 1)[-1]])
    if isinstance(schema.get("enum"), list):
        return " or ".join(f"`{value}`" for value in schema["enum"])  # type: ignore[attr-defined]  # it is a list
    return str(schema.get("format") or schema.get("type")) + _bounds(schema)


def _bounds(schema: dict[str, object]) -> str:
    lowest = schema.get("minimum", schema.get("exclusiveMinimum"))
    if lowest is not None:
        above = "above " if "exclusiveMinimum" in schema else ""
        return f", {above}{lowest} to {schema.get('maximum')}"
    if "maxLength" in schema:
        return f", at most {schema['maxLength']} characters"
    length = re.search(r"\{(?:\d+,)?(\d+)\}\$$", str(schema.get("pattern", "")))
    return f", `{schema['pattern']}`" if length else ""


def _problems() -> str:
    rows = ["## Problems\n", "| code | status | meaning | what to do |", "|---|---|---|---|"]
    rows += [
        f"| `{kind.code}` | {int(kind.status)} | {kind.title} | {kind.next_step or 'The detail says it.'} |"
        for kind in problem_kinds().values()
    ]
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    sys.stdout.write(reference())
