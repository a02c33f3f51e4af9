"""The GitLab container registry with its s3_v2 driver (doc/administration/packages/container_registry.md)."""

from __future__ import annotations

from pathlib import Path

from wizard.catalog.registries.distribution import DISTRIBUTION_3
from wizard.catalog.registries.next_steps import Instruction, check_instruction, export_command
from wizard.model.settings import Settings


def _next_steps(settings: Settings, path: Path) -> tuple[Instruction, ...]:
    del settings
    return (
        Instruction("In /etc/gitlab/gitlab.rb goes:", export_command(path, "gitlab")),
        Instruction("Then:", "sudo gitlab-ctl reconfigure"),
        check_instruction(path),
    )


GITLAB = DISTRIBUTION_3._replace(
    id="gitlab",
    title="GitLab",
    summary="The container registry of GitLab, with its s3_v2 driver.",
    regions=None,
    v2_signatures=False,
    content_md5=False,  # version 2 of the AWS SDK for Go sends other checksums instead
    next_steps=_next_steps,
)
