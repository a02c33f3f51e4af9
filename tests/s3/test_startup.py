"""What of this machine's environment keeps a registry from starting is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.aws_files import DIRTY, STARTS, write_aws_files
from wizard.model.secret import Secret
from wizard.model.settings import Settings
from wizard.s3.startup import startup_problem

KEYS = Settings(accesskey="AKIA", secretkey=Secret("secret"))


@pytest.mark.parametrize("registry", ["distribution-2", "distribution-3"])
@pytest.mark.parametrize("name", STARTS)
def test_a_registry_that_does_not_start_is_named(
    registry: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    variables, files, failing = STARTS[name]
    write_aws_files(tmp_path, variables, files, monkeypatch)
    problem = startup_problem(KEYS.replace({"registry": registry}))
    assert problem.endswith(" won't start with that.") is (registry in failing)


@pytest.mark.parametrize(
    ("variables", "files", "registry", "problem"),
    [
        (
            {"AWS_S3_USE_ARN_REGION": "secret"},
            (),
            "distribution-3",
            "On this machine, AWS_S3_USE_ARN_REGION is not true or false. Distribution 3 won't start with that.",
        ),
        (
            {"AWS_SDK_GO_CLIENT_TLS_KEY": __file__},
            (),
            "distribution-3",
            "On this machine, only one of AWS_SDK_GO_CLIENT_TLS_CERT and AWS_SDK_GO_CLIENT_TLS_KEY is set. ",
        ),
        (
            {},
            (DIRTY,),
            "distribution-2",
            "On this machine, ~/.aws/credentials cannot be parsed. Distribution 2 won't start with that.",
        ),
        (
            {"AWS_PROFILE": "p"},
            ("[p]\nweb_identity_token_file = x\n",),
            "distribution-3",
            "On this machine, the profile in ~/.aws/credentials has a `web_identity_token_file`, whose `role_arn` is "
            "only read with AWS_SDK_LOAD_CONFIG. Distribution 3 won't start with that.",
        ),
        ({"AWS_RETRY_MODE": "x"}, (), "gitlab", "On this machine, AWS_RETRY_MODE is not standard or adaptive. "),
    ],
)
def test_the_sentence_says_what_is_wrong(
    variables: dict[str, str],
    files: tuple[str, ...],
    registry: str,
    problem: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write_aws_files(tmp_path, variables, files, monkeypatch)
    assert startup_problem(KEYS.replace({"registry": registry})).startswith(problem)


def test_a_file_that_is_read_for_keys_is_no_matter_of_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_aws_files(tmp_path, {}, (DIRTY,), monkeypatch)
    assert startup_problem(Settings(registry="distribution-2")) == ""
