"""Run by Alembic, in-process, on the transaction that `migrate` opened. Needs no alembic.ini."""

from alembic import context

from inventory.store.metadata import metadata


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """The durable engine keeps its own tables in this database; a comparison must not see them."""
    return kind != "table" or name in metadata.tables


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    include_name=_is_ours,
    compare_type=True,
)
context.run_migrations()
