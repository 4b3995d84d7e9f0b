"""A Junos configuration in XML, and NETCONF's envelopes. Pure.

CLI and NETCONF guide, "Map Configuration Statements to XML Tag Elements": a level is an element, a statement's value
its text; an entry of a list is an element with its key in `<name>`.
"""

from collections.abc import Iterable, Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from automation.twin.junos.grammar import Kind, Schema
from automation.twin.junos.refusals import Refused, RpcError
from automation.twin.junos.tree import Node

BASE = "urn:ietf:params:xml:ns:netconf:base:1.0"
JUNOS = "http://xml.juniper.net/junos/22.4R0/junos"


class NotXml(Exception):
    """A message that cannot be read."""


def element(tag: str, text: str = "", *children: Element, **attributes: str) -> Element:
    """An element of a message, whose root names the namespaces (`message`). Attributes are Junos's own."""
    made = Element(tag)
    made.text = text or None
    made.extend(children)
    for name, value in attributes.items():
        made.set(f"junos:{name}", value)
    return made


def message(root: Element) -> bytes:
    """The whole message, in NETCONF's namespace."""
    root.set("xmlns", BASE)
    root.set("xmlns:junos", JUNOS)
    return ElementTree.tostring(root)


def read(text: bytes) -> Element:
    """Raises: NotXml."""
    try:
        return ElementTree.fromstring(text.strip())  # noqa: S314 (expat 2.4 and later bounds what entities become)
    except ElementTree.ParseError as error:
        raise NotXml(str(error)) from error


def configuration(root: Node, wanted: Element | None = None) -> Element:
    """The configuration, or of it what the elements in `wanted` name (RFC 6241 section 6: subtree filtering)."""
    made = element("configuration")
    made.extend(_children(root, wanted))
    return made


def _children(node: Node, wanted: Element | None) -> Iterator[Element]:
    narrowed = wanted is not None and len(wanted) > 0
    for child in node.ordered():
        inner = _wanted(wanted, child.schema) if narrowed and wanted is not None else None
        if not narrowed or inner is not None:
            yield _element(child, inner)


def _wanted(wanted: Element, schema: Schema) -> Element | None:
    return next((one for one in wanted if local(one) == _tag(schema)), None)


def _element(node: Node, wanted: Element | None) -> Element:
    match node.schema.kind:
        case Kind.LEAF | Kind.MANY:
            return element(_tag(node.schema), node.value)
        case Kind.LIST:
            return element(_tag(node.schema), "", element("name", node.value), *_children(node, None))
        case _:
            return element(_tag(node.schema), "", *_children(node, wanted))


def _tag(schema: Schema) -> str:
    """`802.3ad` can be no element's name: Junos writes `ieee-802.3ad`."""
    word = schema.word or schema.tag
    return f"ieee-{word}" if word[0].isdigit() else word


def words_of(made: Element, schema: Schema, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The statements of a `<configuration>`, as words. Raises: Refused."""
    for child in made:
        yield from _words(child, schema, above)


def _words(child: Element, schema: Schema, above: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    found = next((one for one in schema.children.values() if _tag(one) == local(child)), None)
    if found is None:
        raise Refused((RpcError("syntax error", local(child), f"[edit {' '.join(above)}]".replace(" ]", "]")),))
    here = (*above, found.word) if found.word else above
    if found.kind in (Kind.LEAF, Kind.MANY):
        yield (*here, (child.text or "").strip())
        return
    if found.kind is Kind.LIST:
        name = next((one for one in child if local(one) == "name"), None)
        here = (*here, (name.text or "").strip() if name is not None else "")
        if name is not None:
            child.remove(name)
    if found.kind is not Kind.LEVEL:
        yield here
    yield from words_of(child, found, here)


def local(made: Element) -> str:
    return str(made.tag).rpartition("}")[2]


def reply(message_id: str | None, content: Iterable[Element]) -> bytes:
    """One `<rpc-reply>`."""
    made = element("rpc-reply")
    made.extend(content)
    if message_id is not None:
        made.set("message-id", message_id)
    return message(made)


def error(one: RpcError) -> Element:
    """One `<rpc-error>`: RFC 6241 section 4.3, in the order in which Junos writes its parts."""
    made = element("rpc-error")
    if one.error_type:
        made.append(element("error-type", one.error_type))
        made.append(element("error-tag", one.tag))
    made.append(element("error-severity", one.severity))
    if one.path:
        made.append(element("error-path", one.path))
    made.append(element("error-message", one.message))
    if one.bad_element:
        made.append(element("error-info", "", element("bad-element", one.bad_element)))
    return made


def errors(refused: Refused) -> Element | list[Element]:
    """What a refusal looks like: its errors, in the elements they stand in."""
    found = [error(one) for one in refused.errors]
    if not refused.within:
        return found
    made = element(refused.within[-1], "", *found)
    if refused.within[-1] == "load-configuration-results":
        made.append(element("load-error-count", str(len(found))))
    for tag in reversed(refused.within[:-1]):
        made = element(tag, "", made)
    return made
