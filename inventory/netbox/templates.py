"""The export templates that write NetBox's lists as our rows."""

from typing import Any

from inventory.netbox.tables import LAST_LINE, Column, Form, Table


def template_code(table: Table[Any]) -> str:
    """The Jinja2 template that writes a table: one JSON object a line, and LAST_LINE."""
    names = ", ".join(f"'{column.database}'" for column in table.columns)
    fields = ",".join(f'"{column.name}":{_as_json(index, column)}' for index, column in enumerate(table.columns))
    return (
        f"{{%- for row in queryset.order_by('id').values_list({names}) %}}\n"
        f"{{{fields}}}\n"
        f"{{%- endfor %}}\n{LAST_LINE.decode()}\n"
    )


def _as_json(index: int, column: Column) -> str:
    value = f"row[{index}]"
    if column.form is Form.NUMBER:
        return f"{{{{ {value} if {value} is not none else 'null' }}}}"
    if column.form is Form.TEXT:
        return f"{{{{ {value}|string|tojson if {value} is not none else 'null' }}}}"
    if column.form is Form.RANGES:
        return (
            f"[{{% for part in {value} %}}[{{{{ part.lower }}}},{{{{ part.upper - 1 }}}}]"
            "{{ ',' if not loop.last }}{% endfor %}]"
        )
    return f"{{{{ {value}|tojson }}}}"
