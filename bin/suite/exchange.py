"""A real telephone exchange (Asterisk 22) for tests and demo, unpacked into ``.local/asterisk``.

Debian's stable release has no Asterisk; its development suites have. As for Odoo, a private apt
configuration fetches it from the mirror this machine already uses. It comes with all libraries
it needs, the C library included, and runs through its own loader: nothing is installed
system-wide. Only sipp, which plays callers and telephones, is a package of the machine.

Each exchange that is started has a block of loopback addresses, a folder and secrets of its own,
so that several run beside each other with the usual ports. It ends with the process that
started it. Its configuration is in ``tests/pbx/conf``, where ``@NAME@`` stands for a value that
is filled in at the start.
"""

import math
import os
import random
import re
import secrets
import shutil
import socket
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from . import locks, odoo_home, paths, stamps, system
from .console import SetupError, run, say, step

PACKAGE = "asterisk"
SERIES = "22."
#: The first that can be had; the second is what the first becomes after some days.
SUITES = ("sid", "forky")
SIPP = {"sipp": "sip-tester"}

#: Environment variable that tells the tests why there is no exchange.
WHY_NOT = "CRM_SUITE_NO_EXCHANGE"

TREE = paths.LOCAL / "asterisk"
RUNS = paths.LOCAL / "exchanges"
CONFIGURATION = paths.ROOT / "tests" / "pbx" / "conf"
#: What the addon gives an exchange to include.
DIALPLAN = paths.ROOT / "addons" / "crm_callcenter" / "pbx" / "conf"
SCENARIOS = paths.ROOT / "tests" / "pbx" / "sipp"

START_SECONDS = 60
STOP_SECONDS = 10
SIP_PORT, AMI_PORT, HTTP_PORT = 5060, 5038, 8088
AGENTS = ("1001", "1002", "1003")
#: Accounts of the manager interface: the listener's has the least rights that it needs.
LISTENER, CONSOLE = "listener", "console"
#: Files that Asterisk misses loudly though nothing has to stand in them.
EMPTY = (
    *("acl", "amd", "ccss", "cli", "cli_aliases", "cli_permissions", "codecs", "dnsmgr"),
    *("dsp", "extconfig", "geolocation", "pjproject", "pjsip_notify", "pjsip_wizard", "queuerules"),
    *("res_stun_monitor", "say", "sorcery", "stasis", "statsd", "websocket_client"),
)
FOLDERS = ("etc", "lib/keys", "log", "moh", "spool/monitor", "spool/fax", "spool/tmp", "calls")
#: Programs started through this end with the thread that has started them, even if it is killed.
DIES_WITH_US = ("setpriv", "--pdeathsig", "TERM", "--")
LONGEST_SOCKET = 80  # a socket's path is limited to 107 bytes


class UnavailableError(SetupError):
    """This machine cannot have an exchange: packages are missing and cannot be fetched."""


# --- packages --------------------------------------------------------------------------------


def ensure():
    """Make an exchange ready to be started, unless that is done.

    Raises :class:`UnavailableError` when packages are missing and cannot be fetched, and
    ``SetupError`` when what was fetched does not work.
    """
    paths.prepare()
    with locks.alone("set-up"):
        _ensure_sipp()
        packages = _fetched()
        if not _is_unpacked(packages):
            packages = packages or _fetch()
            with step("unpacking the telephone exchange (160 MB)"):
                _unpack(packages)
            stamps.done("asterisk", _key(packages))


def _is_unpacked(packages):
    """Whether the tree is there, and of *packages* if they are; it does not need them any more."""
    return TREE.is_dir() and (not packages or stamps.is_done("asterisk", _key(packages)))


def _key(packages):
    return stamps.digest(*(package.name for package in packages))


def _ensure_sipp():
    try:
        system.ensure_packages(SIPP)
    except SetupError as error:
        raise _unavailable(error) from error


