"""What an entry point does once that runs for long."""

import gc

# New objects before the youngest are looked at (700 by itself). What an audit has in hand for a moment is then gone
# before it is looked at; with 700 it is counted among what stays, and has everything gone through again and again.
_THRESHOLDS = 50_000, 20, 20


def pass_over_what_stays() -> None:
    """Let the garbage collector pass over what is there by now, for good: modules, and what was wired of them.

    A whole collection goes through all of that, some 300,000 objects, every few seconds of a large push: 0.17 s in
    which none of its threads hears its device.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
