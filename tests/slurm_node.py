"""SLURM of one node on this machine: munge, controller and node daemon of its own, without systemd and accounting.

In: a folder. Out: what a submission needs in its environment; everything is stopped in the end.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "squeue", "scancel")
# a node that is slow to answer is no failure of what is tested
PATIENCE = 60

SETTINGS = """\
ClusterName=one
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller_port}
SlurmdPort={node_port}
SlurmUser=root
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket={folder}/munge.socket
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
SwitchType=switch/none
MpiDefault=none
ReturnToService=2
MinJobAge=3600
SlurmdParameters=config_overrides
NodeName={host} NodeAddr=127.0.0.1 CPUs=2 RealMemory=8000 State=UNKNOWN
PartitionName=all Nodes={host} Default=YES State=UP MaxTime=INFINITE
"""


def missing() -> str | None:
    """Why SLURM cannot be started here; None where it can."""
    absent = [program for program in PROGRAMS if shutil.which(program) is None]
    if absent:
        return f"{', '.join(absent)} not installed (Debian: apt-get install slurmctld slurmd slurm-client munge)"
    return None if os.geteuid() == 0 else "SLURM's daemons start jobs for their users, which takes root"


class SlurmNode:
    """A running SLURM; `environment` leads programs to it."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment

    def ask(self, *command: str) -> str:
        """What a program of SLURM says; it must end well."""
        return subprocess.run(command, env=self.environment, check=True, capture_output=True, text=True).stdout

    def idle(self) -> bool:
        """Whether the node waits for jobs; False as long as the controller does not answer."""
        told = subprocess.run(
            ["sinfo", "--noheader"], env=self.environment, capture_output=True, text=True, check=False
        )
        return "idle" in told.stdout

    def jobs(self) -> dict[str, tuple[str, str]]:
        """Every job: number -> (state, comment)."""
        lines = self.ask("squeue", "--noheader", "--states=all", "--format=%i|%T|%k").splitlines()
        return {number: (state, comment) for number, state, comment in (line.split("|") for line in lines)}


def free_ports(number: int) -> list[int]:
    """Ports that nothing listens to."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(number)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


@contextmanager
def daemon(folder: Path, *command: str, environment: dict[str, str]) -> Iterator[None]:
    """A daemon in the foreground of a session of its own, for as long as the context lasts."""
    log = folder / f"{command[0]}.log"
    with log.open("wb") as said:
        process = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True
        )
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def slurm_node(folder: Path) -> Iterator[SlurmNode]:
    """SLURM below `folder`, ready for jobs. Raises TimeoutError, with what its daemons said, where it is not."""
    host = socket.gethostname().split(".")[0]
    controller_port, node_port = free_ports(2)
    for name in ("state", "spool"):
        (folder / name).mkdir()
    key = folder / "munge.key"
    key.write_bytes(os.urandom(1024))
    key.chmod(0o400)
    settings = folder / "slurm.conf"
    settings.write_text(
        SETTINGS.format(folder=folder, host=host, controller_port=controller_port, node_port=node_port),
        encoding="ascii",
    )
    environment = {**os.environ, "SLURM_CONF": str(settings)}
    files = {"key-file": key.name, "socket": "munge.socket", "pid-file": "munged.pid", "seed-file": "munged.seed"}
    munged = ["munged", "--foreground", "--force", *(f"--{name}={folder / file}" for name, file in files.items())]
    node = SlurmNode(environment)
    with ExitStack() as stack:
        stack.enter_context(daemon(folder, *munged, environment=environment))
        until(folder, lambda: (folder / "munge.socket").exists())
        stack.enter_context(daemon(folder, "slurmctld", "-D", environment=environment))
        stack.enter_context(daemon(folder, "slurmd", "-D", environment=environment))
        until(folder, node.idle)
        try:
            yield node
        finally:
            # what a job has started ends with the job, not with the daemon of the node
            node.ask("scancel", "--user=root", "--full")
            until(folder, lambda: not node.ask("squeue", "--noheader"))


def until(folder: Path, condition: Callable[[], bool]) -> None:
    """Wait for `condition`."""
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            said = "\n".join(f"{log.name}: {log.read_text(errors='replace')[-2000:]}" for log in folder.glob("*.log"))
            raise TimeoutError(f"SLURM is not ready after {PATIENCE} s\n{said}")
        time.sleep(0.1)
