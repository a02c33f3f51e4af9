"""The GitLab container registry with its s3_v2 driver (doc/administration/packages/container_registry.md)."""

from __future__ import annotations

from pathlib import Path

from wizard.catalog.registries.base import Instruction
from wizard.catalog.registries.distribution import DISTRIBUTION_3, check_again, export_command
from wizard.model.settings import Settings


def _next(settings: Settings, path: Path) -> tuple[Instruction, ...]:
    del settings
    return (
        Instruction("In /etc/gitlab/gitlab.rb goes:", export_command(path, "gitlab")),
        Instruction("Then:", "sudo gitlab-ctl reconfigure"),
        check_again(path),
    )


GITLAB = DISTRIBUTION_3._replace(
    id="gitlab",
    title="GitLab",
    summary="The container registry of GitLab, with its s3_v2 driver.",
    regions=None,
    v2_signatures=False,
    content_md5=False,  # the second version of the SDK sends checksums of another kind
    next_steps=_next,
)
