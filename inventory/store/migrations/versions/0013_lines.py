"""Lines, moves of them to other ISPs, and jobs of many moves. A line is made for every UNI that is served now."""

import json
import secrets
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0013_lines"
down_revision = "0012_tickets"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lines",
        sa.Column("access_line_id", sa.String, primary_key=True),
        sa.Column("uprn", sa.String, nullable=False),
        sa.Column("device", sa.String, nullable=False),
        sa.Column("port", sa.String, nullable=False),
        sa.Column("service_id", sa.String, sa.ForeignKey("services.id"), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("device", "port", "uprn"),
    )
    op.create_index("ix_lines_uprn", "lines", ["uprn"])
    op.create_index("ix_lines_service_id", "lines", ["service_id"])
    op.create_table(
        "line_switches",
        sa.Column("order_id", sa.String, sa.ForeignKey("orders.id"), primary_key=True),
        sa.Column("access_line_id", sa.String, sa.ForeignKey("lines.access_line_id"), nullable=False),
        sa.Column("from_service_id", sa.String, sa.ForeignKey("services.id"), nullable=False),
        sa.Column("to_service_id", sa.String, sa.ForeignKey("services.id"), nullable=False),
    )
    op.create_table(
        "line_moves",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("from_isp", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("at_a_time", sa.Integer, nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("made_by", sa.String, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by", sa.String),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
    )
    op.create_table(
        "line_move_rows",
        sa.Column("move_id", sa.String, sa.ForeignKey("line_moves.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("access_line_id", sa.String, nullable=False),
        sa.Column("uprn", sa.String, nullable=False),
        sa.Column("isp_code", sa.String, nullable=False),
        sa.Column("handover", sa.String, nullable=False),
        sa.Column("product", sa.String, nullable=False),
        sa.Column("bandwidth_mbps", sa.Integer, nullable=False),
        sa.Column("term_months", sa.Integer, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("order_id", sa.String, sa.ForeignKey("orders.id")),
        sa.Column("why", sa.Text, nullable=False),
    )
    op.create_index("ix_line_move_rows_state", "line_move_rows", ["move_id", "state"])
    _make_lines(op.get_bind())


def _make_lines(connection: sa.Connection) -> None:
    """A line for every UNI of a circuit that is in use. The id is made as `provisioning.access_line_ids` does."""
    found = connection.execute(
        sa.text(
            "SELECT id, uprn, circuit FROM services WHERE circuit IS NOT NULL AND state = 'active' AND handover <> ''"
        )
    )
    taken: set[str] = set()
    for service_id, uprn, circuit in found.all():
        kept = json.loads(circuit) if isinstance(circuit, str) else circuit
        if not isinstance(kept, dict):
            continue
        while (name := _new_id()) in taken:
            pass
        taken.add(name)
        uni = kept["uni"]
        connection.execute(
            sa.text("INSERT INTO lines VALUES (:name, :uprn, :device, :port, :service, :at)").bindparams(
                sa.bindparam("at", type_=sa.DateTime(timezone=True))
            ),
            {
                "name": name,
                "uprn": uprn,
                "device": uni["device"],
                "port": uni["port"],
                "service": service_id,
                "at": datetime.now(UTC),
            },
        )


def _new_id() -> str:
    digits = f"{secrets.randbelow(10**8):08d}"
    return f"NH{digits}{98 - int(digits) * 100 % 97:02d}"


def downgrade() -> None:
    for table in ("line_move_rows", "line_moves", "line_switches", "lines"):
        op.drop_table(table)
