"""The command: measures each program on a store without faults, and tries it on forty with one."""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from werkzeug.wrappers import Response

from tests.benchmarks.peers.programs import PEERS, Peer
from tests.benchmarks.peers.trial import Outcome, try_out
from tests.registry.rows import FAULTY, GARAGE, MINIO, OTHER_STORES, Row
from tests.support.faulty_store import CallNext, FaultyStore
from tests.support.moto_server import Moto
from tests.support.paths import ROOT
from tests.support.s3_requests import Environ

_FAULTS = 40
_REPETITIONS = 3
_HEALTHY = ""  # the name of the store without a fault, in the results


def main() -> int:
    """Print the tables; the results are kept to continue later."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.peers", description=__doc__)
    parser.add_argument("--results", type=Path, default=Path("peers.json"), help="kept here, to continue later")
    parser.add_argument("--only", nargs="*", choices=PEERS, help="the programs (default: all)")
    parser.add_argument("--faults", type=int, default=_FAULTS, help="how many (default: %(default)s)")
    given = parser.parse_args()
    os.environ |= {"AWS_EC2_METADATA_DISABLED": "true", "PYTHONPATH": str(ROOT)}
    results: dict[str, dict[str, Any]] = json.loads(given.results.read_text()) if given.results.exists() else {}
    peers, rows = [PEERS[name] for name in given.only or PEERS], _rows()[: given.faults]
    for peer in peers:
        if peer.program:
            peer.program.install()
        of_peer = results.setdefault(peer.name, {})
        if _HEALTHY not in of_peer:
            of_peer[_HEALTHY] = _measure(peer)
            given.results.write_text(json.dumps(results, indent=1))
        for row in rows:
            if row.name not in of_peer:
                of_peer[row.name] = asdict(_outcome(peer, row))
                given.results.write_text(json.dumps(results, indent=1))
                sys.stderr.write(f"{peer.name}: {row.name}: {of_peer[row.name]['message'] or 'not noticed'}\n")
    sys.stdout.write(_tables(peers, rows, results))
    return 0


def _rows() -> list[Row]:
    """The rows of the matrix of which real registries say that the store fails them, with no other settings."""
    rows = [*FAULTY, *MINIO, *GARAGE, *OTHER_STORES]
    return [row for row in rows if row.cause and not row.changes and not row.environment and not row.trusts_ca]


def _outcome(peer: Peer, row: Row) -> Outcome:
    with Moto() as moto:
        servers: Any = SimpleNamespace(moto=moto)  # these rows need no other
        with row.store(servers) as store:
            return try_out(peer, store)


def _measure(peer: Peer) -> dict[str, float]:
    """What the job costs on a store without faults."""
    count = _Count()
    with FaultyStore(count) as store:
        outcomes = []
        for _ in range(_REPETITIONS):
            count.requests = count.bytes = 0
            outcomes.append(try_out(peer, store.live))
    if failed := [each.message for each in outcomes if each.has_noticed]:
        raise RuntimeError(f"{peer.name} failed on a store without faults: {failed[0]}")
    return {
        "seconds": statistics.median(each.seconds for each in outcomes),
        "requests": count.requests,
        "bytes": count.bytes,
    }


class _Count:
    """Counts requests, and the bytes of bodies in both directions."""

    requests = 0
    bytes = 0

    def __call__(self, environ: Environ, call_next: CallNext) -> Response:
        response = call_next(environ)
        self.requests += 1
        self.bytes += int(environ.get("CONTENT_LENGTH") or 0)
        if environ["REQUEST_METHOD"] != "HEAD":
            self.bytes += len(response.get_data())
        return response


def _tables(peers: Sequence[Peer], rows: Sequence[Row], results: dict[str, dict[str, Any]]) -> str:
    lines = [
        _table_row(("program", "version", "what it ran", "seconds", "requests", "MB", f"noticed of {len(rows)}")),
        _table_row(("---", "---", "---", "--:", "--:", "--:", "--:")),
    ]
    for peer in peers:
        healthy = results[peer.name][_HEALTHY]
        noticed = sum(results[peer.name][row.name]["has_noticed"] for row in rows)
        figures = f"{healthy['seconds']:.1f}", healthy["requests"], f"{healthy['bytes'] / 1e6:.1f}", noticed
        lines.append(_table_row((peer.name, peer.version, peer.what, *figures)))
    lines += ["", _table_row(("fault", *(peer.name for peer in peers))), _table_row(("---", *("---" for _ in peers)))]
    for row in rows:
        marks = ("yes" if results[peer.name][row.name]["has_noticed"] else "–" for peer in peers)
        lines.append(_table_row((row.name, *marks)))
    for row in rows:
        lines += ["", f"### {row.name[:1].upper()}{row.name[1:]}", ""]
        for peer in peers:
            if message := results[peer.name][row.name]["message"]:
                lines.append(f"- {peer.name}: `` {message} ``")
    return "\n".join(lines) + "\n"


def _table_row(cells: Iterable[object]) -> str:
    return f"| {' | '.join(map(str, cells))} |"


if __name__ == "__main__":
    sys.exit(main())
