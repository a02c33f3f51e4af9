"""What can be said about settings without a network.

Each rule is a generator of findings; to add one, write it in the module of its subject and list it in `RULES`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from wizard.model.findings import Finding, Severity
from wizard.model.settings import Settings
from wizard.rules import advanced, endpoint, keys, names

Rule = Callable[[Settings], Iterator[Finding]]

S3_RULES: tuple[Rule, ...] = (
    names.registry_and_provider,
    names.bucket,
    names.region,
    names.region_of_registry,
    names.root_directory,
    keys.both_or_neither,
    keys.access_key,
    keys.secret_key,
    endpoint.present,
    endpoint.form,
    endpoint.belongs_to_provider,
    endpoint.scheme,
    endpoint.port,
    advanced.signature,
    advanced.path_style,
    advanced.redirects,
    advanced.verification,
    advanced.encryption,
    advanced.words,
    advanced.sizes,
)
FILESYSTEM_RULES: tuple[Rule, ...] = (names.registry_and_provider, names.folder)


def findings(settings: Settings) -> list[Finding]:
    """All that is wrong with `settings` or worth knowing, in the order of the steps."""
    rules = FILESYSTEM_RULES if settings.type == "filesystem" else S3_RULES
    return [finding for rule in rules for finding in rule(settings)]


def errors(settings: Settings) -> list[Finding]:
    """Only what makes validation fail."""
    return [finding for finding in findings(settings) if finding.severity is Severity.ERROR]
