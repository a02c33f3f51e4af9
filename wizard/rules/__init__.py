"""Rules: what can be found wrong with settings without the network.

A rule is a generator of findings about one subject, in the module of that subject. To add a rule, write it there and
list it below, in the order of the wizard's steps. A rule that another error makes meaningless reports nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from wizard.model.findings import Finding, Severity
from wizard.model.redaction import has_visible_credentials, hide_in_finding
from wizard.model.settings import Settings
from wizard.rules import advanced, bucket, choices, endpoint, further, keys, paths, region

Rule = Callable[[Settings], Iterator[Finding]]

S3_RULES: tuple[Rule, ...] = (
    choices.registry_and_provider,
    bucket.bucket,
    region.region,
    region.region_of_registry,
    paths.prefix_in_bucket,
    keys.both_or_neither,
    keys.access_key,
    keys.secret_key,
    endpoint.present,
    endpoint.variable,
    endpoint.form,
    endpoint.suitable,
    endpoint.belongs_to_provider,
    endpoint.scheme,
    endpoint.port,
    endpoint.unencrypted,
    advanced.signature,
    advanced.path_style,
    advanced.redirects,
    advanced.verification,
    advanced.encryption,
    choices.storage_class_and_acl,
    advanced.sizes,
    advanced.parts_of_store,
    advanced.copies_of_store,
    further.numbers,
    further.accelerate,
    further.checksums,
    further.object_ownership,
    further.kept,
)
FILESYSTEM_RULES: tuple[Rule, ...] = (choices.registry_and_provider, paths.local_directory)


def findings(settings: Settings) -> list[Finding]:
    """The findings of all rules that apply to the storage type, in the order of the rules."""
    rules = FILESYSTEM_RULES if settings.type == "filesystem" else S3_RULES
    found = [finding for rule in rules for finding in rule(settings)]
    return [hide_in_finding(finding, settings) for finding in found] if has_visible_credentials(settings) else found


def of_later_checks(settings: Settings) -> list[Finding]:
    """What another check than that of the settings reports: the check of the certificate that plain http has not."""
    return list(endpoint.unencrypted(settings)) if settings.type == "s3" else []


def gravest_first(settings: Settings) -> list[Finding]:
    """All findings: the errors first, then the warnings and the hints, each in the order of the rules."""
    return sorted(findings(settings), key=lambda finding: list(Severity).index(finding.severity))


def errors(settings: Settings) -> list[Finding]:
    """The findings that make validation fail."""
    return [finding for finding in findings(settings) if finding.severity is Severity.ERROR]
