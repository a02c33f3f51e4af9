"""The checks of a running registry, in the order of the report."""

from __future__ import annotations

from wizard.checks.check import EVERYTHING, Check

REGISTRY = Check("registry", "Find the registry", "registry", "reach", needed_for=EVERYTHING)
AUTH = Check("auth", "Sign in", "sign in", "reach", requires=("registry",), needed_for=EVERYTHING)
PUSH = Check("push", "Push an image", "push", "objects", requires=("auth",), needed_for=("push",))
STORAGE = Check("storage", "Find it in the store", "storage", "objects", requires=("push",), needed_for=EVERYTHING)
PULL = Check("pull", "Pull the image", "pull", "redirect", requires=("push",), needed_for=("pull",))
RESUME = Check("resume", "Resume a pull", "resume", "layers", requires=("pull",), needed_for=("pull",))
DELETE = Check("delete", "Delete the image", "delete", "delete", requires=("push",), needed_for=("delete",))
CLEANUP = Check("cleanup", "Clean up", "clean up", "cleanup")

VERIFY_CHECKS = (REGISTRY, AUTH, PUSH, STORAGE, PULL, RESUME, DELETE, CLEANUP)
