"""What collectors take for "there is none", as it is written in them."""

import ast
import importlib
import inspect
import pkgutil

import collectors.aws


def declared():
    """Every operation with each code that a collector takes for an absence, as it is written."""
    for found in pkgutil.iter_modules(collectors.aws.__path__, "collectors.aws."):
        module = importlib.import_module(found.name)
        for node in ast.walk(ast.parse(inspect.getsource(module))):
            if asks := _absence(node):
                call, codes = (eval(ast.unparse(one), vars(module)) for one in asks)
                yield from ((str(call), code) for code in several(codes))


def _absence(node):
    """The call and its absent codes, if it is a question that has some."""
    match node:
        case ast.Call(func=ast.Attribute(attr="detail"), args=[call, *_], keywords=named):
            codes = [one.value for one in named if one.arg == "absent"]
            return (call, *codes) if codes else None
        case ast.Call(func=ast.Attribute(attr="listed_unless"), args=[codes, call, *_]):
            return call, codes
    return None


def several(value):
    return (value,) if isinstance(value, str) else value


ABSENCES = sorted(set(declared()))
"""Every operation with each code that is an absence there."""
