"""The planted estate in many variations that keep every rule, for tests that write it into files and read it back."""

import dataclasses
import math
from datetime import date
from itertools import pairwise

from hypothesis import strategies as st

from inventory.consents import Consent
from inventory.places import Place
from inventory.plant import AssetStatus, Bore, Duct, Point, Strand
from inventory.snapshot import Inventory
from tests.unit.inventory.planted import PLANTED

SPREAD_M = 60.0  # the places of the planted estate are further apart: routes between them stay simple

names = st.text(st.characters(codec="utf-8", categories=["L", "N", "Zs"]), min_size=1, max_size=30).map(
    lambda text: f"n{text.strip()}n"
)
# Millimetres, as surveys have them, and floats with all their digits, as other programs leave them.
shifts = st.one_of(
    st.integers(-60_000, 60_000).map(lambda mm: mm / 1_000),
    st.floats(-SPREAD_M, SPREAD_M, allow_nan=False),
)


@st.composite
def varied_estates(draw: st.DrawFn) -> Inventory:
    """The planted estate with other names, positions, routes, statuses, dates, fills and states."""
    places = tuple(draw(_places(place)) for place in PLANTED.places)
    at = {place.code: (place.easting_m, place.northing_m) for place in places}
    return dataclasses.replace(
        PLANTED,
        places=places,
        ducts=tuple(draw(_ducts(duct, at)) for duct in PLANTED.ducts),
        bores=tuple(draw(_bores(bore)) for bore in PLANTED.bores),
        strands=tuple(draw(_strands(strand)) for strand in PLANTED.strands),
        consents=tuple(draw(_consents(consent)) for consent in PLANTED.consents),
    )


@st.composite
def _places(draw: st.DrawFn, place: Place) -> Place:
    return dataclasses.replace(
        place,
        name=draw(names),
        area=draw(names),
        easting_m=place.easting_m + draw(shifts),
        northing_m=place.northing_m + draw(shifts),
    )


@st.composite
def _ducts(draw: st.DrawFn, duct: Duct, at: dict[str, Point]) -> Duct:
    a, z = at[duct.a_place], at[duct.z_place]
    bends = draw(st.lists(st.floats(0.05, 0.95), max_size=3, unique=True).map(sorted))
    middle = tuple((a[0] + part * (z[0] - a[0]), round(a[1] + part * (z[1] - a[1]), 3)) for part in bends)
    route = (a, *middle, z)
    length_m = math.fsum(math.dist(one, other) for one, other in pairwise(route)) + draw(st.floats(0, 50))
    return dataclasses.replace(
        duct,
        route=route,
        length_m=length_m,
        status=draw(st.sampled_from(AssetStatus)),
        ready_from=draw(st.none() | st.dates(date(1990, 1, 1), date(2090, 1, 1))),
        bridge=draw(st.just("") | names),
    )


@st.composite
def _bores(draw: st.DrawFn, bore: Bore) -> Bore:
    limit = draw(st.floats(bore.fill_percent, 100))
    return dataclasses.replace(bore, fill_percent=draw(st.floats(bore.fill_percent, limit)), fill_limit_percent=limit)


@st.composite
def _strands(draw: st.DrawFn, strand: Strand) -> Strand:
    return dataclasses.replace(strand, used_by=draw(st.sampled_from(["", "quayside", "ducts"])))


@st.composite
def _consents(draw: st.DrawFn, consent: Consent) -> Consent:
    last_day = draw(st.none() | st.dates(consent.first_day, date(2100, 1, 1)))
    return dataclasses.replace(consent, last_day=last_day, yearly_pence=draw(st.integers(0, 10**9)))