def _unavailable(error):
    """What is missing and what to do, in one line; all that apt has said is shown at once."""
    say(f"  ⚠ {error}")
    *_said, last = str(error).splitlines()
    return UnavailableError(last)


def _folder():
    return paths.DOWNLOADS / "asterisk"


def _fetched():
    """Files of the packages, if all of them were fetched; the list is written after the last."""
    listing = _folder() / "packages.list"
    if not listing.exists():
        return []
    files = [_folder() / "packages" / name for name in listing.read_text().split()]
    return files if all(file.exists() for file in files) else []


def _fetch():
    """Fetch Asterisk and all it depends on from the first suite that has it."""
    with step("telephone exchange (Asterisk 22, download 80 MB)"):
        for suite in SUITES:
            try:
                return _fetch_from(suite)
            except SetupError as error:
                problem = error
        raise _unavailable(problem) from problem


def _fetch_from(suite):
    folder = _folder()
    shutil.rmtree(folder, ignore_errors=True)  # packages of different days do not fit together
    for sub in ("lists/partial", "cache/archives/partial", "packages"):
        (folder / sub).mkdir(parents=True)
    options = _apt_options(folder, suite)
    hint = system.no_network([PACKAGE])
    run(["apt-get", *options, "update", "-q"], hint=hint)
    run(["apt-get", *options, "install", "-y", "-q", "--download-only", PACKAGE], hint=hint)
    for package in (folder / "cache" / "archives").glob("*.deb"):
        package.rename(folder / "packages" / package.name)
    names = sorted(package.name for package in (folder / "packages").glob("*.deb"))
    if not any(re.match(rf"{PACKAGE}_(\d+%3a)?{re.escape(SERIES)}", name) for name in names):
        raise SetupError(f"Debian's {suite} has no {PACKAGE} {SERIES}* any more.")
    (folder / "packages.list").write_text("\n".join(names))
    return _fetched()


def _apt_options(folder, suite):
    """Those of a private apt for which nothing is installed yet, not even the C library."""
    (folder / "nothing-installed").touch()
    settings = {
        "Dir::State::status": folder / "nothing-installed",
        "Dir::Etc::preferences": "/dev/null",
        "Dir::Etc::preferencesparts": "/dev/null",
        "APT::Install-Recommends": "false",
        "APT::Update::Error-Mode": "any",
        "Acquire::Retries": "1",
        "Acquire::http::Timeout": "20",
        "Acquire::https::Timeout": "20",
    }
    added = [part for name, value in settings.items() for part in ("-o", f"{name}={value}")]
    return [*odoo_home._apt_options(folder, suite), *added]


def _unpack(packages):
    """Keep of the packages what runs: the program, its libraries and modules, its sounds."""
    whole, kept = (TREE.with_name(f"asterisk.{name}") for name in ("unpacked", "unfinished"))
    for folder in (whole, kept, TREE):
        shutil.rmtree(folder, ignore_errors=True)
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        needed = [package for package in packages if package.name.startswith((PACKAGE, "lib"))]
        list(pool.map(lambda package: run(["dpkg-deb", "-x", package, whole]), needed))
    kept.mkdir()
    libraries = _libraries(whole)
    for folder in libraries.iterdir():  # Perl, character sets: half of the size, never used
        if folder.is_dir() and folder.name != "asterisk":
            shutil.rmtree(folder)
    libraries.rename(kept / "lib")
    (whole / "usr" / "share" / "asterisk").rename(kept / "share")
    (whole / "usr" / "sbin" / "asterisk").rename(kept / "asterisk")
    (kept / "share" / "sounds" / "en").symlink_to("en_US_f_Allison")  # as its installation does
    shutil.rmtree(whole)
    _check(kept)
    kept.rename(TREE)


def _libraries(whole):
    """Folder of the libraries: its name tells the machine's architecture."""
    loaders = sorted(whole.glob("usr/lib/*/ld-linux*.so.*"))
    if not loaders:
        raise SetupError("The packages of Asterisk hold no loader: Debian's layout has changed.")
    return loaders[0].parent


