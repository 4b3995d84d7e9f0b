"""How many of something, in the words people use. Pure."""


def counted(number: int, one: str, many: str = "") -> str:
    """Return such as "1 device" and "1,200 devices"; `many` where more of them are not just `one` and an "s"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
