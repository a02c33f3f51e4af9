"""Settings and a settings file that tests of several modules use, and what every error of a file has in common."""

from __future__ import annotations

import traceback
from datetime import UTC, datetime

from wizard.config.file import ConfigError, Validation
from wizard.model.secret import Secret
from wizard.model.settings import DECLARATIONS, Kind, Settings, Value

SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
AT = datetime(2026, 11, 23, 10, 0, 0, tzinfo=UTC)
PASSED = Validation(True, AT)

MINIO = Settings(
    provider="minio",
    bucket="images",
    accesskey="AKIAIOSFODNN7EXAMPLE",
    secretkey=Secret(SECRET),
    regionendpoint="https://minio.example:9000",
    v4auth=True,
)

MINIO_FILE = f"""\
# Where the registry keeps its images. Written by storage-wizard; the keys are the registry's own.
version = 1
registry = "dtr"
provider = "minio"

[storage]
type = "s3"

[storage.s3]
bucket = "images"
region = "us-east-1"
accesskey = "AKIAIOSFODNN7EXAMPLE"
secretkey = "{SECRET}"
regionendpoint = "https://minio.example:9000"
rootdirectory = ""
secure = true
v4auth = true
skipverify = false

[validation]
passed = true
at = 2026-11-23T10:00:00Z
"""

# Unknown tables and keys at every level, beside known ones.
UNKNOWN = """
color = "blue"
[extra]
made = 2024-02-29
[[extra.people]]
name = "Ann"
[storage.cache]
blobdescriptor = "redis"
[storage.s3]
secretkey = "old"
unknownkey = "me"
deep = { er = [1, 2.5, { a = 07:32:00 }] }
[storage.redirect]
disable = true
except = ["a"]
[validation]
passed = false
at = 2020-01-01T00:00:00Z
failed = ["write"]
by = "cron"
"""

AWKWARD_TEXTS = [
    "",
    "\"quoted\" and 'quoted'",
    '"""',
    "back\\slash\\u0041\\n",
    "tab\tnewline\nreturn\rnul\x00escape\x1bdelete\x7f",
    "ünïcödé — 秘密 🔑",
    "c1\x9b31m right-to-left\u202e zero\u200bwidth",
    "no-break\u00a0space line\u2028end private\ue000 tag\U000e0041",
    "# no comment",
    "[storage.s3]",
    "  blanks around  ",
]


def other_than_default(name: str) -> Value:
    """A value of a setting that is not its default."""
    declaration = DECLARATIONS[name]
    match declaration.kind:
        case Kind.SWITCH:
            return not declaration.default
        case Kind.SIZE:
            return 64 << 20
        case Kind.SECRET:
            return Secret(SECRET)
        case _:
            return f"other-{name}"


def assert_is_a_sentence(error: BaseException, *secrets: str) -> None:
    """The message can be displayed, and neither it nor its traceback contains a secret."""
    message = str(error)
    assert isinstance(error, ConfigError)
    assert message.isprintable()
    assert message.endswith(".") or ", run: " in message
    everything = "".join(traceback.format_exception(error)) + repr(error) + repr(error.args)
    for secret in (SECRET, SECRET[:5], "1234567", *secrets):
        assert secret not in everything
