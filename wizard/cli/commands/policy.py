"""`policy`: the IAM policy that the registry needs, printed, written, or put on a user."""

from __future__ import annotations

import argparse
import re
import sys

from wizard.catalog import policy
from wizard.cli import settings_file
from wizard.config import file as config_file
from wizard.console.exit_status import ExitStatus
from wizard.console.stdio import CommandError, print_data, print_message
from wizard.files.errors import FileError
from wizard.files.replacing import write_file
from wizard.model.settings import Settings
from wizard.text.sanitize import sanitize

_PLAIN = re.compile(r"[A-Za-z0-9._/:-]*")  # what a policy takes as it stands, unlike `*` and `${…}`


def run(given: argparse.Namespace) -> ExitStatus:
    """Prints the policy, or puts it where it was asked for."""
    settings = _settings(given)
    wanted = policy.documented(settings) if given.documented else policy.least_privilege(settings)
    if settings.provider not in ("aws", "other"):
        print_message(
            "note: this is the policy of Amazon's IAM; other stores may take the same text, or have rules of their own."
        )
    if given.put_user:
        return _put_user(given, settings, wanted)
    if given.output:
        try:
            write_file(given.output, policy.to_json(wanted).encode())
        except FileError as error:
            raise CommandError(str(error)) from None
        print_message(f"{sanitize(given.output)} is written. Put it on the registry's user:")
        print_data(policy.put_command("MyUser", given.output))
    else:
        print_data(policy.to_json(wanted).rstrip("\n"))
    return ExitStatus.DONE


def _settings(given: argparse.Namespace) -> Settings:
    """Those of the file; without one the bucket on the command line says enough."""
    try:
        settings = settings_file.load(given.config).settings
    except config_file.NotFoundError as error:
        if not given.bucket:
            raise CommandError(f"{error} Or name the bucket: --bucket NAME") from None
        settings = Settings()
    except config_file.ConfigError as error:
        raise CommandError(str(error)) from None
    if given.bucket:
        settings = settings.replace({"bucket": given.bucket})
    if settings.type != "s3":
        raise CommandError("the file keeps images in a folder, which no IAM policy is about.")
    if not settings.bucket:
        raise CommandError("the file names no bucket. Name it: --bucket NAME")
    if not _PLAIN.fullmatch(settings.bucket + settings.rootdirectory):
        raise CommandError(_problem(settings))
    return settings


def _problem(settings: Settings) -> str:
    from wizard import rules  # here, as most names are plain

    told = [finding for finding in rules.errors(settings) if finding.setting in ("bucket", "rootdirectory")]
    return told[0].text if told else "a policy cannot name this bucket and root directory to the letter."


def _put_user(given: argparse.Namespace, settings: Settings, wanted: policy.Policy) -> ExitStatus:
    from wizard.s3.iam import UserPolicy, UserPolicyError  # here, as boto3 comes with it

    user = given.put_user
    try:
        there = UserPolicy(user, policy.NAME, settings.region)
        try:
            before = there.read()
            if before == wanted:
                print_message(f"{policy.NAME} of the user {sanitize(user, 64)} says that already.")
                return ExitStatus.DONE
            print_data("\n".join(policy.diff(before, wanted)))
            if not given.yes and not _agreed(user):
                print_message("Nothing was changed.")
                return ExitStatus.FAILED
            there.write(policy.to_json(wanted))
        finally:
            there.close()
    except UserPolicyError as error:
        raise CommandError(str(error)) from None
    print_message(f"{policy.NAME} is on the user {sanitize(user, 64)}.")
    return ExitStatus.DONE


def _agreed(user: str) -> bool:
    if not sys.stdin.isatty():
        raise CommandError("there is nobody to ask whether that is right. To go ahead without: --yes")
    sys.stderr.write(f"Put {policy.NAME} on the user {sanitize(user, 64)}? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")
