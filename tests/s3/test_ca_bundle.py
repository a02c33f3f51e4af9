"""A store is trusted exactly if a Go program on this machine trusts it."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest

from tests.support.certificates import Certificates
from tests.support.moto_server import Moto
from tests.support.reports import report_of
from wizard.model.settings import Settings
from wizard.s3 import ca_bundle
from wizard.s3.background import in_thread
from wizard.s3.client import Store
from wizard.s3.errors import ConnectionFailed

PEM = "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n"


@pytest.fixture
def settings(moto: Moto) -> Settings:
    """Settings of a store whose certificate is signed by `certificates.ca`."""
    return moto.store(tls=True).settings()


@pytest.fixture
def ssl_cert_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The path in SSL_CERT_FILE; there is no file yet."""
    path = tmp_path / "ssl-cert-file.pem"
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    return path


@pytest.fixture
def ssl_cert_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in SSL_CERT_DIR, behind one that does not exist."""
    folder = tmp_path / "ssl-cert-dir"
    folder.mkdir()
    monkeypatch.setenv("SSL_CERT_DIR", f"{tmp_path}/missing:{folder}")
    return folder


def combined_bundle() -> str:
    """The content of the bundle."""
    return Path(str(ca_bundle.ca_bundle_path())).read_text(encoding="ascii")


def test_a_ca_in_a_folder_of_ssl_cert_dir_is_trusted(
    settings: Settings, certificates: Certificates, ssl_cert_dir: Path
) -> None:
    (ssl_cert_dir / "notes.txt").write_text("no certificate")
    (ssl_cert_dir / "any-name").write_bytes(certificates.ca.read_bytes())
    assert report_of(settings).passed


@pytest.mark.usefixtures("ssl_cert_dir")
def test_a_ca_outside_of_ssl_cert_dir_is_not_trusted(settings: Settings) -> None:
    assert report_of(settings).failed == ("tls",)


def test_the_folders_of_the_system_count_beside_ssl_cert_file(
    settings: Settings, certificates: Certificates, ssl_cert_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ssl_cert_file.write_bytes(certificates.self_signed.ca.read_bytes())
    folder = tmp_path / "system"
    folder.mkdir()
    (folder / "ca.pem").write_bytes(certificates.ca.read_bytes())
    monkeypatch.setattr(ca_bundle, "_LINUX_FOLDERS", (str(folder),))
    assert report_of(settings).passed


def test_the_file_of_the_system_counts_beside_ssl_cert_dir(
    settings: Settings, certificates: Certificates, ssl_cert_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (ssl_cert_dir / "other.pem").write_bytes(certificates.self_signed.ca.read_bytes())
    monkeypatch.setattr(ca_bundle, "_LINUX_BUNDLES", (str(certificates.ca),))
    assert report_of(settings).passed


@pytest.mark.sample
@pytest.mark.parametrize("content", ["AAAA", "not base64!", "", "-----BEGIN CERTIFICATE-----"])
def test_an_unreadable_certificate_is_skipped(
    settings: Settings, certificates: Certificates, ssl_cert_file: Path, ssl_cert_dir: Path, content: str
) -> None:
    ssl_cert_file.write_text(PEM.format(content) + certificates.ca.read_text())
    (ssl_cert_dir / "bytes.pem").write_bytes(b"\xff\x00" + certificates.self_signed.ca.read_bytes())
    (ssl_cert_dir / "folder.pem").mkdir()
    (ssl_cert_dir / "dangling.pem").symlink_to("missing")
    assert report_of(settings).passed
    assert combined_bundle().count("BEGIN CERTIFICATE") == 2


@pytest.mark.usefixtures("ssl_cert_file")
def test_a_missing_ssl_cert_file_is_no_error(
    settings: Settings, certificates: Certificates, ssl_cert_dir: Path
) -> None:
    (ssl_cert_dir / "ca.pem").write_bytes(certificates.ca.read_bytes())
    assert report_of(settings).passed


def test_a_certificate_that_is_found_twice_is_in_the_bundle_once(
    certificates: Certificates, ssl_cert_file: Path, ssl_cert_dir: Path
) -> None:
    ssl_cert_file.write_bytes(certificates.ca.read_bytes())
    (ssl_cert_dir / "ca.pem").write_bytes(certificates.ca.read_bytes())
    assert combined_bundle().count("BEGIN CERTIFICATE") == 1


def test_without_the_variables_the_bundle_is_the_file_of_the_system(
    certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ca_bundle, "_LINUX_BUNDLES", ("/nowhere", str(certificates.ca)))
    assert ca_bundle.ca_bundle_path() == str(certificates.ca)


def test_on_other_systems_the_bundle_is_the_file_of_openssl(
    certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ca_bundle, "_LINUX_BUNDLES", ())
    monkeypatch.setenv("SSL_CERT_FILE", "")
    paths = type("Paths", (), {"cafile": str(certificates.ca)})
    monkeypatch.setattr("ssl.get_default_verify_paths", lambda: paths)
    assert ca_bundle.ca_bundle_path() == str(certificates.ca)


def test_a_system_without_a_file_of_cas_has_no_bundle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ca_bundle, "_LINUX_BUNDLES", ("/nowhere",))
    monkeypatch.setattr("ssl.get_default_verify_paths", lambda: type("Paths", (), {"cafile": None}))
    assert ca_bundle.ca_bundle_path() is None


def test_a_file_that_has_changed_is_read_again(
    settings: Settings, certificates: Certificates, ssl_cert_file: Path
) -> None:
    assert report_of(settings).failed == ("tls",)
    ssl_cert_file.write_bytes(certificates.ca.read_bytes())
    assert report_of(settings).passed


def test_a_file_that_has_not_changed_is_read_once(certificates: Certificates, ssl_cert_file: Path) -> None:
    ssl_cert_file.write_bytes(certificates.ca.read_bytes())
    assert ca_bundle.ca_bundle_path() == ca_bundle.ca_bundle_path()


def test_threads_that_need_the_file_at_the_same_moment_read_it_once(
    certificates: Certificates, ssl_cert_file: Path
) -> None:
    ssl_cert_file.write_bytes(certificates.ca.read_bytes() * 200)
    together = threading.Barrier(8, timeout=30)

    def path() -> str | None:
        together.wait()
        return ca_bundle.ca_bundle_path()

    assert len({future.result() for future in [in_thread(path) for _ in range(8)]}) == 1


def test_only_this_user_can_read_the_bundle(certificates: Certificates, ssl_cert_file: Path) -> None:
    ssl_cert_file.write_bytes(certificates.ca.read_bytes())
    assert Path(str(ca_bundle.ca_bundle_path())).stat().st_mode & 0o777 == 0o600


def test_the_bundle_is_removed_when_the_program_ends(certificates: Certificates) -> None:
    code = (
        "from wizard.s3 import ca_bundle; ca_bundle._DESCRIPTORS = ca_bundle.Path('/missing'); "
        "print(ca_bundle.ca_bundle_path())"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        env={"SSL_CERT_FILE": str(certificates.ca)},
        check=True,
        timeout=60,
        stdout=subprocess.PIPE,
        text=True,
    )
    bundle = Path(run.stdout.strip())
    assert bundle.name.startswith("storage-wizard-trust-")
    assert not bundle.exists()


@pytest.mark.parametrize("content", [None, "", PEM.format("AAAA")], ids=["missing", "empty", "unreadable"])
def test_an_ssl_cert_file_without_a_certificate_is_noticed(ssl_cert_file: Path, content: str | None) -> None:
    if content is not None:
        ssl_cert_file.write_text(content)
    assert ca_bundle.ssl_cert_file_is_empty()


def test_an_ssl_cert_file_with_a_certificate_is_not_empty(certificates: Certificates, ssl_cert_file: Path) -> None:
    assert ca_bundle.ssl_cert_file_is_empty()
    ssl_cert_file.write_bytes(certificates.ca.read_bytes())
    assert not ca_bundle.ssl_cert_file_is_empty()


def test_an_unset_ssl_cert_file_is_not_empty() -> None:
    assert not ca_bundle.ssl_cert_file_is_empty()


def test_the_cas_of_the_system_are_ignored_if_both_variables_are_set(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not ca_bundle.system_cas_ignored()
    monkeypatch.setenv("SSL_CERT_FILE", "file")
    assert not ca_bundle.system_cas_ignored()
    monkeypatch.setenv("SSL_CERT_DIR", "folder")
    assert ca_bundle.system_cas_ignored()


# Where the certificates are written


def test_a_folder_for_temporary_files_is_not_needed(
    settings: Settings, certificates: Certificates, ssl_cert_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ssl_cert_file.write_bytes(certificates.ca.read_bytes())
    monkeypatch.setattr(tempfile, "tempdir", "/missing")
    assert report_of(settings).passed


def test_a_system_without_files_in_memory_gets_a_temporary_file(
    settings: Settings, certificates: Certificates, ssl_cert_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ssl_cert_file.write_bytes(certificates.ca.read_bytes())
    monkeypatch.setattr(ca_bundle, "_DESCRIPTORS", Path("/missing"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert report_of(settings).passed
    (bundle,) = tmp_path.glob("storage-wizard-trust-*")
    assert bundle.stat().st_mode & 0o777 == 0o600


def test_a_system_that_can_write_neither_is_a_failed_connection(
    settings: Settings, ssl_cert_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ssl_cert_file.touch()
    monkeypatch.setattr(ca_bundle, "_DESCRIPTORS", Path("/missing"))
    monkeypatch.setattr(tempfile, "tempdir", "/missing")
    with pytest.raises(ConnectionFailed):
        Store(settings)


def test_an_endless_file_has_no_certificates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/dev/zero")
    assert ca_bundle.ssl_cert_file_is_empty()
