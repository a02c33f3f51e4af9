"""What a run has done, and what must hold of the store and of the output whatever has happened."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tests.chaos.faulty_proxy import Exchange, FaultyProxy
from tests.chaos.stores import Bucket
from tests.support.canary import leaks

_CRASH = re.compile(r"Traceback|Exception ignored|Something went wrong|should not have happened|Please report")
# What Distribution 3 needs with redirects, as in all runs: it asks for no range, and if HeadObject fails, it lists.
_WRITES_AND_READS = {
    *("PutObject", "GetObject", "GetObject presigned", "CopyObject", "CreateMultipartUpload"),
    *("UploadPart", "UploadPartCopy", "CompleteMultipartUpload"),
}
_LOOK_UPS = {"ListObjects", "ListObjectsV2", "DeleteObjects", "ListMultipartUploads"}
_SPACE = re.compile(r"\x1b\[[0-9;?<>$=]*[a-zA-Z]|[\s│]+")


@dataclass(frozen=True, slots=True)
class Outcome:
    """`greens` are the validations that have passed, as far as the program says so."""

    output: str
    greens: int
    is_killed: bool = False

    def problems(self, bucket: Bucket, proxy: FaultyProxy) -> Iterator[str]:
        """What does not hold of the output, of the store, and of the verdict."""
        if crash := _CRASH.search(self.output):
            yield f"a crash: {self.output[max(0, crash.start() - 200) : crash.end() + 1500]}"
        for leak in leaks(self.output, *proxy.sent):
            yield f"the secret is in the output or in a request: {leak}"
        yield from self._problems_of_store(bucket)
        runs = {exchange.run for exchange in proxy.exchanges} - {""}
        broken = {run: cause for run in runs if (cause := why_not_green(run, proxy.exchanges))}
        if self.greens > len(runs) - len(broken):
            yield f"{self.greens} of {len(runs)} validations passed, but {broken}"

    def _problems_of_store(self, bucket: Bucket) -> Iterator[str]:
        now, before = bucket.content(), bucket.foreign
        for key, etag in before.objects.items():
            if now.objects.get(key) != etag:
                yield f"{key} of somebody else was deleted or changed"
        if lost := set(before.uploads) - set(now.uploads):
            yield f"uploads of somebody else were aborted: {lost}"
        ours = [*(now.objects.keys() - before.objects.keys()), *(set(now.uploads) - set(before.uploads))]
        if unnamed := [key for key in ours if not (self.is_killed or self._names(key))]:
            yield f"left and not named: {unnamed}"

    def _names(self, key: str) -> bool:
        """Whether the output contains the key, or a folder of it."""
        text = _SPACE.sub("", self.output)
        parts = (key := _SPACE.sub("", key)).split("/")
        folders = ("/".join(parts[:end]) + "/" for end in range(1, len(parts)) if "storage-wizard-" in parts[end - 1])
        return key in text or any(folder in text for folder in folders)


def why_not_green(run: str, exchanges: Sequence[Exchange]) -> str:
    """A call of a validation that was broken and that the registry needs; empty if there is none.

    A call that was repeated counts as its last attempt. Calls that the clean-up makes, too, count only if every one of
    them was broken.
    """
    own = [exchange for exchange in exchanges if exchange.run == run]
    last = {(each.operation, each.path): each for each in own if each.operation in _WRITES_AND_READS}
    for each in last.values():
        if each.is_broken:
            return f"{each.operation} {each.path}"
    return next(
        (name for name in sorted(_LOOK_UPS) if _are_all_broken(each for each in own if each.operation == name)), ""
    )


def _are_all_broken(exchanges: Iterable[Exchange]) -> bool:
    states = [each.is_broken for each in exchanges]
    return bool(states) and all(states)
