"""Everything public says in numpydoc's form what it does, and shows it."""

import dataclasses
import doctest
import importlib
import inspect
import pkgutil
from typing import Any

import pytest
from numpydoc.validate import ERROR_MSGS, validate

import convdocs

# What the design wants otherwise than numpydoc.
UNWANTED = {
    "ES01",  # one sentence may be enough
    "EX01",  # asked of functions below
    "PR03",  # parameters that share a description stand together
    "SA01",  # the site lists the examples that use each function
    "SS03",  # a summary may be a question; its end is looked at below
    "SS05",  # a summary may be the answer instead of an order
}
CHECKS = set(ERROR_MSGS) - UNWANTED

MODULES = [
    module.name
    for module in pkgutil.walk_packages(convdocs.__path__, "convdocs.")
    if module.name not in {"convdocs.__main__", "convdocs.learning", "convdocs.operations"}
]


def public() -> dict[str, Any]:
    """Find the functions and classes that modules list as public, and the classes' methods."""
    found = {}
    for module in map(importlib.import_module, MODULES):
        for name in module.__all__:
            thing = getattr(module, name)
            if inspect.isfunction(thing) or inspect.isclass(thing):
                found[f"{module.__name__}.{name}"] = thing
            if inspect.isclass(thing) and not issubclass(thing, tuple):
                found |= {
                    f"{module.__name__}.{name}.{method}": function
                    for method, function in vars(thing).items()
                    if inspect.isfunction(function) and not method.startswith("_")
                }
    return found


PUBLIC = public()
SHOWN_BY_EXAMPLE = [
    name
    for name, thing in PUBLIC.items()
    if inspect.isfunction(thing)
    and thing.__qualname__ == thing.__name__  # a class's example shows its methods
    and not thing.__name__.startswith("show_")  # a drawing is shown by a picture
]


@pytest.mark.parametrize("name", MODULES)
def test_a_module_says_what_it_is_about_and_what_is_public(name: str) -> None:
    """It begins with a sentence or a question, and every name that it lists exists."""
    module = importlib.import_module(name)
    assert module.__doc__
    assert module.__doc__.splitlines()[0].endswith((".", "?"))
    assert all(hasattr(module, public_name) for public_name in module.__all__)


@pytest.mark.parametrize("name", PUBLIC)
def test_a_docstring_is_complete_numpydoc(name: str) -> None:
    """Every parameter, result and error has a type and a sentence."""
    thing = PUBLIC[name]
    # Fields that a function fills in are told as attributes, not as parameters.
    filled_in = dataclasses.is_dataclass(thing) or hasattr(thing, "_fields")
    wanted = CHECKS - {"PR01"} if filled_in else CHECKS
    assert [error for error in validate(name)["errors"] if error[0] in wanted] == []


@pytest.mark.parametrize("name", PUBLIC)
def test_a_summary_is_a_sentence_or_a_question(name: str) -> None:
    """It ends with a full stop or a question mark."""
    assert inspect.getdoc(PUBLIC[name]).split("\n\n")[0].endswith((".", "?"))


@pytest.mark.parametrize("name", SHOWN_BY_EXAMPLE)
def test_a_function_shows_itself_at_work(name: str) -> None:
    """It has an example that the doctests run, with an output to compare."""
    finder = doctest.DocTestFinder(recurse=False)
    examples = [example for test in finder.find(PUBLIC[name]) for example in test.examples]
    assert any(example.want or example.exc_msg for example in examples)
