"""What a person enters to have the running registry verified: its URL, who signs in, and the CA it needs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wizard.model.secret import Secret
from wizard.model.settings import Declaration, Kind

if TYPE_CHECKING:
    from wizard.model.settings import Settings
    from wizard.verification.run import Target

URL = Declaration("url", "Registry URL", "The URL that images are pushed to.", "", Kind.TEXT, "")
USERNAME = Declaration("username", "User name", "Blank for anonymous access. Must be able to push.", "", Kind.TEXT, "")
PASSWORD = Declaration(
    "password", "Password", "Not saved. Sent only to the registry and its token server.", "", Kind.SECRET, Secret()
)
CA_FILE = Declaration(
    "ca_file", "CA file", "Optional. A PEM file with a CA that this machine lacks.", "", Kind.TEXT, ""
)
ENTRIES = (URL, USERNAME, PASSWORD, CA_FILE)


class AccessError(ValueError):
    """An entry is wrong, as a sentence says that does not contain it; `entry` is its name."""

    def __init__(self, entry: Declaration, text: str) -> None:
        super().__init__(text)
        self.entry = entry.name


@dataclass(frozen=True, slots=True)
class RegistryAccess:
    """The entries, as they were typed. They are kept for this run of the program only."""

    url: str = ""
    username: str = ""
    password: Secret = Secret()  # noqa: RUF009 - it cannot be changed
    ca_file: str = ""

    def text(self, entry: Declaration) -> str:
        """An entry as it is shown in an input."""
        value = getattr(self, entry.name)
        return value.reveal() if isinstance(value, Secret) else str(value)

    def with_text(self, entry: Declaration, text: str) -> RegistryAccess:
        """A copy with another text for an entry."""
        change: dict[str, Any] = {entry.name: Secret(text) if entry.kind is Kind.SECRET else text.strip()}
        return replace(self, **change)

    def target(self, settings: Settings, config: Path) -> Target:
        """What is to be verified: that the registry keeps its images where the settings say. Raises `AccessError`."""
        # Imported here: most runs verify no registry.
        from wizard.oci.address import Address, AddressError
        from wizard.oci.authentication import Credentials
        from wizard.oci.trust import has_certificates
        from wizard.verification.run import Target

        try:
            address = Address.parse(self.url)
        except AddressError as error:
            raise AccessError(URL, f"{str(error)[0].upper()}{str(error)[1:]}") from None
        if ":" in self.username:  # RFC 7617
            raise AccessError(USERNAME, "A user name cannot contain a colon.")
        if bool(self.username) != bool(self.password):
            missing = PASSWORD if self.username else USERNAME
            raise AccessError(missing, "A user name and a password belong together. Enter both or neither.")
        ca_file = Path(self.ca_file).expanduser() if self.ca_file else None
        if ca_file is not None and not has_certificates(ca_file):
            raise AccessError(CA_FILE, "That is not a readable file of certificates in PEM form.")
        credentials = Credentials(self.username, self.password) if self.username else None
        if credentials is not None:
            credentials.hide()
        return Target(address, settings, config, credentials, ca_file=ca_file)
