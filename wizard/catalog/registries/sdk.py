"""The SDKs that the registries talk to a store with: what each one finds in the environment, signs and sends.

Sources, read at these versions: `aws/session`, `aws/credentials` and `aws/ec2metadata` of aws-sdk-go v1.15.11 and
v1.55.5; `config` and `feature/ec2/imds` of aws-sdk-go-v2; `registry/storage/driver/s3-aws/s3_v2_signer.go` of CNCF
Distribution. What a source does not say was tried with the registries themselves.
"""

from collections.abc import Callable, Mapping
from enum import Enum, StrEnum, auto
from typing import TYPE_CHECKING, NamedTuple

from wizard.catalog.registries import ini

if TYPE_CHECKING:
    from wizard.catalog.registries.ini.sections import Dialect


class CredentialSource(StrEnum):
    """Where an SDK looks for credentials. The value completes the sentence "The registry reads …"."""

    CONFIGURATION = "the keys in its configuration"
    ENVIRONMENT = "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
    WEB_IDENTITY = "AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN"
    CREDENTIALS_FILE = "~/.aws/credentials"
    CONFIG_FILE = "~/.aws/config"
    CONTAINER = "the role of its container"
    INSTANCE = "the role of its EC2 instance"


class ConfigFile(Enum):
    """When an SDK reads `~/.aws/config`, with its roles, SSO sessions and processes."""

    NEVER = auto()
    ON_REQUEST = auto()  # with AWS_SDK_LOAD_CONFIG set to a true value
    ALWAYS = auto()


class CaBundle(Enum):
    """What AWS_CA_BUNDLE in the environment does, also with an endpoint of plain http.

    No registry starts when the variable names a file that is missing.
    """

    FATAL = auto()  # the registry does not start when it is set: "HTTPClient's transport unsupported type"
    USED = auto()  # replaces the system's trusted certificates


