"""The policy that `policy --put-user` attaches is just enough, at a real IAM API and for the real registries."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest

from tests.registry.exercise import SMALL_THRESHOLD, Programs, exercise_registry
from tests.registry.registries import DISTRIBUTION_3, OFFICIAL_2_8, RealRegistry
from tests.support.command_line import run_wizard
from tests.support.reports import finding_of, keys_in_bucket, leftover_keys, report_of
from tests.support.samples import sampled
from tests.support.servers.started import StartedServers
from tests.support.servers.versity import VersityIam
from wizard.catalog import policy
from wizard.model.findings import Cause
from wizard.model.secret import Secret
from wizard.model.settings import Settings, Value

_STATEMENTS = policy.least_privilege(Settings(bucket="images"))["Statement"]
_ACTIONS = sorted(action for statement in _STATEMENTS for action in statement["Action"])
_REGISTRIES = (OFFICIAL_2_8, DISTRIBUTION_3)


@pytest.fixture
def iam(started_servers: StartedServers) -> VersityIam:
    server = started_servers.start(VersityIam)
    assert isinstance(server, VersityIam)
    return server


def user_and_settings(iam: VersityIam, registry: RealRegistry) -> tuple[str, Settings]:
    """A new user without permissions, and settings with its keys and a new bucket."""
    user, access_key, secret = iam.new_user()
    keys: dict[str, Value] = {"accesskey": access_key, "secretkey": Secret(secret)}
    threshold: dict[str, Value] = {"multipartcopythresholdsize": SMALL_THRESHOLD}
    return user, iam.store().settings(**registry.settings, **keys, **threshold)


@pytest.mark.parametrize("registry", _REGISTRIES, ids=lambda registry: registry.name)
def test_what_put_user_attaches_is_enough(iam: VersityIam, registry: RealRegistry, tmp_path: Path) -> None:
    user, settings = user_and_settings(iam, registry)
    assert not report_of(settings).passed
    administrator = {"AWS_ACCESS_KEY_ID": iam.access_key, "AWS_SECRET_ACCESS_KEY": iam.secret_key}
    command = ("policy", "--bucket", settings.bucket, "--put-user", user, "--yes")
    attached = run_wizard(*command, folder=tmp_path, AWS_ENDPOINT_URL_IAM=iam.iam_endpoint, **administrator)
    assert attached.returncode == 0, attached.stderr
    assert attached.stderr.startswith(f"Attached {policy.name_of(Settings())} to the user arn:aws:iam::")
    assert report_of(settings).passed
    outcome = exercise_registry(Programs.require(registry), settings)
    assert outcome.failed_stage == "", outcome.message


@pytest.mark.parametrize(
    ("action", "registry"),
    sampled(itertools.product(_ACTIONS, _REGISTRIES), 5),
    ids=lambda value: getattr(value, "name", value),
)
def test_without_one_of_its_actions_it_is_not(iam: VersityIam, action: str, registry: RealRegistry) -> None:
    user, settings = user_and_settings(iam, registry)
    document = policy.least_privilege(settings)
    for statement in document["Statement"]:
        statement["Action"] = [each for each in statement["Action"] if each != action]
    iam.iam.put_user_policy(UserName=user, PolicyName="less", PolicyDocument=json.dumps(document))
    report = report_of(settings)
    (failed,) = report.failed
    finding = finding_of(report, failed)
    assert finding.cause is Cause.ACCESS_DENIED
    assert action in finding.text
    assert leftover_keys(report) == keys_in_bucket(iam, settings.bucket)
    outcome = exercise_registry(Programs.require(registry), settings)
    needed_for = next(result.check.needed_for for result in report.results if result.check.id == failed)
    assert outcome.failed_stage in needed_for, outcome.message
