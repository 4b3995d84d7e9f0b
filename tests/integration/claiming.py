"""Processes that claim devices as orders and change plans do, and note in a table of their own who is on which."""

import random
import time

from pydantic import SecretStr
from sqlalchemy import Column, Engine, MetaData, String, Table, delete, insert

from inventory.source import NoRecord
from inventory.store.engine import open_engine
from inventory.store.mirror import SnapshotCache
from provisioning.catalogue_files import load_catalogue
from provisioning.catalogues import only
from provisioning.device_errors import DevicesClaimed
from provisioning.settings import ProvisioningSettings
from provisioning.store.unit import open_store
from provisioning.tools import Tools
from provisioning.workflows.claims import claimed
from tests.integration.desk import Clock, NotedJobs, QuietDeployer

BUSY = Table("busy_devices", MetaData(), Column("device", String, primary_key=True), Column("holder", String))
DONE = Table("done_devices", MetaData(), Column("holder", String, primary_key=True))
ROUNDS = 10


def claim_and_note(url: str, holder: str, devices: str) -> None:
    """Claim some of the devices again and again; a second one on a device breaks the key of the table, and us."""
    engine = open_engine(url, translate_errors=False)
    tools = _tools(engine)
    choose = random.Random(holder)
    for number in range(ROUNDS):
        _once(engine, tools, f"{holder}-{number}", choose.sample(devices.split(","), 2))
    engine.dispose()


def _once(engine: Engine, tools: Tools, holder: str, devices: list[str]) -> None:
    while True:
        try:
            with claimed(holder, devices, (), tools):
                with engine.begin() as one:
                    one.execute(insert(BUSY), [{"device": device, "holder": holder} for device in devices])
                time.sleep(0.002)
                with engine.begin() as one:
                    one.execute(delete(BUSY).where(BUSY.c.holder == holder))
                    one.execute(insert(DONE).values(holder=holder))
        except DevicesClaimed:
            time.sleep(0.002)
        else:
            return


def _tools(engine: Engine) -> Tools:
    jobs = NotedJobs()
    return Tools(
        settings=ProvisioningSettings(token_pepper=SecretStr("pepper"), _env_file=None),
        open_unit_of_work=open_store(engine, jobs=lambda _session: jobs, now=Clock()),
        load_snapshot=SnapshotCache(engine),
        catalogues=only(load_catalogue()),
        deployer=QuietDeployer(),
        record=NoRecord(),
        now=Clock(),
    )
