"""How much work, and how many numbers, may one call ask for?

A typing error in one number can ask for days or for terabytes. It is refused before anything
begins. The loops are slow on purpose, so their bound is low; what is held in memory has another.
"""

from convdocs.errors import clash

__all__ = [
    "MOST_NUMBERS",
    "MOST_STEPS",
    "require_few_numbers",
    "require_few_steps",
    "require_small",
]

MOST_STEPS = 10**8  # in the loops: minutes to hours
MOST_NUMBERS = 2**28  # in one array: two gigabytes of float64


def require_few_steps(steps: int, **causes: object) -> None:
    """Refuse loops that would run too long.

    Parameters
    ----------
    steps : int
        How many products, or samples looked at, the loops would go through.
    **causes : object
        The numbers that make them so many, by the names that the caller knows.

    Raises
    ------
    ValueError
        If there are more than `MOST_STEPS`.

    Examples
    --------
    >>> require_few_steps(10**12, output_size=(10**6, 10**5), kernel_size=(2, 5))
    Traceback (most recent call last):
    ...
    ValueError: the loops would take too many steps (steps=1000000000000, most=100000000, \
output_size=(1000000, 100000), kernel_size=(2, 5))
    """
    if steps > MOST_STEPS:
        raise clash("the loops would take too many steps", steps=steps, most=MOST_STEPS, **causes)


def require_few_numbers(numbers: int, **causes: object) -> None:
    """Refuse an array that would take too much memory.

    Parameters
    ----------
    numbers : int
        How many numbers it would hold.
    **causes : object
        The numbers that make them so many, by the names that the caller knows.

    Raises
    ------
    ValueError
        If there are more than `MOST_NUMBERS`.

    Examples
    --------
    >>> require_few_numbers(10**12, kernel_size=(1000, 1000), output_size=(1000, 1000))
    Traceback (most recent call last):
    ...
    ValueError: an array would hold too many numbers (numbers=1000000000000, most=268435456, \
kernel_size=(1000, 1000), output_size=(1000, 1000))
    """
    if numbers > MOST_NUMBERS:
        raise clash(
            "an array would hold too many numbers", numbers=numbers, most=MOST_NUMBERS, **causes
        )


def require_small(numbers: int, steps: int, **causes: object) -> None:
    """Refuse loops that would run too long, or an array that would take too much memory.

    Parameters
    ----------
    numbers : int
        How many numbers the largest array would hold.
    steps : int
        How many products, or samples looked at, the loops would go through.
    **causes : object
        The numbers that make them so many, by the names that the caller knows.

    Raises
    ------
    ValueError
        If there are more than `MOST_NUMBERS` or `MOST_STEPS`.

    Examples
    --------
    >>> require_small(10, 10**12, output_size=10, kernel_size=10**11)
    Traceback (most recent call last):
    ...
    ValueError: the loops would take too many steps (steps=1000000000000, most=100000000, \
output_size=10, kernel_size=100000000000)
    """
    require_few_numbers(numbers, **causes)
    require_few_steps(steps, **causes)
