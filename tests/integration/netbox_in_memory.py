"""A NetBox without a NetBox: the client's own calls, answered from lists in memory.

The real one is asked in tests/system. Filters on text find parts, as a custom field's do in
NetBox; what is to be there once is refused the second time.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import count
from typing import Any

from pydantic import SecretStr

from inventory.errors import NetBoxRefused, NetBoxUnavailable
from inventory.netbox.bootstrap import bootstrap
from inventory.netbox.client import NetBox, Row
from inventory.netbox.push import push
from inventory.snapshot import Inventory

REFERENCES = frozenset(
    {
        "region",
        "group",
        "site",
        "tenant",
        "role",
        "platform",
        "device_type",
        "manufacturer",
        "device",
        "lag",
        "primary_ip4",
    }
)
CHOICES = frozenset({"status", "type", "length_unit"})
UNIQUE = {
    "dcim/manufacturers": (("slug",), ("name",)),
    "dcim/device-types": (("manufacturer", "slug"), ("manufacturer", "model")),
    "dcim/sites": (("slug",), ("name",)),
    "dcim/devices": (("name",),),
    "dcim/interfaces": (("device", "name"),),
}


class NetBoxInMemory(NetBox):
    """`written` says what was written, in order; from `breaks_at` writes on, it hangs up."""

    def __init__(self, inventory: Inventory) -> None:
        super().__init__("http://127.0.0.1:1", SecretStr("made-up"))
        self.lists: dict[str, list[Row]] = {}
        self.written: list[tuple[str, str, Row]] = []
        self.read: list[str] = []
        self.breaks_at: int | None = None
        self._ids = count(1)
        bootstrap(self)
        push(self, inventory)
        self.forget()

    def forget(self) -> None:
        """What was read and written so far."""
        self.written.clear()
        self.read.clear()

    def row(self, path: str, **asked: str) -> Row:
        """The one object that is as asked."""
        [found] = (each for each in self.lists[path] if all(each[name] == value for name, value in asked.items()))
        return found

    def last_change(self) -> int:
        return len(self.written)

    def export(self, path: str, template: str, last_line: bytes) -> bytes | None:
        self.read.append(path)
        return None

    def rows(self, path: str, fields: Sequence[str] = ()) -> Iterator[Row]:
        yield from list(self.lists.get(path, ()))

    def rows_with(self, path: str, fields: Sequence[str], name: str, values: Sequence[str | int]) -> Iterator[Row]:
        if values:
            self.read.append(f"{path}?{name}={','.join(map(str, values))}")
        yield from (row for row in list(self.lists.get(path, ())) if _is_found(row, name, values))

    def find(self, path: str, **asked: str | int) -> list[Row]:
        if "device" in asked:
            asked = {"device_id": next((each["id"] for each in self.find("dcim/devices", name=asked["device"])), 0)}
        return [row for row in self.lists.get(path, ()) if all(_value(row, name) == of for name, of in asked.items())]

    def create(self, path: str, rows: Sequence[Row], message: str) -> list[Row]:
        made = []
        for sent in rows:
            self._count("create", path, sent)
            row: Row = {"id": next(self._ids), "cable": None, "cable_end": "", "custom_fields": {}} | _kept(sent)
            for names in UNIQUE.get(path, ()):
                if any(all(each[name] == row[name] for name in names) for each in self.lists.get(path, ())):
                    raise NetBoxRefused(f"create 1 of {path}", 400, f"the {' and '.join(names)} must be unique")
            self.lists.setdefault(path, []).append(row)
            self._plug(row)
            made.append(row)
        return made

    def update(self, path: str, rows: Sequence[Row], message: str) -> None:
        for sent in rows:
            self._count("update", path, sent)
            [row] = (each for each in self.lists[path] if each["id"] == sent["id"])
            kept = _kept(sent)
            row |= kept | {"custom_fields": row["custom_fields"] | kept.get("custom_fields", {})}

    def delete(self, path: str, ids: Collection[int], message: str) -> None:
        for each in ids:
            self._count("delete", path, {"id": each})
        self.lists[path] = [row for row in self.lists[path] if row["id"] not in ids]
        for of in ("dcim/interfaces", "dcim/power-ports") if path == "dcim/devices" else ():
            self.lists[of] = [row for row in self.lists[of] if row["device"]["id"] not in ids]
        for row in self.lists["dcim/interfaces"]:
            if path == "dcim/cables" and row["cable"] is not None and row["cable"]["id"] in ids:
                row |= {"cable": None, "cable_end": ""}

    def _count(self, verb: str, path: str, sent: Row) -> None:
        if self.breaks_at is not None and len(self.written) >= self.breaks_at:
            raise NetBoxUnavailable(self.url, "it hung up")
        self.written.append((verb, path, sent))

    def _plug(self, cable: Row) -> None:
        for name, end in (("a_terminations", "A"), ("b_terminations", "B")):
            for termination in cable.get(name, ()):
                [row] = (each for each in self.lists["dcim/interfaces"] if each["id"] == termination["object_id"])
                if row["cable"] is not None:
                    raise NetBoxRefused("create 1 of dcim/cables", 400, "Duplicate termination found")
                row |= {"cable": {"id": cable["id"]}, "cable_end": end}


def _kept(sent: Row) -> Row:
    """What was sent, as it is given back."""
    return {name: _as_given(name, value) for name, value in sent.items() if name != "changelog_message"}


def _as_given(name: str, value: Any) -> Any:
    if name in REFERENCES:
        return None if value is None else {"id": value}
    if name in CHOICES:
        return {"value": value}
    if name == "custom_fields":
        return {each: None if of is None else _GIVEN.get(each, _same)(of) for each, of in value.items()}
    return value


def _same(value: Any) -> Any:
    return value


_GIVEN: dict[str, Callable[[Any], Any]] = {
    "nh_port_role": lambda value: {"value": value},
    "nh_handover_port": lambda value: {"id": value},
    "nh_member_roles": lambda values: [{"value": each} for each in values],
}


def _value(row: Row, name: str) -> Any:
    if name.startswith("cf_"):
        return row["custom_fields"].get(name.removeprefix("cf_"))
    if name.endswith("_id"):
        return (row[name.removesuffix("_id")] or {}).get("id")
    return row[name]


def _is_found(row: Row, name: str, values: Sequence[str | int]) -> bool:
    value = _value(row, name)
    if name.startswith("cf_"):
        return value is not None and any(str(each) in value for each in values)
    return (value.split("/")[0] if name == "address" else value) in values
