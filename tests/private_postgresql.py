"""A PostgreSQL server of one's own on a private socket, gone with its folder at the end."""
import contextlib
import os
import pathlib
import pwd
import shutil
import subprocess
import tempfile

USER = "postgres"  # a server refuses to run as root


def programs():
    found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        raise SystemExit("PostgreSQL's server is not installed: scripts/install-packages")
    return found[-1].parent


def run(*command):
    if os.geteuid() == 0:
        command = ("setpriv", f"--reuid={USER}", f"--regid={USER}", "--init-groups", *command)
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120, cwd="/")
    if done.returncode != 0:
        raise SystemExit(f"{command}: {done.stdout}")


@contextlib.contextmanager
def server():
    """The environment for psql."""
    # Where the server's user may go, and a socket's path is short.
    folder = pathlib.Path(tempfile.mkdtemp(prefix="pactolus-postgresql-", dir="/tmp"))
    if os.geteuid() == 0:
        os.chown(folder, pwd.getpwnam(USER).pw_uid, -1)
    control = (str(programs() / "pg_ctl"), "-D", str(folder / "data"), "-w", "-t", "60")
    try:
        run(str(programs() / "initdb"), "-D", str(folder / "data"), "-A", "trust", "-U", USER, "--locale=C", "-E", "UTF8", "-N")
        run(*control, "-l", str(folder / "log"), "-o", f"-k {folder} -c listen_addresses='' -c fsync=off", "start")
        try:
            yield {"PGHOST": str(folder), "PGUSER": USER, "PGDATABASE": "postgres"}
        finally:
            run(*control, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