def _command(tree):
    """Asterisk with the libraries of *tree* instead of the machine's."""
    [loader] = (tree / "lib").glob("ld-linux*.so.*")
    return [loader, "--library-path", tree / "lib", tree / "asterisk"]


def _check(tree):
    version = run([*_command(tree), "-V"])
    if f"Asterisk {SERIES}" not in version:
        raise SetupError(f"The program says {version.strip()!r} instead of Asterisk {SERIES}*.")


# --- an exchange that runs -------------------------------------------------------------------


@dataclass
class Exchange:
    """A running exchange. ``network`` is the part of its addresses they have in common."""

    network: str
    folder: Path
    secrets: dict
    claim: socket.socket
    process: subprocess.Popen | None = None

    def host(self, number):
        """Address *number* of its block.

        1 is the exchange, 2 the carrier, 11 to 13 the telephones of 1001 to 1003, 128 to 254 are
        callers who come through the carrier.
        """
        return f"{self.network}.{number}"

    @property
    def address(self):
        return self.host(1)

    @property
    def spool(self):
        return self.folder / "spool"

    @property
    def tone(self):
        """What waiting callers hear and telephones play: raw G.711 μ-law, 2 s of 440 Hz."""
        return self.folder / "moh" / "tone.ulaw"

    @property
    def log(self):
        return self.folder / "log" / "messages"

    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def restart(self):
        """End it as a power failure would, with all calls, and start it again."""
        self.process.kill()
        self.process.wait()
        _boot(self)

    def stop(self, keep_log=None):
        """End it and remove its folder; its log goes to the file *keep_log*."""
        if self.is_running():
            self.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(STOP_SECONDS)
            self.process.kill()
            self.process.wait()
        if keep_log and self.log.exists():
            shutil.copyfile(self.log, keep_log)
        _remove(self.folder)
        self.claim.close()  # the last: nobody else takes the addresses before


def start():
    """Start an exchange and return it when it takes calls.

    It ends with the thread that has started it. Raises :class:`UnavailableError` when
    :func:`ensure` has not been called on this machine.
    """
    if not TREE.is_dir() or not shutil.which("sipp"):
        raise UnavailableError("the exchange is not set up yet; bin/test pbx does that")
    _clear_left_over()
    network, claim = _claim()
    folder = RUNS / network
    exchange = Exchange(network, folder, _new_secrets(), claim)
    try:
        _write_configuration(exchange)
        _boot(exchange)
    except BaseException:
        exchange.stop()
        raise
    return exchange


def _claim():
    """A block of loopback addresses that no exchange on this machine uses, and its claim.

    The claim is a socket bound in it: it ends with this process, whatever ends it.
    """
    for _attempt in range(100):
        network = f"127.{random.randint(64, 126)}.{random.randint(1, 254)}"
        claim = _claimed(network)
        if claim:
            return network, claim
    raise SetupError("No loopback addresses (127.64.1.1 to 127.126.254.254) are free here.")


def _claimed(network):
    claim = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        claim.bind((f"{network}.255", SIP_PORT))
    except OSError:
        claim.close()
        return None
    return claim


def _clear_left_over():
    """Remove the folders of exchanges whose process was killed."""
    for folder in RUNS.iterdir() if RUNS.exists() else ():
        claim = _claimed(folder.name)
        if claim:
            with claim:
                _remove(folder)


def _remove(folder):
    for part in (_socket_folder(folder), folder):
        shutil.rmtree(part, ignore_errors=True)


def _new_secrets():
    return {name: secrets.token_urlsafe(18) for name in (LISTENER, CONSOLE, "ari", *AGENTS)}


def _socket_folder(folder):
    """Where the program's own socket is: a short path."""
    inside = folder / "run"
    if len(str(inside)) < LONGEST_SOCKET:
        return inside
    return Path("/tmp") / f"crm-suite-exchange-{folder.name}"


