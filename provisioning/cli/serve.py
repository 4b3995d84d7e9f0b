"""`neutralhost serve`."""

import logging
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager

from provisioning.bootstrap import House
from provisioning.cli.errors import listening
from provisioning.cli.face import RunningFace, find_portal
from provisioning.cli.house import open_house
from provisioning.cli.logs import log_to_stderr
from provisioning.cli.output import current_output
from provisioning.cli.surroundings import naming_settings, settings_files
from provisioning.cli.waiting import stop_signal
from provisioning.long_lived import pass_over_what_stays
from provisioning.sandbox import SandboxControls


def serve(listen_host: str | None, listen_port: int | None, worker: bool) -> None:
    log_to_stderr(logging.INFO)
    with ExitStack() as stack:
        stopped = stack.enter_context(stop_signal())
        house = stack.enter_context(open_house())
        if worker:
            house.start_worker()
            pass_over_what_stays()
        with running_portal(house, listen_host=listen_host, listen_port=listen_port) as portal:
            output = current_output()
            output.answer({"url": portal.url}, lambda: output.say(f"Portal and API are at {portal.url}. Ctrl-C stops."))
            stopped.wait()


@contextmanager
def running_portal(
    house: House,
    *,
    listen_host: str | None,
    listen_port: int | None,
    cookies_secure: bool | None = None,
    sandbox: SandboxControls | None = None,
) -> Iterator[RunningFace]:
    """Serve portal and API while the context lasts.

    Raises:
        AddressTaken: somebody else listens there.
        FaceMissing: nothing installed serves them.
        SettingsIncomplete: a setting of theirs is wrong.
    """
    start = find_portal()
    with listening("The portal", listen_host or "the address of the settings", listen_port), naming_settings():
        portal = start(
            house.tools,
            metrics=house.metrics,
            worker_seen=house.worker_seen,
            listen_host=listen_host,
            listen_port=listen_port,
            cookies_secure=cookies_secure,
            settings_files=settings_files(),
            sandbox=sandbox,
        )
    with closing(portal):
        yield portal