class Sdk(NamedTuple):
    """One SDK in the version that a registry is released with.

    - `regions`: those that it knows; without an endpoint the registry refuses others. None if it accepts any.
    - `credential_sources`: in the order in which they are tried. The first that has credentials is used.
    - `access_key_variables`, `secret_key_variables`: of each, the first that is set is used. Half a pair is ignored.
    - `config_file`: when it reads `~/.aws/config`: its keys, roles, processes and SSO sessions, and the region.
    - `dialect`: how it reads that file and `~/.aws/credentials`.
    - `strict_variables`: the values, in any case, of variables that keep the registry from starting with another one.
    - `client_certificate_variables`: what names the files of a certificate and its key; it needs both or neither.
    - `metadata_tokens`: whether it asks the EC2 metadata service for a token (IMDSv2). Without, it gets no role of an
      instance that requires tokens.
    - `region_variables`: where a blank region comes from, if the driver allows a blank one. The second counts only if
      the configuration file is read; then the region of the profile does, too.
    - `profile_variables`: what names the profile. The second counts only if the configuration file is read.
    - `ca_bundle`: what AWS_CA_BUNDLE does.
    - `trust_variables`: variables of Go that replace the trusted certificates of the system.
    - `proxy_with_skipverify`: whether it uses a proxy with `skipverify`. The 2.x line then ignores proxies.
    - `v2_signatures`: whether the driver can sign with version 2.
    - `v2_signs_bucket_in_host`: whether a version 2 signature covers a bucket in the host name. The driver's own signer
      leaves it out, so no store accepts the signature of a virtual-hosted-style request.
    - `default_checksum`: the checksum that it sends with objects and parts unless the configuration has another one;
      empty for none. Amazon S3 accepts all of them, many other stores refuse them.
    - `accepts_empty_answers`: whether a copy and the end of an upload succeed that the store answers with nothing.
    - `reads_old_dates`: whether it reads dates in old forms: in headers those of RFC 850 and ANSI C and with two digits
      of the year, in XML those with another time zone than Z, or none. Otherwise every call with such a date fails.
    - `endpoint_needs_scheme`: whether it refuses an endpoint without https:// or http://, as no URI
      (internal/endpoints and service/s3/endpoints.go of aws-sdk-go-v2).
    - `content_md5`: whether it sends objects and parts with a Content-MD5 header.
    - `checks_region_names`: whether it makes no call for a region whose name cannot be a part of a host, also with an
      endpoint.
    """

    title: str
    regions: frozenset[str] | None
    credential_sources: tuple[CredentialSource, ...]
    config_file: ConfigFile
    dialect: "Callable[[], Dialect]"
    metadata_tokens: bool
    ca_bundle: CaBundle
    proxy_with_skipverify: bool
    v2_signatures: bool
    default_checksum: str
    content_md5: bool
    accepts_empty_answers: bool = False
    reads_old_dates: bool = True
    endpoint_needs_scheme: bool = False
    v2_signs_bucket_in_host: bool = False
    checks_region_names: bool = False
    access_key_variables: tuple[str, ...] = ("AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY")
    secret_key_variables: tuple[str, ...] = ("AWS_SECRET_ACCESS_KEY", "AWS_SECRET_KEY")
    region_variables: tuple[str, ...] = ("AWS_REGION", "AWS_DEFAULT_REGION")
    profile_variables: tuple[str, ...] = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE")
    trust_variables: tuple[str, ...] = ("SSL_CERT_FILE", "SSL_CERT_DIR")
    strict_variables: Mapping[str, tuple[str, ...]] = {}
    client_certificate_variables: tuple[str, ...] = ()

    def key_variables_in(self, environment: Mapping[str, str]) -> tuple[str, str] | None:
        """The names of the two variables that hold a key pair; None if the environment has no complete one."""
        access = next((name for name in self.access_key_variables if environment.get(name)), None)
        secret = next((name for name in self.secret_key_variables if environment.get(name)), None)
        return (access, secret) if access and secret else None

    def reads_config_file(self, environment: Mapping[str, str]) -> bool:
        """Whether it reads `~/.aws/config` in this environment."""
        is_requested = is_set(LOAD_CONFIG, environment)
        return self.config_file is ConfigFile.ALWAYS or (self.config_file is ConfigFile.ON_REQUEST and is_requested)

    def profile_variable_in(self, environment: Mapping[str, str]) -> str:
        """The variable that names the profile; empty if none does, which means the profile `default`."""
        return self._first_set(self.profile_variables, environment)

    def profile_in(self, environment: Mapping[str, str]) -> str:
        """The name of the profile in the files that it reads."""
        return environment.get(self.profile_variable_in(environment), "default")

    def region_in(self, environment: Mapping[str, str]) -> str:
        """The region that it finds in an environment and in the files there; empty if there is none."""
        return self._region_and_source(environment)[0]

    def region_source_in(self, environment: Mapping[str, str]) -> str:
        """The name of the variable or file that the region comes from; empty if there is none."""
        return self._region_and_source(environment)[1]

    def _region_and_source(self, environment: Mapping[str, str]) -> tuple[str, str]:
        if variable := self._first_set(self.region_variables, environment):
            return environment[variable], variable
        if not self.reads_config_file(environment):
            return "", ""
        return self.value_in_files("region", environment)

    def value_in_files(self, name: str, environment: Mapping[str, str]) -> tuple[str, str]:
        """A value of the profile, and the name of the file that it is in; both empty if there is none."""
        from wizard.catalog.registries.aws_files import value_of_profile  # imported here: only needed to read a file

        return value_of_profile(name, self.profile_in(environment), environment, self.dialect())

    def _first_set(self, names: tuple[str, ...], environment: Mapping[str, str]) -> str:
        """The first variable that is set. Those after the first count only if the configuration file is read."""
        counting = names if self.reads_config_file(environment) else names[:1]
        return next((name for name in counting if environment.get(name)), "")


LOAD_CONFIG = "AWS_SDK_LOAD_CONFIG"  # asks SDKs that read `~/.aws/config` only on request to read it


def is_set(variable: str, environment: Mapping[str, str]) -> bool:
    """Whether a variable has a value that the SDKs take for true (strconv.ParseBool)."""
    return environment.get(variable, "") in ("1", "t", "T", "TRUE", "true", "True")


_REGIONS_1_15 = frozenset(
    [
        *("ap-northeast-1", "ap-northeast-2", "ap-south-1", "ap-southeast-1", "ap-southeast-2", "ca-central-1"),
        *("eu-central-1", "eu-west-1", "eu-west-2", "eu-west-3", "sa-east-1"),
        *("us-east-1", "us-east-2", "us-west-1", "us-west-2"),
        *("cn-north-1", "cn-northwest-1", "us-gov-west-1"),
    ]
)
_REGIONS_1_55 = _REGIONS_1_15 | frozenset(
    [
        *("af-south-1", "ap-east-1", "ap-northeast-3", "ap-south-2", "ap-southeast-3", "ap-southeast-4", "ca-west-1"),
        *("eu-central-2", "eu-north-1", "eu-south-1", "eu-south-2", "il-central-1", "me-central-1", "me-south-1"),
        *("us-gov-east-1", "us-iso-east-1", "us-iso-west-1", "us-isob-east-1", "eu-isoe-west-1"),
    ]
)

