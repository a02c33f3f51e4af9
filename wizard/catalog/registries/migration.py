"""What a registry needs around a copy of its images to another store."""

from typing import NamedTuple

from wizard.catalog.registries.next_steps import Instruction


class Migration(NamedTuple):
    """Instructions, in the order in which they are followed. What a registry does not need is empty.

    - `collection_off`: so that nothing is removed that the backup names or that is being copied.
    - `read_only`: so that nothing is pushed during the last copy.
    - `backup`: of what the registry keeps outside its storage.
    - `before_switch`: what must precede the new settings.
    - `read_write`: the end of `read_only`, after the registry runs with the new settings.
    - `collection_on`: the end of `collection_off`.
    - `left_out`: patterns of rclone for what is not copied: uploads that were never finished, and caches.
    """

    collection_off: tuple[Instruction, ...]
    read_only: tuple[Instruction, ...]
    collection_on: tuple[Instruction, ...]
    backup: tuple[Instruction, ...] = ()
    before_switch: tuple[Instruction, ...] = ()
    read_write: tuple[Instruction, ...] = ()
    left_out: tuple[str, ...] = ("_uploads/**",)
