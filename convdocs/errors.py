"""How an error is worded: the clash, then every number that caused it, in the caller's terms."""

__all__ = ["clash", "counted", "mistyped"]

_LONGEST = 200  # characters of a value
_DIGITS = 40  # of a number that is written out


def _shown(value: object) -> str:
    """Give `value` as a message shows it: never too long, and never an error of its own."""
    if isinstance(value, int) and abs(value) >= 10**_DIGITS:
        return f"about {'-' if value < 0 else ''}2**{abs(value).bit_length() - 1}"
    try:
        text = " ".join(repr(value).split())  # on one line
    except Exception:  # of a foreign object, or of Python's for a number of many digits
        return f"a {type(value).__name__}"
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def clash(words: str, **values: object) -> ValueError:
    """Say in words what clashes, then every number that caused it.

    Parameters
    ----------
    words : str
        What is wrong.
    **values : object
        What caused it, by the names that the caller knows; a name with a blank in it is none
        of code's, and has no equals sign after it.

    Returns
    -------
    ValueError
        The error to raise.

    Examples
    --------
    >>> raise clash("padding must be at most half the kernel", padding=2, kernel_size=3)
    Traceback (most recent call last):
    ...
    ValueError: padding must be at most half the kernel (padding=2, kernel_size=3)
    """
    told = ", ".join(
        f"{name}{' ' if ' ' in name else '='}{_shown(value)}" for name, value in values.items()
    )
    return ValueError(f"{words} ({told})")


def mistyped(words: str, name: str, value: object) -> TypeError:
    """Say of what kind a value must be, and what was given.

    Parameters
    ----------
    words : str
        What it must be.
    name : str
        The name that the caller knows.
    value : object
        What it is.

    Returns
    -------
    TypeError
        The error to raise.

    Examples
    --------
    >>> raise mistyped("an integer", "stride", 2.5)
    Traceback (most recent call last):
    ...
    TypeError: stride must be an integer (stride=2.5)
    """
    return TypeError(f"{name} must be {words} ({name}={_shown(value)})")


def counted(count: int, one: str, many: str) -> str:
    """Put a number before a noun.

    Parameters
    ----------
    count : int
        How many there are.
    one, many : str
        The noun for one of them, and for none or several.

    Returns
    -------
    str
        The number and the noun.

    Examples
    --------
    >>> counted(1, "axis", "axes"), counted(2, "axis", "axes")
    ('1 axis', '2 axes')
    """
    return f"{count} {one if count == 1 else many}"
