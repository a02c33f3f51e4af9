"""Attaches the policy to an IAM user, and says what is unknown if the program ends meanwhile."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from wizard.validation import active_runs

if TYPE_CHECKING:
    from wizard.s3.iam import UserPolicy


def attach(user_policy: UserPolicy, text: str, stop: threading.Event | None = None) -> None:
    """Attaches the policy document `text`. Does not wait for the answer any more once `stop` is set.

    Until it returns, a program that is ended at once says that it is unknown whether the policy is on the user.
    Raises `UserPolicyError`.
    """

    def describe() -> str:
        return user_policy.unknown_outcome

    active_runs.register(describe)
    try:
        user_policy.write(text, stop)
    finally:
        active_runs.unregister(describe)
