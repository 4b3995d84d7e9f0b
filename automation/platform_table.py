"""The table of platforms in `docs/explanation/platforms.md`, made from `automation/platforms.py`.

Write it with `python -m automation.platform_table`; a test compares the two.
"""

from pathlib import Path

from automation.platform import Can, Platform
from automation.platforms import PLATFORMS

PAGE = Path(__file__).parent.parent / "docs" / "explanation" / "platforms.md"
BEGIN, END = "<!-- platforms: begin -->\n", "<!-- platforms: end -->"
_COLUMNS = (Can.CIRCUITS, Can.EXCHANGE_PORTS, Can.SSIDS, Can.BASELINE, Can.COMMIT_TIMER, Can.REPLACE, Can.READ)


def table() -> str:
    """Return the table, in Markdown."""
    heads = ("platform", "driver", *_COLUMNS, "timer counts in")
    lines = [f"| {' | '.join(heads)} |\n", f"|{'---|' * len(heads)}\n"]
    return "".join([*lines, *map(_row, PLATFORMS.values())])


def _row(platform: Platform) -> str:
    driver = f"NAPALM's `{platform.driver}`" if isinstance(platform.driver, str) else platform.driver_words
    cells = ["yes" if can in platform.can else "" for can in _COLUMNS]
    step = f"{platform.timer_step_s} s" if Can.COMMIT_TIMER in platform.can else ""
    return f"| `{platform.name}` | {driver} | {' | '.join(cells)} | {step} |\n"


def with_table(page: str) -> str:
    """The page with the table as it is now."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(with_table(PAGE.read_text()))
