"""Parameters of the registries' S3 drivers that the wizard has no settings for.

They are kept: a settings file and an export have those that an import has found. Choose your registry which is in
`wizard.catalog.registries`. Sources: registry/storage/driver/s3-aws/s3.go of CNCF Distribution v3.1.2, and
docs/storage-drivers/s3_v2.md of gitlab-org/container-registry.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

Plain = str | bool | int


class FurtherParameter(NamedTuple):
    """One parameter: its value if it is absent, which has its type, and the bounds of a number (bytes for a size)."""

    name: str
    default: Plain
    minimum: int = 0
    maximum: int = (1 << 63) - 1


_MIB = 1 << 20
_ALL = (
    FurtherParameter("multipartcopychunksize", 32 * _MIB, 5 * _MIB, 5 << 30),
    FurtherParameter("multipartcopymaxconcurrency", 100, 1),
    FurtherParameter("useragent", ""),
    FurtherParameter("loglevel", "off"),
    FurtherParameter("accelerate", False),
    FurtherParameter("usedualstack", False),
    FurtherParameter("usefipsendpoint", False),
    # GitLab's
    FurtherParameter("checksum_disabled", False),
    FurtherParameter("checksum_algorithm", "CRC64NVME"),
    FurtherParameter("objectownership", False),
    FurtherParameter("maxrequestspersecond", 350),
    FurtherParameter("maxretries", 5),
    FurtherParameter("parallelwalk", False),
)
FURTHER_PARAMETERS: dict[str, FurtherParameter] = {parameter.name: parameter for parameter in _ALL}


class FurtherParameters(Mapping[str, Plain]):
    """The values of some of `FURTHER_PARAMETERS` by name, in their order; it cannot be changed."""

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, Plain] | None = None) -> None:
        given = values or {}
        self._values: dict[str, Plain] = {name: given[name] for name in FURTHER_PARAMETERS if name in given}

    def __getitem__(self, name: str) -> Plain:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __hash__(self) -> int:
        return hash(tuple(self._values.items()))

    def __repr__(self) -> str:
        return f"FurtherParameters({', '.join(self._values)})"
