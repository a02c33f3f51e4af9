"""The configuration formats that registries read, and other programs' settings that can be imported.

To add a format, write a module with a `Format`, and add the module to `lookup` and its id to `NAMES`, or to
`IMPORT_ONLY_NAMES` if it has no writer, or `EXPORT_ONLY_NAMES` if it has no reader; a program to import from gets a
module in `sources`. `storage_section` and `s3_parameters` contain what most formats share. The texts to read come from
anywhere: parsers limit depth and size, and no error quotes a value.
"""

NAMES = (
    "distribution-2",
    "distribution-3",
    "env",
    "compose",
    "harbor",
    "harbor-helm",
    "gitlab",
    "gitlab-helm",
    "dtr",
    "kubernetes",
    "docker-registry-helm",
    "openshift",
    "msr-helm",
    "msr-operator",
    "zot",
    "quay",
)
IMPORT_ONLY_NAMES = ("docker",)
EXPORT_ONLY_NAMES = ("rclone",)  # a configuration of rclone is imported as a source, by the name of a remote
SOURCE_NAMES = ("aws", "rclone", "mc", "s3cmd")
