"""What the commands of each page run on: real stores on loopback in place of the ones that the pages name.

`SCENARIOS` declares for a page what its commands find: files, texts that are replaced in the commands, and variables.
A page without commands to run needs no scenario.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

REGISTRY_URL = "https://registry.example"
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
_CONFIG_YML = """version: 0.1
log:
  fields: {{service: registry}}   # for the dashboards
storage:
  cache:
    blobdescriptor: inmemory
  s3:
    # the registry's own user
    accesskey: {0.access_key}
    secretkey: {0.secret_key}
    region: us-east-1
    bucket: {0.bucket}
    regionendpoint: {0.endpoint}
http:
  addr: :5000
"""
_OBJECTS = """apiVersion: v1
kind: Secret
metadata: {{name: registry-config}}
stringData:
  config.yml: |
    version: 0.1
    storage: {{s3: {{accesskey: {0.access_key}, secretkey: {0.secret_key}, region: us-east-1, bucket: {0.bucket},
      regionendpoint: "{0.endpoint}", forcepathstyle: true}}}}
    http: {{addr: ":5000"}}
"""
_HARBOR_YML = (
    "hostname: registry.example\n# where the images are\nstorage_service:\n  filesystem:\n    maxthreads: 100\n"
)


class Scenario(NamedTuple):
    """What a page's commands find, and what they write.

    `files`: the content of each file, by its path in the current folder. `replace`: texts that are replaced in the
    commands before those of `REPLACED`. In both, `{0.bucket}` and the like are those of the store.
    `variables`: environment variables. `iam_user`: a user that exists in an IAM API. `tls`: the store is reached over
    https, with a certificate of a CA of its own. `is_saved`: `storage.toml` is there, for the store.
    `registry`: a registry runs that keeps its images in the store.
    `program`: what the blocks that start with it run; without it they are left out, except in CI.
    `written`: files that are there at the end.
    """

    files: Mapping[str, str] = MappingProxyType({})
    replace: Mapping[str, str] = MappingProxyType({})
    variables: Mapping[str, str] = MappingProxyType({})
    iam_user: str = ""
    tls: bool = False
    is_saved: bool = False
    registry: bool = False
    program: str = ""
    written: tuple[str, ...] = ("storage.toml",)


REPLACED: Mapping[str, str] = MappingProxyType(  # on every page
    {
        **dict.fromkeys(("https://minio.example:9000", "https://rgw.example", "https://s3.example"), "{0.endpoint}"),
        "registry-images": "{0.bucket}",
        "/etc/docker/": "etc/docker/",
    }
)
_NEW_BUCKET: Mapping[str, str] = MappingProxyType({"registry-images": "{0.bucket}-new"})
_AMAZON = MappingProxyType(
    {"--provider aws": "--provider minio --regionendpoint {0.endpoint}", "eu-west-1": "us-east-1"}
)
_HOME = MappingProxyType(
    {
        ".aws/credentials": "[default]\naws_access_key_id = {0.access_key}\naws_secret_access_key = {0.secret_key}\n",
        ".config/rclone/rclone.conf": "[minio]\ntype = s3\nprovider = Minio\naccess_key_id = {0.access_key}\n"
        "secret_access_key = {0.secret_key}\nendpoint = {0.endpoint}\n",
        ".mc/config.json": '{{"version": "10", "aliases": {{"minio": {{"url": "{0.endpoint}", "api": "s3v4", '
        '"accessKey": "{0.access_key}", "secretKey": "{0.secret_key}", "path": "auto"}}}}}}\n',
        ".s3cfg": "[default]\naccess_key = {0.access_key}\nsecret_key = {0.secret_key}\nhost_base = localhost:9000\n",
    }
)
_SCRIPT = MappingProxyType({"secret.txt": SECRET})

SCENARIOS: Mapping[str, Scenario] = MappingProxyType(
    {
        "README.md": Scenario(
            files={**_SCRIPT, "etc/docker/registry/config.yml": _CONFIG_YML}, written=("policy.json", "storage.toml")
        ),
        "docs/amazon-s3-role.md": Scenario(
            replace=_AMAZON,
            variables={"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": SECRET},
            written=("policy.json", "storage.toml", "config.yml"),
        ),
        "docs/amazon-s3-keys.md": Scenario(
            replace=_AMAZON,
            variables={"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": SECRET},
            iam_user="registry",
            written=("TrustedRegistryUserPerms.json", "storage.toml"),
        ),
        "docs/minio.md": Scenario(
            replace={**_NEW_BUCKET, "docker compose": "docker-compose"},
            program="docker-compose",
            written=("storage.toml", "compose.yml"),
        ),
        "docs/ceph.md": Scenario(replace=_NEW_BUCKET, written=("storage.toml", "config.yml")),
        "docs/other-stores.md": Scenario(
            replace={"/var/lib/registry": '"$PWD"'}, written=("storage.toml", "folder.toml")
        ),
        "docs/harbor.md": Scenario(
            files={**_SCRIPT, "harbor.yml": _HARBOR_YML, "values.yaml": "expose: {{type: ingress}}\n"},
            written=("storage.toml", "harbor.yml.bak", "values.yaml.bak"),
        ),
        "docs/gitlab.md": Scenario(
            files=_SCRIPT, program="ruby", written=("registry-storage.rb", "registry-storage.yaml")
        ),
        "docs/kubernetes.md": Scenario(
            files={"objects.yaml": _OBJECTS, "values.yaml": "storage: filesystem\n"},
            written=("registry-config.yaml", "values.yaml.bak", "image-registry.yaml"),
        ),
        "docs/existing-registry.md": Scenario(
            files={"etc/docker/registry/config.yml": _CONFIG_YML, "config.yml": _CONFIG_YML, **_HOME},
            written=("storage.toml", "etc/docker/registry/config.yml.bak"),
        ),
        "docs/migrate.md": Scenario(
            files={**_SCRIPT, "etc/docker/registry/config.yml": _CONFIG_YML},
            replace=_NEW_BUCKET,
            written=("old.toml", "new.toml", "rclone.conf", "move.txt"),
        ),
        "docs/troubleshooting.md": Scenario(
            files={"etc/docker/registry/config.yml": _CONFIG_YML}, written=("now.toml",)
        ),
        "docs/offline.md": Scenario(tls=True, is_saved=True),
        "docs/verify.md": Scenario(
            is_saved=True, registry=True, variables={"REGISTRY_PASSWORD": "not-needed"}, written=("report.json",)
        ),
        "docs/ci.md": Scenario(
            replace={"other.toml": "storage.toml"},
            variables={"ACCESS_KEY": "AKIAIOSFODNN7EXAMPLE", "SECRET_KEY": SECRET},
            written=("report.json", "reports.json", "reports.jsonl", "settings.json"),
        ),
        "docs/monitoring.md": Scenario(
            replace={"/var/lib/prometheus/node-exporter/": "", "/etc/registry/": ""},
            is_saved=True,
            registry=True,
            written=("registry-storage.prom", "registry-verify.prom"),
        ),
    }
)
