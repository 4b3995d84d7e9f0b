"""What hangs on sites: whose each hosted device is, its position, its power and the port of its backhaul."""

import sqlalchemy as sa
from alembic import op

revision = "0025_site_slots"
down_revision = "0024_port_channels"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "site_slots",
        sa.Column("device", sa.String, sa.ForeignKey("devices.name"), primary_key=True),
        sa.Column("isp_code", sa.String, sa.ForeignKey("organisations.code"), nullable=False),
        sa.Column("place", sa.String, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("power_w", sa.Integer, nullable=False),
        sa.Column("port_device", sa.String),
        sa.Column("port", sa.String),
        sa.ForeignKeyConstraint(["place", "number"], ["hosting_positions.place", "hosting_positions.number"]),
        sa.ForeignKeyConstraint(["port_device", "port"], ["ports.device", "ports.port"]),
        sa.UniqueConstraint("place", "number"),
        sa.CheckConstraint("power_w BETWEEN 1 AND 100000", name="power"),
        sa.CheckConstraint("(port_device IS NULL) = (port IS NULL)", name="whole_port"),
    )


def downgrade() -> None:
    op.drop_table("site_slots")
