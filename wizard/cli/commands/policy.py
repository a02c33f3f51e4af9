"""`policy`: prints the IAM policy that the registry needs, writes it to a file, or attaches it to a user."""

from __future__ import annotations

import argparse
import re
import sys
from contextlib import closing
from pathlib import Path

from wizard.catalog import policy
from wizard.catalog.endpoints import store_of
from wizard.cli import output_file, settings_file
from wizard.config import file as config_file
from wizard.console.core_dumps import refuse_debuggers
from wizard.console.exit_status import CommandError, ExitStatus
from wizard.console.stdio import print_data, print_message
from wizard.files.errors import FileError
from wizard.files.written import describe_backup
from wizard.model.settings import Settings
from wizard.text.sanitize import sanitize

_LITERAL = re.compile(r"[^*?$\x00-\x1f]*")  # names without `*`, `?` and `${…}`, which mean something in a policy
_PLAIN_NAME = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")  # a bucket name with which no rule finds a problem
_SPECIAL_CHARACTERS = (
    "a policy cannot contain this bucket name and root directory because they have special characters."
)


def run(given: argparse.Namespace) -> int:
    """Prints, writes or attaches the policy."""
    settings = _settings(given)
    document = policy.documented(settings) if given.documented else policy.least_privilege(settings)
    if given.put_user is not None:
        _refuse_other_stores(settings)
        return _put_user(given, settings, document)
    if given.output:
        _write(given, settings, document)
    else:
        print_data(policy.to_json(document).rstrip("\n"))
    if remark := policy.other_way(settings):
        print_message(f"note: {remark}")
    return ExitStatus.DONE


def _write(given: argparse.Namespace, settings: Settings, document: policy.Policy) -> None:
    from wizard.files.output import write_output  # imported here: only needed with --output

    output_file.refuse_dash(given.output, "the policy")
    output_file.require(given.output, "policy.json")
    commands = policy.attach_commands(settings, "USER", Path(sanitize(given.output, 1000)))
    then = f" Attach it to the registry's user. {policy.placeholders(settings)}" if commands else ""
    try:
        with output_file.finish_before_signals(given.output):
            written = write_output(given.output, policy.to_json(document).encode(), given.config)
            if written is None:  # a device or a pipe, in which the command would be part of the policy
                return
            backup = f" {describe_backup(written.backup)}" if written.backup else ""
            for remark in written.remarks:
                print_message(f"note: {remark}")
            print_message(f"{sanitize(given.output)} saved.{backup}{then}")
    except FileError as error:
        raise CommandError(str(error)) from None
    for command in commands:
        print_data(command)


def _refuse_other_stores(settings: Settings) -> None:
    """A user of another store is none of Amazon's IAM, to which --put-user would go."""
    if policy.is_for_iam(settings):
        return
    commands = policy.attach_commands(settings, "USER", Path("FILE"))
    remedy = f"Use -o FILE, and then run: {' && '.join(commands)}" if commands else policy.other_way(settings)
    store = store_of(settings)
    whose = "this store" if store.id == "other" else store.title
    raise CommandError(f"--put-user works only with AWS. Users of {whose} are not in AWS IAM. {remedy}")


def _settings(given: argparse.Namespace) -> Settings:
    """The settings of the file. Without a file, those for the bucket on the command line."""
    try:
        settings = settings_file.load(given.config).settings
    except config_file.NotFoundError as error:
        if not given.bucket:
            raise CommandError(f"{error} Without a file, specify --bucket NAME.") from None
        settings = Settings()
    except config_file.ConfigError as error:
        raise CommandError(str(error)) from None
    if given.bucket:
        settings = settings.replace({"bucket": given.bucket})
    if settings.type != "s3":
        raise CommandError("the settings use a local folder, which does not need an IAM policy.")
    if not settings.bucket:
        raise CommandError("the settings file has no bucket. Specify --bucket NAME.")
    is_plain = _PLAIN_NAME.fullmatch(settings.bucket) and _LITERAL.fullmatch(settings.rootdirectory)
    if not is_plain and (problem := _problem(settings, is_from_flag=bool(given.bucket))):
        raise CommandError(problem)
    return settings


def _problem(settings: Settings, *, is_from_flag: bool) -> str:
    """Why no policy can be made for a bucket or root directory, with the flag to use if it names the bucket; or ""."""
    from wizard import rules  # imported here: not needed for most names

    errors = [finding for finding in rules.errors(settings) if finding.setting in ("bucket", "rootdirectory")]
    if not errors:
        is_literal = _LITERAL.fullmatch(settings.bucket + settings.rootdirectory)
        return "" if is_literal else _SPECIAL_CHARACTERS
    name = errors[0].fix.set.get("bucket") if errors[0].fix else None
    return (
        f"--bucket takes only the name of a bucket. Use: --bucket {name}" if is_from_flag and name else errors[0].text
    )


def _put_user(given: argparse.Namespace, settings: Settings, document: policy.Policy) -> int:
    from wizard.console.signals import stop_on_signals  # imported here: only needed to attach a policy
    from wizard.s3.iam import UserPolicy, UserPolicyError  # imported here: it imports boto3
    from wizard.session import user_policies

    refuse_debuggers()  # it waits, for Amazon and for an answer, with keys in memory
    name = policy.name_of(settings)
    try:
        with closing(UserPolicy(given.put_user, name, settings.region)) as user_policy:
            user = user_policy.user()
            previous = user_policy.read()
            if previous == document:
                print_message(f"{name} is already attached to {user}. Nothing was changed.")
                return ExitStatus.DONE
            print_data("\n".join(policy.diff(previous, document)))
            if not given.yes and not _confirm(f"Attach {name} to {user}?"):
                print_message("Nothing was changed.")
                return ExitStatus.FAILED
            with stop_on_signals("Stopping …\n") as stop:
                try:
                    user_policies.attach(user_policy, policy.to_json(document), stop.event)
                except UserPolicyError as error:
                    if not stop.is_set():
                        raise
                    print_message(str(error))
                    return stop.exit_status
    except UserPolicyError as error:
        raise CommandError(str(error)) from None
    replaced = "" if previous is None else " It has replaced the one that was there."
    print_message(f"Attached {name} to {user}.{replaced}")
    return stop.exit_status if stop.is_set() else ExitStatus.DONE


def _confirm(question: str) -> bool:
    if not sys.stdin.isatty():
        raise CommandError(
            f"not a terminal, so this cannot be asked: {question} Nothing was changed. Use --yes to proceed."
        )
    from wizard.console.line_input import prompt_line  # imported here: only needed to ask

    answers = {"": False, "n": False, "no": False, "y": True, "yes": True}
    while True:
        try:
            answer = prompt_line(f"{question} [y/N] ").strip().lower()
        except EOFError:
            return False
        if answer in answers:
            return answers[answer]
        print_message("Answer y to attach the policy that is shown above, or n to change nothing.")
