"""The message of an error of Python or of a library can quote a value. Only messages of our own errors are printed."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.architecture.source import trees

# Messages that are read, and are not printed as they are.
_READ = {
    "wizard.config.toml": "the message is translated into words of our own",
    "wizard.s3.error_mapping": "the text of a response that is not S3, which a finding describes and does not quote",
}
_BUILT_IN = {"ValueError"}  # of `Declaration.parse`, whose messages are sentences of our own
_PARSERS = {"wizard.session.state", "wizard.cli.commands.configure"}


def _own_errors() -> set[str]:
    return {
        node.name
        for tree in trees().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        and any(ast.unparse(base).endswith(("Error", "Exception")) for base in node.bases)
    }


def _types(handler: ast.ExceptHandler) -> set[str]:
    if handler.type is None:
        return {"BaseException"}
    nodes = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return {ast.unparse(node).rpartition(".")[2] for node in nodes}


def _uses_message(handler: ast.ExceptHandler) -> bool:
    """Whether the text of the error itself is used: `str(error)`, `{error}`, `error.args`, `sanitize(error)`."""
    for node in ast.walk(handler):
        match node:
            case ast.Call(
                func=ast.Name(id="str" | "repr" | "format" | "sanitize" | "print_message"), args=[ast.Name(id=name), *_]
            ):
                pass
            case ast.FormattedValue(value=ast.Name(id=name)) | ast.Attribute(value=ast.Name(id=name), attr="args"):
                pass
            case _:
                continue
        if name == handler.name:
            return True
    return False


def _messages_of_others() -> Iterator[str]:
    own = _own_errors()
    for module, tree in trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ExceptHandler) and node.name and _uses_message(node):
                others = _types(node) - own - (_BUILT_IN if module in _PARSERS else set())
                if others and module not in _READ:
                    yield f"{module}:{node.lineno}: {', '.join(sorted(others))}"


def test_no_message_of_an_error_of_a_library_is_used() -> None:
    assert list(_messages_of_others()) == []


def test_the_errors_of_this_program_are_found() -> None:
    assert {"FileError", "ConfigError", "FormatError", "UserPolicyError", "CommandError"} <= _own_errors()
