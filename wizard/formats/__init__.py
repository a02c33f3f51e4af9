"""The configuration formats that registries read, and those that settings can be imported from.

To add a format, write a module with a `Format`, name it below and add it to `lookup`.
"""

NAMES = ("distribution-2", "distribution-3", "env", "compose", "harbor", "harbor-helm", "gitlab", "gitlab-helm", "dtr")
SOURCE_NAMES = ("aws", "rclone")  # other programs that hold settings
