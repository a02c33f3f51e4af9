"""The checks of a running registry, in the order of the report."""

from __future__ import annotations

from collections.abc import Mapping

from wizard.checks.check import EVERYTHING, Check, Group

REGISTRY = Check("registry", "Find the registry", "registry", "registry", needed_for=EVERYTHING)
AUTH = Check("auth", "Sign in", "sign in", "auth", requires=("registry",), needed_for=EVERYTHING)
PUSH = Check("push", "Push an image", "push", "push", requires=("auth",), needed_for=("push",))
STORAGE = Check("storage", "Find it in the store", "storage", "storage", requires=("push",), needed_for=EVERYTHING)
PULL = Check("pull", "Pull the image", "pull", "pull", requires=("push",), needed_for=("pull",))
RESUME = Check("resume", "Resume a pull", "resume", "resume", requires=("pull",), needed_for=("pull",))
DELETE = Check("delete", "Delete the image", "delete", "delete", requires=("push",), needed_for=("delete",))
CLEANUP = Check("cleanup", "Clean up", "clean up", "cleanup")

VERIFY_CHECKS = (REGISTRY, AUTH, PUSH, STORAGE, PULL, RESUME, DELETE, CLEANUP)

GROUPS: Mapping[str, Group] = {
    "registry": Group("Find it", "the registry's API answers at this URL"),
    "auth": Group("Sign in", "the registry accepts this user"),
    "push": Group("Push an image", "images can be pushed, with large layers"),
    "storage": Group("Find it in store", "the image is where these settings say"),
    "pull": Group("Pull the image", "every byte comes back"),
    "resume": Group("Resume a pull", "interrupted pulls can continue"),
    "delete": Group("Delete the image", "a deleted image is gone"),
    "cleanup": Group("Clean up", "no test data is left"),
}
