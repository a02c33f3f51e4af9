"""The flags of the commands."""

from __future__ import annotations

import pytest

from wizard.cli import arguments
from wizard.model.settings import DECLARATIONS, Kind


@pytest.mark.parametrize("name", DECLARATIONS)
def test_configure_has_a_flag_for_each_setting(name: str) -> None:
    match DECLARATIONS[name].kind:
        case Kind.SECRET:
            words = [f"--{name}-file", "-"]
        case Kind.SWITCH:
            words = [f"--no-{name}"]
        case _:
            words = [f"--{name}", "value"]
    given = vars(arguments.quick_parser().parse_args(["configure", *words]))
    assert {given[name] if name in given else given[f"{name}_file"]} <= {"-", False, "value"}


@pytest.mark.parametrize("seconds", ["0", "-1", "soon", "nan", "inf", "86401"])
def test_a_timeout_is_more_than_zero_and_at_most_a_day(seconds: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        arguments.quick_parser().parse_args(["check", f"--timeout={seconds}"])
    assert "a number of seconds above 0, such as 30" in capsys.readouterr().err


def test_the_default_timeout_is_a_minute() -> None:
    assert arguments.quick_parser().parse_args(["check"]).timeout == 60.0
    assert arguments.quick_parser().parse_args(["check", "--timeout", "86400"]).timeout == 86400.0
