"""A bare root of a release, made by debootstrap, with a copy of the checkout, and people who use it.

It is entered by namespaces and not by chroot, in which the kernel gives nobody the user namespaces that
the web engine's sandbox needs. Everything mounted or started in it ends with it.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

CHECKOUT = Path(__file__).parents[2]
ADA = "ada"
_ADAS_ID = 4711
_UBUNTU_KEYRING = "usr/share/keyrings/ubuntu-archive-keyring.gpg"
_ENTER = """
mount --bind "$1" "$1"
cd "$1"
mount -t proc proc proc
mount --rbind /sys sys
mount --rbind /dev dev
mkdir -p tmp/.X11-unix .outside var/cache/pip
mount --bind /tmp/.X11-unix tmp/.X11-unix
mount --bind "$2" var/cache/pip
pivot_root . .outside
umount -l .outside
exec sleep infinity
"""


class CannotBeMadeError(Exception):
    """A root could not be made here; says why."""


@dataclass(frozen=True)
class Release:
    """One release: its name for people and for debootstrap, and whose archive has it."""

    title: str
    suite: str
    origin: str = "Debian"
    components: str = "main"


def make_base(release: Release, folder: Path, keyring_from: Path | None) -> None:
    """Make a minimal root in `folder`; `keyring_from` is a root of Debian that can bring Ubuntu's keys."""
    scripts = Path("/usr/share/debootstrap/scripts")
    script = next(
        name
        for name in (release.suite, "gutsy" if release.origin == "Ubuntu" else "sid")
        if (scripts / name).exists()
    )
    options = ["--variant=minbase", f"--components={release.components}"]
    if release.origin == "Ubuntu":
        options.append(f"--keyring={_ubuntu_keyring(keyring_from)}")
    done = subprocess.run(
        ["debootstrap", *options, release.suite, folder, _mirror(release), scripts / script],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CannotBeMadeError((done.stdout + done.stderr).strip().splitlines()[-1])
    carry_in_settings(folder)


def _mirror(release: Release) -> str:
    """Return where this machine's apt gets the release's archive from; empty for debootstrap's default."""
    answer = _output("apt-get", "indextargets", "--format", "$(ORIGIN) $(REPO_URI)", "Created-By: Packages")
    return dict(line.split() for line in reversed(answer.splitlines())).get(release.origin, "")


def _ubuntu_keyring(debian: Path | None) -> Path:
    for keyring in (Path("/", _UBUNTU_KEYRING), *([debian / "var/tmp" / _UBUNTU_KEYRING] if debian else [])):
        if keyring.exists():
            return keyring
    if debian is None:
        raise CannotBeMadeError("the keys of Ubuntu's archive come with Debian 13, which was not made")
    package = "ubuntu-keyring"
    fetch = (
        f"apt-get update -qq && cd /var/tmp && apt-get download -qq {package} && dpkg -x {package}_*.deb ."
    )
    done = subprocess.run(["chroot", debian, "sh", "-c", fetch], capture_output=True, text=True, check=False)
    if done.returncode:
        raise CannotBeMadeError(f"no keys of Ubuntu's archive: {done.stderr.strip().splitlines()[-1]}")
    return debian / "var/tmp" / _UBUNTU_KEYRING


def carry_in_settings(root: Path) -> None:
    """Give a root what this machine needs to reach the archives: proxies of apt, settings of pip."""
    proxies = [line for line in _output("apt-config", "dump").splitlines() if "::Proxy " in line]
    (root / "etc/apt/apt.conf.d/99machine").write_text("".join(f"{line}\n" for line in proxies))
    settings = {}
    for line in _output(sys.executable, "-m", "pip", "config", "list").splitlines():
        name, _, value = line.partition("=")
        key, value = name.rpartition(".")[2], value.strip("'")
        if key == "cert":
            shutil.copy(value, root / "etc/machine-cert.pem")
            value = "/etc/machine-cert.pem"
        elif value.startswith(("/", "file:")):
            continue  # a folder of this machine
        settings[key] = value
    (root / "etc/pip.conf").write_text(
        "".join(["[global]\n", *(f"{k} = {v}\n" for k, v in settings.items())])
    )


def _output(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


class Root:
    """A copy of a base with the checkout at `place` inside; a context manager that ends what runs in it."""

    def __init__(self, base: Path, folder: Path, pip_cache: Path, place: str, owner: str) -> None:
        self.folder, self.place = folder, place
        self._pip_cache = pip_cache
        subprocess.run(["cp", "-a", base, folder], check=True)
        subprocess.run(["chroot", folder, "useradd", "-m", "-u", str(_ADAS_ID), ADA], check=True)
        for name, number in (("root", 0), (ADA, _ADAS_ID)):
            (pip_cache / name).mkdir(parents=True, exist_ok=True)
            os.chown(pip_cache / name, number, number)
        ignored = shutil.ignore_patterns(".git", ".venv", "__pycache__", ".*_cache", ".hypothesis")
        target = folder / place.lstrip("/")
        shutil.copytree(CHECKOUT, target, ignore=ignored, symlinks=True)
        number = 0 if owner == "root" else _ADAS_ID
        subprocess.run(["chown", "-R", f"{number}:{number}", target], check=True)

    def __enter__(self) -> Self:
        Path("/tmp/.X11-unix").mkdir(exist_ok=True)
        self._holder = subprocess.Popen(
            [
                "unshare",
                "--mount",
                "--pid",
                "--fork",
                "--kill-child",
                "sh",
                "-ec",
                _ENTER,
                "sh",
                self.folder,
                self._pip_cache,
            ]
        )
        children = Path(f"/proc/{self._holder.pid}/task/{self._holder.pid}/children")
        self._inside = ""
        while not (self._inside and Path(f"/proc/{self._inside}/comm").read_text() == "sleep\n"):
            if self._holder.poll() is not None:
                raise CannotBeMadeError("this kernel gives no namespaces")
            self._inside = children.read_text().strip()
        return self

    def __exit__(self, *_: object) -> None:
        self._holder.kill()
        self._holder.wait()

    def command(
        self, user: str, command: str, variables: Mapping[str, str], *, network: bool = True
    ) -> list[str]:
        """Return what runs a shell command in the checkout as `user`, with no other variables than these."""
        home = "/root" if user == "root" else f"/home/{user}"
        surroundings = {
            "HOME": home,
            "USER": user,
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "PIP_CACHE_DIR": f"/var/cache/pip/{user}",
            **variables,
        }
        words = [
            *("nsenter", "--target", self._inside, "--mount", "--pid"),
            *("setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups"),
            *("env", "--ignore-environment", *(f"{key}={value}" for key, value in surroundings.items())),
            *("sh", "-c", f"cd {shlex.quote(self.place)} && {command}"),
        ]
        if network:
            return words
        return ["unshare", "--net", "sh", "-c", f"ip link set lo up; exec {shlex.join(words)}"]

    def make_read_only(self) -> None:
        """Mount the checkout so that nobody can write it."""
        place = shlex.quote(self.place)
        mount = f"mount --bind {place} {place} && mount -o remount,bind,ro {place}"
        subprocess.run(["nsenter", "--target", self._inside, "--mount", "sh", "-c", mount], check=True)


def asked_for(said: str) -> str | None:
    """Return the command that a refused start asks the administrator to run."""
    found = re.search(r"run this as root and try again: (.+)", said)
    return found and found[1]
