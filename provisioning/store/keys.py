"""Keys as they come in from outside."""


def can_be_key(text: str) -> bool:
    """Whether any row could have this key.

    A NUL or half a surrogate pair in it would be refused by the database's driver instead of
    not being found; our own keys have nothing unprintable in them.
    """
    return text.isprintable()
