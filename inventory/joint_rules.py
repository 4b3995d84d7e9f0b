"""The rules of what joins strands: closures, splices, ODFs, positions and patches; and of consents. Pure."""

from collections.abc import Iterator, Mapping

from inventory.breaches import Breach, Key, Known, Reason
from inventory.devices import PortRef
from inventory.optics import OPTICS
from inventory.plant import AssetKind, Closure, Odf, OdfPosition, Patch, PositionRef, Splice, StrandRef

HIGHEST_LOSS_DB = 100.0
LONGEST_LOOP_NAMED = 6  # strands of a loop that its sentence names


def find_joint_breaches(known: Known) -> Iterator[Breach]:
    """Yield every broken rule of closures, splices, ODFs, positions, patches and consents."""
    yield from _boxes(known)
    ends = _Ends(known)
    yield from ends.splices()
    yield from _full_closures(known)
    yield from ends.positions()
    yield from _patches(known)
    yield from ends.loops()
    yield from _consents(known)


def _boxes(known: Known) -> Iterator[Breach]:
    for position, closure in enumerate(known.inventory.closures):
        for reason, lacks in _wrong_box(closure, closure.splice_capacity, "splices", known):
            yield Breach("closures", position, f"closure {closure.code} {reason}", lacks)
    for position, odf in enumerate(known.inventory.odfs):
        for reason, lacks in _wrong_box(odf, odf.position_count, "positions", known):
            yield Breach("odfs", position, f"ODF {odf.code} {reason}", lacks)


def _wrong_box(box: Closure | Odf, room: int, what: str, known: Known) -> Iterator[Reason]:
    if box.place not in known.places:
        yield f"is at {box.place!r}, no known place", ("places", box.place)
    if room < 1:
        yield f"has room for {room} {what}, and has room for one at least", None
    yield from known.no_parties(box.owner, box.operator, box.used_by)


def _full_closures(known: Known) -> Iterator[Breach]:
    used: dict[str, int] = {}
    for splice in known.inventory.splices:
        used[splice.closure] = used.get(splice.closure, 0) + 1
    for position, closure in enumerate(known.inventory.closures):
        count = used.get(closure.code, 0)
        if count > closure.splice_capacity:
            reason = f"closure {closure.code} has room for {closure.splice_capacity} splices, and {count} are in it"
            yield Breach("closures", position, reason)


