"""Make EOS text fit to be shown: without secrets. Pure. The rules stand with those of all platforms."""

from automation import masking


def without_secrets(running: str) -> str:
    """Return a configuration, or a diff of one, with every password, key and community replaced by `<removed>`."""
    return masking.without_secrets(running, "eos")
