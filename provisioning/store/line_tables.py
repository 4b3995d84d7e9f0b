"""The tables of lines, of their moves to other ISPs, and of jobs of many moves."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from inventory.store.metadata import metadata
from provisioning.store.tables import UtcDateTime

lines = Table(  # one row a UNI that ever had an active service; none is ever deleted
    "lines",
    metadata,
    Column("access_line_id", String, primary_key=True),
    Column("uprn", String, nullable=False, index=True),
    Column("device", String, nullable=False),  # no foreign key: a line outlives the NTE that was taken away
    Column("port", String, nullable=False),
    Column("service_id", String, ForeignKey("services.id"), nullable=False, index=True),
    Column("made_at", UtcDateTime, nullable=False),
    UniqueConstraint("device", "port", "uprn"),
)

line_switches = Table(  # what a gaining ISP's order takes over: no ISP is ever shown a row
    "line_switches",
    metadata,
    Column("order_id", String, ForeignKey("orders.id"), primary_key=True),
    Column("access_line_id", String, ForeignKey("lines.access_line_id"), nullable=False),
    Column("from_service_id", String, ForeignKey("services.id"), nullable=False),
    Column("to_service_id", String, ForeignKey("services.id"), nullable=False),
)

line_moves = Table(
    "line_moves",
    metadata,
    Column("id", String, primary_key=True),
    Column("from_isp", String, nullable=False),
    Column("state", String, nullable=False),
    Column("at_a_time", Integer, nullable=False),
    Column("reason", String, nullable=False),
    Column("made_by", String, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("approved_by", String),
    Column("ended_at", UtcDateTime),
)

line_move_rows = Table(
    "line_move_rows",
    metadata,
    Column("move_id", String, ForeignKey("line_moves.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("access_line_id", String, nullable=False),
    Column("uprn", String, nullable=False),
    Column("isp_code", String, nullable=False),
    Column("handover", String, nullable=False),
    Column("product", String, nullable=False),
    Column("bandwidth_mbps", Integer, nullable=False),
    Column("term_months", Integer, nullable=False),
    Column("state", String, nullable=False),
    Column("order_id", String, ForeignKey("orders.id")),
    Column("why", Text, nullable=False),
    Index("ix_line_move_rows_state", "move_id", "state"),
)
