"""`policy`: the IAM policy that the registry needs, printed, written, or put on a user."""

from __future__ import annotations

import argparse
import re
import sys

from wizard import atomicfile, configfile, policy
from wizard.commands import files
from wizard.commands.streams import CommandError, Exit, put, say
from wizard.printable import printable
from wizard.settings import Settings

_PLAIN = re.compile(r"[A-Za-z0-9._/:-]*")  # what a policy takes as it stands, unlike `*` and `${…}`


def run(given: argparse.Namespace) -> Exit:
    """Prints the policy, or puts it where it was asked for."""
    settings = _settings(given)
    wanted = policy.documented(settings) if given.documented else policy.least(settings)
    if settings.provider not in ("aws", "other"):
        say(
            "note: this is the policy of Amazon's IAM; other stores may take the same text, or have rules of their own."
        )
    if given.put_user:
        return _put_user(given, settings, wanted)
    if given.output:
        try:
            atomicfile.write(given.output, policy.text(wanted).encode())
        except atomicfile.FileError as error:
            raise CommandError(str(error)) from None
        say(f"{printable(given.output)} is written. Put it on the registry's user:")
        put(policy.put_command("MyUser", given.output))
    else:
        put(policy.text(wanted).rstrip("\n"))
    return Exit.DONE


def _settings(given: argparse.Namespace) -> Settings:
    """Those of the file; without one the bucket on the command line says enough."""
    try:
        settings = files.load(given.config).settings
    except configfile.NotFoundError as error:
        if not given.bucket:
            raise CommandError(f"{error} Or name the bucket: --bucket NAME") from None
        settings = Settings()
    except configfile.ConfigError as error:
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


def _put_user(given: argparse.Namespace, settings: Settings, wanted: policy.Policy) -> Exit:
    from wizard.store.client.users import UserPolicy, UserPolicyError  # here, as boto3 comes with it

    user = given.put_user
    try:
        there = UserPolicy(user, policy.NAME, settings.region)
        try:
            before = there.read()
            if before == wanted:
                say(f"{policy.NAME} of the user {printable(user, 64)} says that already.")
                return Exit.DONE
            put("\n".join(policy.difference(before, wanted)))
            if not given.yes and not _agreed(user):
                say("Nothing was changed.")
                return Exit.FAILED
            there.write(policy.text(wanted))
        finally:
            there.close()
    except UserPolicyError as error:
        raise CommandError(str(error)) from None
    say(f"{policy.NAME} is on the user {printable(user, 64)}.")
    return Exit.DONE


def _agreed(user: str) -> bool:
    if not sys.stdin.isatty():
        raise CommandError("there is nobody to ask whether that is right. To go ahead without: --yes")
    sys.stderr.write(f"Put {policy.NAME} on the user {printable(user, 64)}? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")
