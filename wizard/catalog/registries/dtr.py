"""Docker Trusted Registry 2.x and Mirantis Secure Registry 2.x, built on Distribution 2."""

from __future__ import annotations

from pathlib import Path

from wizard.catalog.registries.distribution import DISTRIBUTION_2
from wizard.catalog.registries.migration import Migration
from wizard.catalog.registries.next_steps import Instruction, check_instruction, export_command
from wizard.catalog.registries.registry import Images
from wizard.model.settings import Settings

# https://docs.mirantis.com/msr/2.9/ops/administer/configure-image-storage/switch-storage-back-ends.html
_IMAGES = Images(
    left_behind="From 2.6 on, DTR and MSR 2 start with an empty metadata store when the storage changes: all tags are "
    'gone unless you copy the images first and switch with "reconfigure --storage-migrated". MSR 2.9 and later needs '
    'an exact copy of the old storage; without it only "reconfigure --reinitialize-storage" works, which erases the '
    "tags.",
    found="From 2.6 on, DTR and MSR 2 show only the tags in their own metadata store. These images are not among "
    "them, unless that store was made with this storage.",
)
# https://docs.mirantis.com/msr/2.9/ops/msr-configure/configure-external-storage/migrate-to-new-storage-backend.html
COLLECTION_OFF = Instruction("In the web UI, open System > Garbage Collection, select Never, and save.")
READ_ONLY = Instruction("In the web UI, turn on the read-only mode under System. Pulls still work.")
READ_WRITE = Instruction("In the web UI, turn off the read-only mode.")
COLLECTION_ON = Instruction("In the web UI, turn on garbage collection again.")
_MIGRATION = Migration(
    collection_off=(COLLECTION_OFF,),
    read_only=(READ_ONLY,),
    backup=(
        Instruction(
            "Back up the metadata. It reads the administrator's password from UCP_PASSWORD, which this asks for. From "
            "MSR 2.8 on the image is mirantis/dtr.",
            # In parentheses, so that a shell reads all of it before `read` can take a pasted line for the password.
            "(read -rsp 'Password: ' UCP_PASSWORD && export UCP_PASSWORD && umask 077 &&\n"
            "docker run --log-driver none -i --rm --env UCP_PASSWORD docker/dtr:VERSION backup \\\n"
            "    --ucp-url UCP-HOST --ucp-username ADMIN --existing-replica-id REPLICA > dtr-metadata.tar)",
        ),
    ),
    before_switch=(
        Instruction(
            "From DTR 2.6.4 to MSR 2.8, declare first that the images are in the new storage. Without that, the "
            "switch erases all tags. MSR 2.9 and later expects the exact copy and needs no flag. You can also destroy "
            "the installation and restore the backup with the new storage: https://docs.mirantis.com/msr/2.9/ops/"
            "msr-configure/configure-external-storage/migrate-to-new-storage-backend.html",
            "docker run -it --rm docker/dtr:VERSION reconfigure --storage-migrated",
        ),
    ),
    read_write=(READ_WRITE,),
    collection_on=(COLLECTION_ON,),
)


def _next_steps(settings: Settings, path: Path) -> tuple[Instruction, ...]:
    page = "Amazon S3" if settings.type == "s3" else "Filesystem"
    return (
        Instruction(
            f"In the DTR or MSR web UI, open System > Storage, choose {page}, "
            "enter these values and click Save. Or export them to a file:",
            export_command(path, "dtr -o dtr-storage.json"),
        ),
        check_instruction(path),
    )


DTR = DISTRIBUTION_2._replace(
    id="dtr",
    title="Docker Trusted Registry",
    label="DTR, MSR 2",
    also=("msr 2", "mirantis secure registry 2"),
    policy_name="TrustedRegistryUserPerms",  # as on its page
    has_documented_policy=True,
    summary="Docker Trusted Registry 2.x and Mirantis Secure Registry 2.x.",
    next_steps=_next_steps,
    images=_IMAGES,
    migration=_MIGRATION,
    usual_url="https://DTR-HOST",
    trust="paste it as Root CA certificate into System > Storage",
)
