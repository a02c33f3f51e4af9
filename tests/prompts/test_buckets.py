"""The buckets can be listed at the question for the bucket, and chosen by their numbers."""

from __future__ import annotations

from pathlib import Path

from tests.prompts.conversation import answer, line_prompts
from tests.support.faults import deny
from tests.support.faulty_store import FaultyStore
from wizard.config import file as config_file


def test_the_buckets_are_listed_and_chosen_by_their_numbers(tmp_path: Path) -> None:
    with FaultyStore(deny("PutObject")) as server:
        names = [server.create_bucket() for _ in range(25)]
        config_file.save(tmp_path / "storage.toml", server.settings(), None)
        with line_prompts(tmp_path) as screen:
            answer(screen, "Registry [")
            answer(screen, "Storage [")
            screen.wait_for("* lists the buckets that these keys may see.")
            answer(screen, f"Bucket [{server.bucket}]: ", "*")
            screen.wait_for("  20 bucket-")
            screen.wait_for("*PART lists those with PART in their name.")
            answer(screen, f"Bucket [{server.bucket}]: ", f"*{names[7][-9:].upper()}")
            screen.wait_for(f"   1 {names[7]}\r\n")
            answer(screen, f"Bucket [{server.bucket}]: ", "2")
            screen.wait_for("! ")  # the list has no second bucket, so this is the name of one
            answer(screen, "Bucket [2]: ", "1")
            answer(screen, "Region [", "<")
            screen.wait_for(f"Bucket [{names[7]}]: ")


def test_an_error_in_the_settings_is_named_before_the_store_is_asked(tmp_path: Path) -> None:
    with line_prompts(tmp_path) as screen:
        answer(screen, "Registry [")
        answer(screen, "Storage [", "other")
        answer(screen, "Bucket []: ", "*")
        screen.wait_for("Can't list buckets yet: ")
        screen.wait_for("Bucket []: ")


def test_a_denied_listing_names_the_action_that_the_key_needs(tmp_path: Path) -> None:
    with FaultyStore(deny("ListBuckets")) as server:
        config_file.save(tmp_path / "storage.toml", server.settings(bucket="images"), None)
        with line_prompts(tmp_path) as screen:
            answer(screen, "Registry [")
            answer(screen, "Storage [")
            answer(screen, "Bucket [images]: ", "*")
            screen.wait_for("s3:ListAllMyBuckets")
            screen.wait_for("Bucket [images]: ")
