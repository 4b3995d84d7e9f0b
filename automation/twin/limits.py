"""How many sockets this process may have, and getting as many as a fleet needs."""

import resource

from automation.errors import TwinNeedsFiles

FILES_A_DEVICE = 4  # its listening socket, and room for the connections it answers at a time
FILES_BESIDES = 256  # everything else the process has open


def allow_devices(devices: int) -> None:
    """Raise the soft limit of open files (RLIMIT_NOFILE) as far as `devices` devices need.

    Raises:
        TwinNeedsFiles: the hard limit is lower than that.
    """
    needed = devices * FILES_A_DEVICE + FILES_BESIDES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return
    if hard != resource.RLIM_INFINITY and hard < needed:
        raise TwinNeedsFiles(devices, needed, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))
