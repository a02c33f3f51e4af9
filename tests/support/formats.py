"""Settings and texts that formats are tried with."""

from __future__ import annotations

from hypothesis import strategies as st

from wizard.catalog.registries import REGISTRIES
from wizard.formats.lookup import all_formats
from wizard.model.secret import Secret
from wizard.model.settings import DECLARATIONS, Kind, Settings

FORMATS = all_formats()
MINIO = Settings(provider="minio", bucket="images", accesskey="me", secretkey=Secret("0123"), v4auth=True)
FOLDER = Settings(provider="filesystem", rootdirectory="/srv/images: 1")

# Strings that YAML, a shell, Compose or Ruby reads as another value, another type or as code.
SPECIAL_TEXTS = [
    *("", "yes", "1e3", "0x10", "0123", "null", "~", "2026-11-24", "<<", "=", "a: b", " #", "- x", "*a", "&a", "!t"),
    *("{}", "[]", "%", "@", "`", "$HOME", "$$", "${X}", "'", '"', "\\", "\\n", "#{x}", "a'b\"c", "x\ty", "é😀\u2028"),
    *(
        "NULL",
        "TRUE",
        "no",
        "On",
        "0",
        "-1",
        "007",
        "0o17",
        "+12",
        "12e03",
        "1.0",
        ".5",
        "NaN",
        "-.INF",
        "0x",
        "1e",
        "e1",
    ),
    *(
        "2001-12-14t21:59:43.10-05:00",
        "12:30:45",
        "{{ x }}",
        "%{x}",
        "%s",
        "#@x",
        "#$x",
        "a#b",
        "a #b",
        "#",
        "a:",
        ":a",
    ),
    *(
        "${X:-y}",
        "$(id)",
        "$1",
        "\\x24",
        "\\$",
        "\\\\",
        "a\\",
        "!!str x",
        "!",
        "- ",
        "-",
        "--",
        "[a, b]",
        "{a: b}",
        ",",
        "}",
    ),
    *(
        "'a'",
        '"a"',
        "''",
        "a''b",
        "<%= x %>",
        "\tx",
        "x\t",
        "a\u00a0b",
        "a\ufeffb",
        "\ufeff",
        "\u200b",
        "a\u2028",
        "\x85",
    ),
    *("1_000", "0b1", ".inf", "1:30", "true", "Off", "y", "?", "|", ">", "%TAG", "--- x", "...", " lead", "trail "),
]
texts = st.one_of(
    st.sampled_from(SPECIAL_TEXTS),
    st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=40),
    st.from_regex(r"\A[ -~]{1,40}\Z"),
)
_endpoints = st.sampled_from(["", "https://minio.example:9000", "http://10.0.0.5:9000", "https://[::1]:9000"])


@st.composite
def valid_settings(draw: st.DrawFn, registry: str) -> Settings:
    """Settings with any texts, in which the HTTPS setting agrees with the endpoint, as the rules demand."""
    changes: dict[str, object] = {"registry": registry, "bucket": draw(st.sampled_from(["images", "my.images-1"]))}
    for name in ("accesskey", "rootdirectory", "keyid", "objectacl", "storageclass"):
        changes[name] = draw(texts) or DECLARATIONS[name].default
    changes["secretkey"] = Secret(draw(texts))
    for name in ("v4auth", "skipverify", "encrypt", "redirect"):
        changes[name] = draw(st.booleans())
    for name, declaration in DECLARATIONS.items():
        if declaration.kind is Kind.SIZE:
            changes[name] = draw(st.integers(declaration.minimum, declaration.maximum))
    changes["regionendpoint"] = endpoint = draw(_endpoints)
    changes["secure"] = not endpoint.startswith("http:")
    if not changes["secure"]:
        changes["skipverify"] = False
    changes["forcepathstyle"] = REGISTRIES[registry].path_style_setting and draw(st.booleans())
    return Settings(**changes)  # type: ignore[arg-type]


def registry_for(name: str) -> str:
    """The id of a registry that reads the format."""
    return FORMATS[name].registry or "distribution-3"
