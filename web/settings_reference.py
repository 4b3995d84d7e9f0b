"""Write docs/reference/settings.md from the settings themselves: `python -m web.settings_reference`.

It stands on the top floor because only that one sees the settings of all. A test says whether the
page is what this would write.
"""

from collections.abc import Iterator
from pathlib import Path

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined
from pydantic_settings import BaseSettings

from automation.settings import AutomationSettings
from inventory.settings import InventorySettings
from provisioning.settings import ProvisioningSettings
from web.settings import WebSettings

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "settings.md"
FLOORS: tuple[tuple[str, type[BaseSettings]], ...] = (
    ("Inventory", InventorySettings),
    ("Devices", AutomationSettings),
    ("Orders and workers", ProvisioningSettings),
    ("Portal and API", WebSettings),
)
HEAD = """# Settings

*Written by `make docs` from the code; change the settings there, not this page.*

Set them in the environment, or in a file `.env` in the folder a command is started in (`NAME=value`, a line each; keep
it to yourself: `chmod 600 .env`). The environment overrules the file. The command line also reads what
`neutralhost demo` left in `var/`, below both. Secrets have no default, and are never logged or shown.
"""


def page() -> str:
    """Return the whole page as Markdown."""
    return "\n".join([HEAD, *(line for title, kind in FLOORS for line in _section(title, kind))]).rstrip() + "\n"


def _section(title: str, kind: type[BaseSettings]) -> Iterator[str]:
    prefix = kind.model_config.get("env_prefix", "")
    yield f"## {title}"
    yield ""
    yield "| setting | default | |"
    yield "|---|---|---|"
    for name, field in kind.model_fields.items():
        text = (field.description or "").replace("|", r"\|")
        yield f"| `{prefix}{name.upper()}` | {_default(field)} | {text} |"
    yield ""


def _default(field: FieldInfo) -> str:
    value = field.get_default(call_default_factory=True, validated_data={})
    if value is PydanticUndefined:
        return "**must be set**"
    if value is None or value == "":
        return "unset"
    shown = value.get_secret_value() if hasattr(value, "get_secret_value") else value
    return f"`{str(shown).lower() if isinstance(shown, bool) else shown}`"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