_TRUE_OR_FALSE, _WHEN = ("true", "false"), ("when_supported", "when_required")
# `envConfigLoad` in aws/session/env_config.go
_STRICT_1_55 = {
    "AWS_STS_REGIONAL_ENDPOINTS": ("legacy", "regional"),
    "AWS_S3_US_EAST_1_REGIONAL_ENDPOINT": ("legacy", "regional"),
    "AWS_S3_USE_ARN_REGION": _TRUE_OR_FALSE,
    "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": ("IPv4", "IPv6"),
    "AWS_USE_DUALSTACK_ENDPOINT": _TRUE_OR_FALSE,
    "AWS_USE_FIPS_ENDPOINT": _TRUE_OR_FALSE,
}
# `NewEnvConfig` in config/env_config.go
_STRICT_2 = {
    "AWS_DISABLE_REQUEST_COMPRESSION": _TRUE_OR_FALSE,
    "AWS_ENABLE_ENDPOINT_DISCOVERY": ("true", "false", "auto"),
    "AWS_S3_USE_ARN_REGION": _TRUE_OR_FALSE,
    "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": ("IPv4", "IPv6"),
    "AWS_EC2_METADATA_V1_DISABLED": _TRUE_OR_FALSE,
    "AWS_S3_DISABLE_MULTIREGION_ACCESS_POINTS": _TRUE_OR_FALSE,
    "AWS_USE_DUALSTACK_ENDPOINT": _TRUE_OR_FALSE,
    "AWS_USE_FIPS_ENDPOINT": _TRUE_OR_FALSE,
    "AWS_DEFAULTS_MODE": ("auto", "cross-region", "in-region", "legacy", "mobile", "standard"),
    "AWS_RETRY_MODE": ("standard", "adaptive"),
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": _TRUE_OR_FALSE,
    "AWS_S3_DISABLE_EXPRESS_SESSION_AUTH": _TRUE_OR_FALSE,
    "AWS_ACCOUNT_ID_ENDPOINT_MODE": ("preferred", "required", "disabled"),
    "AWS_REQUEST_CHECKSUM_CALCULATION": _WHEN,
    "AWS_RESPONSE_CHECKSUM_VALIDATION": _WHEN,
}

SDK_1_15 = Sdk(
    title="AWS SDK for Go 1.15.11",  # in every 2.8.z: vendor.conf
    regions=_REGIONS_1_15,
    credential_sources=(
        CredentialSource.CONFIGURATION,
        CredentialSource.ENVIRONMENT,
        CredentialSource.CREDENTIALS_FILE,
        CredentialSource.INSTANCE,
    ),
    config_file=ConfigFile.NEVER,
    dialect=ini.go_ini,
    metadata_tokens=False,  # since 1.25.38: distribution/distribution#3437
    ca_bundle=CaBundle.FATAL,
    proxy_with_skipverify=False,
    v2_signatures=True,
    default_checksum="",
    content_md5=True,
    accepts_empty_answers=True,
    reads_old_dates=False,  # Debian's build, with a newer SDK, reads them
)
SDK_1_55 = Sdk(
    title="AWS SDK for Go 1.55.5",  # in 3.0 and 3.1: go.mod
    regions=_REGIONS_1_55,
    credential_sources=(
        CredentialSource.CONFIGURATION,
        CredentialSource.ENVIRONMENT,
        CredentialSource.WEB_IDENTITY,
        CredentialSource.CREDENTIALS_FILE,
        CredentialSource.CONFIG_FILE,
        CredentialSource.CONTAINER,
        CredentialSource.INSTANCE,
    ),
    config_file=ConfigFile.ON_REQUEST,
    dialect=ini.tokens,
    metadata_tokens=True,
    ca_bundle=CaBundle.USED,
    proxy_with_skipverify=True,
    v2_signatures=True,
    default_checksum="",
    content_md5=True,
    strict_variables=_STRICT_1_55,
    client_certificate_variables=("AWS_SDK_GO_CLIENT_TLS_CERT", "AWS_SDK_GO_CLIENT_TLS_KEY"),
)
# GitLab's driver s3_v2: docs/storage-drivers/s3_v2.md of gitlab-org/container-registry. Names of regions were tried
# with aws-sdk-go-v2/service/s3 v1.109.1: "invalid input region", and "region was not a valid DNS name" with a dot.
SDK_2 = SDK_1_55._replace(
    title="AWS SDK for Go v2",
    regions=None,
    config_file=ConfigFile.ALWAYS,
    dialect=ini.lines,
    strict_variables=_STRICT_2,
    client_certificate_variables=(),
    v2_signatures=False,
    default_checksum="CRC64NVME",
    content_md5=False,  # it sends the checksum instead
    checks_region_names=True,
    endpoint_needs_scheme=True,
)