class _Ends:
    """What each strand's end is used by, as splices and positions are looked at, and the joins that are sound."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._used: dict[tuple[str, int, str], Splice | OdfPosition] = {}
        self._strand_behind: dict[PositionRef, StrandRef] = {}
        self._joins: list[tuple[StrandRef, StrandRef]] = []
        self._join_at: list[int] = []  # the position of a splice in the inventory, -1 for a patch

    def splices(self) -> Iterator[Breach]:
        for position, splice in enumerate(self._known.inventory.splices):
            is_sound = True
            for reason, lacks in self._wrong_splice(splice):
                is_sound = False
                yield Breach("splices", position, f"closure {splice.closure} {reason}", lacks)
            if is_sound:
                self._joins.append((splice.a, splice.z))
                self._join_at.append(position)

    def _wrong_splice(self, splice: Splice) -> Iterator[Reason]:
        if not 0 <= splice.loss_db <= HIGHEST_LOSS_DB:
            yield f"splices {splice.a} and {splice.z} with {splice.loss_db:g} dB, which is no loss", None
        if splice.a == splice.z:
            yield f"splices strand {splice.a} to itself", None
            return
        closure = self._known.closures.get(splice.closure)
        if closure is None:
            yield f"holds a splice of {splice.a} and {splice.z}, and is no known closure", ("closures", splice.closure)
            return
        for strand in (splice.a, splice.z):
            yield from self._take(strand, closure.place, splice)

    def _take(self, strand: StrandRef, place: str, by: Splice | OdfPosition) -> Iterator[Reason]:
        """Use a strand's end at a place, if it is there and free."""
        cable = self._known.cables.get(strand.cable)
        if cable is None or place not in (cable.a_place, cable.z_place) or not 1 <= strand.number <= cable.strand_count:
            yield from self._known.no_end(strand, place)
            return
        other = self._used.setdefault((strand.cable, strand.number, place), by)
        if other is not by:
            yield f"uses the end of strand {strand} at {place}, which {_told(other)}", None

    def positions(self) -> Iterator[Breach]:
        for position, each in enumerate(self._known.inventory.odf_positions):
            is_sound = True
            for reason, lacks in self._wrong_position(each):
                is_sound = False
                yield Breach("odf_positions", position, f"position {each.ref} {reason}", lacks)
            if is_sound and each.strand is not None:
                self._strand_behind[each.ref] = each.strand

    def _wrong_position(self, each: OdfPosition) -> Iterator[Reason]:
        odf = self._known.odfs.get(each.ref.odf)
        if odf is None:
            yield f"is of {each.ref.odf!r}, no known ODF", ("odfs", each.ref.odf)
            return
        if not 1 <= each.ref.number <= odf.position_count:
            yield f"is none of the {odf.position_count} its ODF has", None
        if each.strand is not None:
            yield from self._take(each.strand, odf.place, each)

    def loops(self) -> Iterator[Breach]:
        """Joins that lead strands back into where they began."""
        for patch in self._known.inventory.patches:
            behind = self._strand_behind.get(patch.position)
            beyond = None if patch.other is None else self._strand_behind.get(patch.other)
            if behind is not None and beyond is not None and patch.other != patch.position:
                self._joins.append((behind, beyond))
                self._join_at.append(-1)
        for join in self._closing_joins():
            yield self._loop_breach(join)

    def _closing_joins(self) -> Iterator[int]:
        """As no end is used twice, joined strands are rows; a join of a row's two ends makes it a loop.

        `far_end` has the other end of each row, by its ends.
        """
        far_end: dict[tuple[str, int], tuple[str, int]] = {}
        for number, (one, other) in enumerate(self._joins):
            a, z = (one.cable, one.number), (other.cable, other.number)
            a_far, z_far = far_end.pop(a, a), far_end.pop(z, z)
            if a_far == z:
                yield number
            else:
                far_end[a_far], far_end[z_far] = z_far, a_far

    def _loop_breach(self, closing: int) -> Breach:
        neighbours: dict[StrandRef, list[StrandRef]] = {}
        for one, other in self._joins:
            neighbours.setdefault(one, []).append(other)
            neighbours.setdefault(other, []).append(one)
        to_visit, loop = [self._joins[closing][0]], dict[StrandRef, None]()
        while to_visit:
            strand = to_visit.pop()
            loop[strand] = None
            to_visit += [each for each in neighbours[strand] if each not in loop]
        named = ", ".join(map(str, list(loop)[:LONGEST_LOOP_NAMED]))
        more = f" and {len(loop) - LONGEST_LOOP_NAMED} more" if len(loop) > LONGEST_LOOP_NAMED else ""
        reason = f"strand {next(iter(loop))} is led back into itself: {named}{more} are a loop"
        splices = [at for at, join in zip(self._join_at, self._joins, strict=True) if at >= 0 and join[0] in loop]
        return Breach("splices", splices[-1], reason) if splices else Breach("patches", self._patch_in(loop), reason)

    def _patch_in(self, loop: Mapping[StrandRef, None]) -> int:
        patches = self._known.inventory.patches
        return next(at for at, patch in enumerate(patches) if self._strand_behind.get(patch.position) in loop)


def _told(by: Splice | OdfPosition) -> str:
    if isinstance(by, OdfPosition):
        return f"is at the back of position {by.ref} already"
    return f"is spliced in closure {by.closure} already ({by.a} to {by.z})"


def _patches(known: Known) -> Iterator[Breach]:
    at_port: dict[PortRef, list[str]] = {}
    in_front: dict[PositionRef, PositionRef] = {}
    for position, patch in enumerate(known.inventory.patches):
        reasons = [*_wrong_patch(patch, known), *_taken_front(patch, in_front)]
        if patch.port is not None:
            reasons += _crowded_port(patch.port, patch.optic, at_port.setdefault(patch.port, []))
        for reason, lacks in reasons:
            yield Breach("patches", position, f"patch at {patch.position} {reason}", lacks)