def _write_configuration(exchange):
    for name in FOLDERS:
        (exchange.folder / name).mkdir(parents=True)
    exchange.folder.chmod(0o700)  # secrets
    _socket_folder(exchange.folder).mkdir(mode=0o700)
    etc = exchange.folder / "etc"
    for name in EMPTY:
        (etc / f"{name}.conf").touch()
    exchange.tone.write_bytes(tone())
    for template in sorted(CONFIGURATION.glob("*.conf")):
        (etc / template.name).write_text(fill_in(template.read_text(), _values(exchange)))


def _values(exchange):
    """What stands for ``@NAME@`` in the configuration."""
    numbers = {"ADDRESS": 1, "CARRIER": 2, "CALLERS": 128}
    return {
        **{name: exchange.host(number) for name, number in numbers.items()},
        **{f"SECRET_{name.upper()}": value for name, value in exchange.secrets.items()},
        "SIP_PORT": SIP_PORT,
        "AMI_PORT": AMI_PORT,
        "HTTP_PORT": HTTP_PORT,
        "FOLDER": exchange.folder,
        "DIALPLAN": DIALPLAN,
        "RUN": _socket_folder(exchange.folder),
        "TREE": TREE.resolve(),
    }


def fill_in(template, values):
    """*template* with a value for each ``@NAME@``; raises ``SetupError`` for an unknown name."""

    def value(match):
        if match[1] not in values:
            raise SetupError(f"The exchange's configuration names @{match[1]}@: no such value.")
        return str(values[match[1]])

    return re.sub(r"@([A-Z][A-Z0-9_]*)@", value, template)


def tone(hertz=440, seconds=2):
    """A tone as raw G.711 μ-law with 8,000 samples a second, a quarter of the greatest volume."""
    samples = (8000 * math.sin(2 * math.pi * hertz * n / 8000) for n in range(8000 * seconds))
    return bytes(_mu_law(round(sample)) for sample in samples)


def _mu_law(sample):
    """A 16-bit sample in ITU-T G.711 μ-law: sign, exponent of 3 bits, mantissa of 4, inverted."""
    sign = 0x80 if sample < 0 else 0
    magnitude = min(abs(sample), 32635) + 132
    exponent = magnitude.bit_length() - 8
    return ~(sign | exponent << 4 | (magnitude >> (exponent + 3)) & 0x0F) & 0xFF


def _boot(exchange):
    command = [*_command(TREE), "-C", exchange.folder / "etc" / "asterisk.conf", "-f", "-n"]
    with (exchange.folder / "log" / "output").open("w") as output:
        exchange.process = subprocess.Popen(
            [str(part) for part in (*DIES_WITH_US, *command)],
            cwd=exchange.folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    end = time.monotonic() + START_SECONDS
    while not _takes_calls(exchange):
        if not exchange.is_running() or time.monotonic() > end:
            raise SetupError(f"Asterisk did not start.\n{_last_words(exchange)}")
        time.sleep(0.1)


def _takes_calls(exchange):
    """Whether it answers on the manager interface that it has booted to the end."""
    login = f"Action: Login\r\nUsername: {CONSOLE}\r\nSecret: {exchange.secrets[CONSOLE]}\r\n\r\n"
    try:
        with socket.create_connection((exchange.address, AMI_PORT), timeout=5) as connection:
            connection.sendall(login.encode())
            answer = b""
            while b"Event: FullyBooted" not in answer:
                part = connection.recv(65536)
                if not part:
                    return False
                answer += part
    except OSError:
        return False
    return True


def _last_words(exchange):
    files = (exchange.folder / "log" / "output", exchange.log)
    lines = [line for file in files if file.exists() for line in _lines(file)]
    return "\n".join(lines[-15:])


def _lines(file):
    return file.read_text(errors="replace").splitlines()
