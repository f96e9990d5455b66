"""A PostgreSQL cluster of a benchmark's own, with its defaults: commits are synchronous and on the disk."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from tests.postgres import Cluster, find_bin_dir


class DurableCluster(Cluster):
    """As the tests' own, but nothing is traded for speed."""

    def start(self) -> None:
        """Make the cluster and wait until it answers."""
        data = str(self.folder / "data")
        self._run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''"
        self._run("pg_ctl", "-D", data, "-w", "-l", str(self.folder / "log"), "-o", options, "start")


@contextmanager
def start_postgres() -> Iterator[str | None]:
    """The URL of an empty database, or None where PostgreSQL is not installed."""
    found = find_bin_dir()
    if found is None or not shutil.which("psql"):
        yield None
        return
    cluster = DurableCluster(found)
    cluster.start()
    try:
        yield cluster.url
    finally:
        cluster.stop()