def _wrong_patch(patch: Patch, known: Known) -> Iterator[Reason]:
    for position in (patch.position, patch.other):
        if position is not None and position not in known.positions:
            yield f"is in front of {position}, no known position", ("odf_positions", position)
    if patch.port is not None and patch.port not in known.ports:
        yield f"leads to port {patch.port}, no known port", ("ports", patch.port)
    if (patch.port is None) == (patch.other is None):
        ends = "no port and no other position" if patch.port is None else f"port {patch.port} and to {patch.other}"
        yield f"leads to {ends}: it has one far end", None
    if patch.other == patch.position:
        yield "leads to that position itself", None
    yield from _wrong_distance(patch, known)
    if patch.port is not None and patch.optic not in OPTICS:
        yield f"leads to an optic {patch.optic!r}, which is none of {', '.join(OPTICS)}", None
    if patch.port is None and patch.optic:
        yield f"names the optic {patch.optic!r} and leads to no port", None


def _wrong_distance(patch: Patch, known: Known) -> Iterator[Reason]:
    here = known.odfs.get(patch.position.odf)
    there = None if patch.other is None else known.odfs.get(patch.other.odf)
    if here is not None and there is not None and here.place != there.place:
        yield f"leads from {here.place} to {patch.other} at {there.place}: a patch stays at one place", None


def _taken_front(patch: Patch, in_front: dict[PositionRef, PositionRef]) -> Iterator[Reason]:
    """A position's front takes one patch: its own, or one that leads there. Its own twice is another rule's."""
    fronts = {patch.position: None} if patch.other is None else {patch.position: None, patch.other: None}
    for front in fronts:
        other = in_front.setdefault(front, patch.position)
        if other != patch.position:
            yield f"uses the front of {front}, where the patch at {other} is already", None


def _crowded_port(port: PortRef, optic: str, before: list[str]) -> Iterator[Reason]:
    """An optic takes as many patches as it uses strands; a port has one optic."""
    if before and optic != before[0]:
        yield f"names {optic!r} for port {port}, where {before[0]!r} is already", None
    known = OPTICS.get(optic)
    if known is not None and len(before) == known.strands:
        yield f"is one more at port {port} than the {known.strands} that {optic} takes", None
    before.append(optic)


_COVERED: Mapping[AssetKind, str] = {
    AssetKind.PLACE: "places",
    AssetKind.DUCT: "ducts",
    AssetKind.CABLE: "cables",
    AssetKind.CLOSURE: "closures",
    AssetKind.ODF: "odfs",
}
"""What a consent may cover, and the field of Inventory it stands in."""


def _consents(known: Known) -> Iterator[Breach]:
    for position, consent in enumerate(known.inventory.consents):
        if consent.last_day is not None and consent.last_day < consent.first_day:
            reason = f"ends on {consent.last_day}, before it begins on {consent.first_day}"
            yield Breach("consents", position, f"consent {consent.code} {reason}")
        if consent.yearly_pence < 0:
            reason = f"costs {consent.yearly_pence} pence a year, which is below nothing"
            yield Breach("consents", position, f"consent {consent.code} {reason}")
    consents = {consent.code for consent in known.inventory.consents}
    for position, cover in enumerate(known.inventory.consent_covers):
        if cover.consent not in consents:
            reason = f"{cover.asset} is covered by {cover.consent!r}, no known consent"
            yield Breach("consent_covers", position, reason, ("consents", cover.consent))
        kind, code = cover.asset.kind, cover.asset.code
        for reason, lacks in _wrong_cover(kind, code, known):
            yield Breach("consent_covers", position, f"consent {cover.consent} covers {reason}", lacks)


def _wrong_cover(kind: AssetKind, code: str, known: Known) -> Iterator[Reason]:
    field = _COVERED.get(kind)
    if field is None:
        yield f"a {kind}, and may cover only a {', '.join(_COVERED)}", None
        return
    there: Mapping[str, object] = getattr(known, field)
    if code not in there:
        lacks: Key = (field, code)
        yield f"{kind} {code!r}, which is not known", lacks
