"""`neutralhost cut TARGET`: one sentence first, then what to act on."""

from collections.abc import Sequence
from datetime import datetime

from inventory.cut import Cut
from inventory.routes import Route
from provisioning.cli.house import open_house
from provisioning.cli.output import Output, current_output, sheet
from provisioning.cli.words import in_runs, safe
from provisioning.detours import Detour
from provisioning.impact import FATES, Fate, Impact, IspHit
from provisioning.questions.cut import CutAnswer, what_is_cut
from provisioning.rights import SYSTEM

MOST_RUNS = 12


def cut(target: str, day: datetime | None, detours: int, limit: int) -> None:
    output = current_output()
    with open_house() as house:
        answer = what_is_cut(house.tools, SYSTEM, target, None if day is None else day.date(), detours)
    output.answer({"sentence": answer.sentence, "cut": answer}, lambda: print_cut(answer, output, limit))


def print_cut(answer: CutAnswer, output: Output, limit: int) -> None:
    """Print the sentence, then plant, ISPs, public sites and services, at most `limit` of them."""
    output.say(safe(answer.sentence), style="bold")
    output.say()
    _print_plant(answer.cut, answer.impact, output)
    _print_isps(answer.impact, output)
    _print_public_sites(answer.impact, output)
    _print_detours(answer.detours, output)
    _print_services(answer.impact, output, limit)


def _print_plant(lost: Cut, impact: Impact, output: Output) -> None:
    output.facts(
        (
            ("ducts", _some(lost.ducts)),
            ("cables", _some(lost.cables)),
            ("strands", f"{lost.strands:,}, of which {lost.lit_strands:,} lit and {impact.held_strands:,} held"),
            ("links", _some(lost.links)),
            *((("runs on", _weakened(lost)),) if lost.weakened else ()),
            *((("places", _some(lost.places)),) if lost.places else ()),
            *((("reservations", _some(impact.reservations)),) if impact.reservations else ()),
        )
    )


def _print_isps(impact: Impact, output: Output) -> None:
    if not impact.isps:
        output.say("No service is hit.")
        return
    fates = [fate for fate in FATES if fate is not Fate.PROTECTED or impact.count(fate)]
    columns = ("isp", "services", *(fate.value for fate in fates))
    rows = ((hit.isp_code, f"{hit.services:,}", *(f"{_of(hit, fate):,}" for fate in fates)) for hit in impact.isps)
    output.say()
    output.table(sheet(columns, rows, right=columns[1:]))


def _of(hit: IspHit, fate: Fate) -> int:
    counts = (hit.lost, hit.other_links, hit.diversity, hit.protected)
    return dict(zip(FATES, counts, strict=True))[fate]


def _print_public_sites(impact: Impact, output: Output) -> None:
    if not impact.public_sites:
        return
    rows = (
        (site.uprn or "", site.name, f"{site.services:,}", f"{site.lost} of {site.fibres}" if site.fibres else "")
        for site in impact.public_sites
    )
    output.say()
    output.table(sheet(("uprn", "public site", "services", "fibres cut"), rows, right=("services",)))


def _print_detours(detours: Sequence[Detour], output: Output) -> None:
    rows = [
        (f"{detour.a_place} to {detour.z_place}", f"{detour.strands}", *_way(route))
        for detour in detours
        for route in detour.routes
    ]
    if rows:
        output.say()
        output.table(sheet(("way round", "strands", "m", "dB", "over"), rows, right=("strands", "m", "dB")))
    for detour in detours:
        if not detour.routes:
            output.say(f"No way round from {detour.a_place} to {detour.z_place}: {safe(detour.why_none)}", "yellow")


def _way(route: Route) -> tuple[str, str, str]:
    return f"{route.length_m:,.0f}", f"{route.loss_db:.2f}", ", ".join(in_runs(route.places[1:-1])) or "direct"


def _print_services(impact: Impact, output: Output, limit: int) -> None:
    shown = impact.services[:limit]
    if not shown:
        return
    rows = ((hit.id, hit.isp_code, hit.fate.value, hit.state, hit.uprn) for hit in shown)
    output.say()
    output.table(sheet(("service", "isp", "left", "state", "premises"), rows))
    if len(shown) < len(impact.services):
        output.say(f"... and {len(impact.services) - len(shown):,} more: --limit, or --json for all.")


def _weakened(lost: Cut) -> str:
    """Each port-channel with members lost, and those it runs on."""
    return "; ".join(f"{each.link} on {', '.join(each.left)}" for each in lost.weakened)


def _some(codes: tuple[str, ...]) -> str:
    """How many they are, and the first few of them."""
    runs = list(in_runs(codes))
    more = ", ..." if len(runs) > MOST_RUNS else ""
    return f"{len(codes):,}: {', '.join(runs[:MOST_RUNS])}{more}" if codes else "none"
