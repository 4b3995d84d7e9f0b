"""Which assets a change of rows is about, so that what was proved about them can be proved again. Pure.

Rows are those of `inventory.store.kinds`: old ones and new ones of things added, changed or removed.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping

from inventory.plant import AssetKind, AssetRef
from inventory.store.kinds import Row


def assets_of(field: str, rows: Iterable[Row]) -> Iterator[AssetRef]:
    """Yield the assets that rows of one kind (a field of Inventory) are about; none where they are no plant.

    A bore's row is also about its duct, a join's about what it joins, a cover's about what it covers.
    """
    of_row = _OF_ROW.get(field)
    if of_row is not None:
        for row in rows:
            yield from of_row(row)


def _one(kind: AssetKind) -> Callable[[Row], Iterable[AssetRef]]:
    return lambda row: (AssetRef(kind, row[0]),)


def _numbered(kind: AssetKind, code: str | None, number: int | str | None) -> AssetRef:
    return AssetRef(kind, f"{code}:{number}")


def _of_bore(row: Row) -> Iterator[AssetRef]:
    yield _numbered(AssetKind.BORE, row[0], row[1])
    yield AssetRef(AssetKind.DUCT, row[0])


def _of_cable_bore(row: Row) -> Iterator[AssetRef]:
    yield AssetRef(AssetKind.CABLE, row[0])
    yield _numbered(AssetKind.BORE, row[2], row[3])
    yield AssetRef(AssetKind.DUCT, row[2])


def _of_splice(row: Row) -> Iterator[AssetRef]:
    a_cable, a_strand, closure, z_cable, z_strand, _loss_db = row
    yield AssetRef(AssetKind.CLOSURE, closure)
    yield _numbered(AssetKind.SPLICE, closure, f"{a_cable}:{a_strand}")
    yield _numbered(AssetKind.STRAND, a_cable, a_strand)
    yield _numbered(AssetKind.STRAND, z_cable, z_strand)


def _of_position(row: Row) -> Iterator[AssetRef]:
    odf, number, cable, strand = row
    yield _numbered(AssetKind.POSITION, odf, number)
    if cable is not None:
        yield _numbered(AssetKind.STRAND, cable, strand)


def _of_patch(row: Row) -> Iterator[AssetRef]:
    odf, number, device, port, other_odf, other_number, _optic = row
    yield _numbered(AssetKind.PATCH, odf, number)
    yield _numbered(AssetKind.POSITION, odf, number)
    if device is not None:
        yield _numbered(AssetKind.PORT, device, port)
    if other_odf is not None:
        yield _numbered(AssetKind.POSITION, other_odf, other_number)


_OF_ROW: Mapping[str, Callable[[Row], Iterable[AssetRef]]] = {
    "places": _one(AssetKind.PLACE),
    "ports": lambda row: (_numbered(AssetKind.PORT, row[0], row[1]),),
    "links": _one(AssetKind.LINK),
    "ducts": _one(AssetKind.DUCT),
    "bores": _of_bore,
    "cables": _one(AssetKind.CABLE),
    "cable_bores": _of_cable_bore,
    "strands": lambda row: (_numbered(AssetKind.STRAND, row[0], row[1]),),
    "closures": _one(AssetKind.CLOSURE),
    "splices": _of_splice,
    "odfs": _one(AssetKind.ODF),
    "odf_positions": _of_position,
    "patches": _of_patch,
    "consent_covers": lambda row: (AssetRef(AssetKind(row[1]), row[2]),),
}
