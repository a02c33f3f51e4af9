"""The formats that registries read their storage settings in. Their names stand here for the command line."""

NAMES = ("distribution-2", "distribution-3", "env", "compose", "harbor", "harbor-helm", "gitlab", "gitlab-helm", "dtr")
SOURCE_NAMES = ("aws", "rclone")  # other programs that hold settings
