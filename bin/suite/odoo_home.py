"""Odoo 19 Community, unpacked from Debian's package into ``.local/odoo``.

Debian ships Odoo 19 in its unstable suite only. A private apt configuration fetches it from the
mirror this machine already uses, without touching the machine's own sources; nothing is
installed system-wide. ``ODOO_HOME`` points to an existing Odoo 19 checkout instead.
"""

import os
import shutil
from pathlib import Path

from . import paths, stamps
from .console import SetupError, run, step
from .system import no_network

ODOO_PACKAGE = "odoo-19"
ODOO_SERIES = "19.0"
#: The package links to these by relative symlinks; other releases name their files differently.
BESIDE_UNSTABLE = (
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-montserrat",
    "fonts-ocr-b",
    "fonts-roboto-unhinted",
    "fonts-glyphicons-halflings",
)
BESIDE_STABLE = ("fonts-font-awesome", "fonts-inconsolata")
#: Removed from Debian's package; the browser asks for it, so that its absence is a console error.
PLACEHOLDERS = ("mail/static/lib/selfie_segmentation/selfie_segmentation.js",)

PREFIX = paths.LOCAL / "odoo"
SITE = PREFIX / "usr" / "lib" / "python3" / "dist-packages"


def home():
    """The folder on ``sys.path`` that holds the ``odoo`` package."""
    given = os.environ.get("ODOO_HOME")
    return (Path(given).expanduser() if given else SITE).resolve()


def core_addons():
    """Folders with Odoo's own addons, for the addons path."""
    inside = home() / "odoo" / "addons"
    beside = home() / "addons"  # a git checkout keeps all but ``base`` there
    return [inside] if (inside / "account").is_dir() else [beside, inside]


def version():
    """What identifies the Odoo source in the hash of a prepared database."""
    release = home() / "odoo" / "release.py"
    installed = paths.STAMPS / "odoo"
    own = installed.read_text() if not os.environ.get("ODOO_HOME") and installed.exists() else ""
    return stamps.digest(release, own)


def ensure():
    """Fetch and unpack Odoo unless it is there."""
    if os.environ.get("ODOO_HOME"):
        return _check(home())
    key = stamps.digest(ODOO_PACKAGE, *BESIDE_UNSTABLE, *BESIDE_STABLE, *PLACEHOLDERS)
    if stamps.is_done("odoo", key) and (SITE / "odoo" / "release.py").exists():
        return None
    with step("Odoo 19 Community (download 123 MB, unpack 1.1 GB)"):
        _fetch_and_unpack()
    _check(SITE)
    stamps.done("odoo", key)
    return None


def _fetch_and_unpack():
    shutil.rmtree(PREFIX, ignore_errors=True)
    PREFIX.mkdir(parents=True)
    packages = [*_download("sid", (ODOO_PACKAGE, *BESIDE_UNSTABLE))]
    packages += _download(_stable_codename(), BESIDE_STABLE)
    for package in packages:
        run(["dpkg-deb", "-x", package, PREFIX])
    for name in PLACEHOLDERS:
        path = SITE / "odoo" / "addons" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    # Its metadata would make pip install what this Odoo must not get; see ``venv``.
    for metadata in SITE.glob("odoo-*info"):
        shutil.rmtree(metadata)
    _refuse_dangling_links()


def _refuse_dangling_links():
    dangling = [p for p in PREFIX.rglob("*") if p.is_symlink() and not p.exists()]
    if dangling:
        names = "\n".join(str(path.relative_to(PREFIX)) for path in dangling[:10])
        raise SetupError(f"Odoo's package links to files that are not there:\n{names}")


def _check(folder):
    release = folder / "odoo" / "release.py"
    if not release.exists() or "(19, 0" not in release.read_text():
        raise SetupError(f"{folder} holds no Odoo {ODOO_SERIES}; ODOO_HOME must name a checkout.")


# --- a private apt ---------------------------------------------------------------------------


def _download(suite, names):
    """Download packages of *suite* and return their files; what is there is not fetched again."""
    folder = paths.DOWNLOADS / suite
    for sub in ("lists/partial", "cache/archives/partial", "unfinished", "packages"):
        (folder / sub).mkdir(parents=True, exist_ok=True)
    found = {name: sorted((folder / "packages").glob(f"{name}_*.deb")) for name in names}
    missing = [name for name, files in found.items() if not files]
    if missing:
        options = _apt_options(folder, suite)
        hint = no_network(missing)
        run(["apt-get", *options, "update", "-q"], hint=hint)
        for left in (folder / "unfinished").iterdir():  # of a download that was interrupted
            left.unlink()
        for name in missing:
            command = ["apt-get", *options, "download", "-q", name]
            run(command, cwd=folder / "unfinished", hint=hint)
            for package in (folder / "unfinished").glob(f"{name}_*.deb"):
                package.rename(folder / "packages" / package.name)
    return [sorted((folder / "packages").glob(f"{name}_*.deb"))[-1] for name in names]


def _apt_options(folder, suite):
    sources = folder / "debian.sources"
    uri, keyring = _debian_mirror()
    sources.write_text(
        f"Types: deb\nURIs: {uri}\nSuites: {suite}\nComponents: main\nSigned-By: {keyring}\n"
    )
    settings = {
        "Dir::Etc::sourcelist": sources,
        "Dir::Etc::sourceparts": "-",
        "Dir::State::lists": folder / "lists",
        "Dir::Cache": folder / "cache",
        "Acquire::Languages": "none",
        "APT::Sandbox::User": "root",
        "Debug::NoLocking": "1",
    }
    return [part for name, value in settings.items() for part in ("-o", f"{name}={value}")]


def _debian_mirror():
    """URI of the Debian mirror in the machine's own apt configuration, and its keyring."""
    keyring = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
    wanted = f"Debian {_stable_codename()}"
    for line in _index_targets():
        uri, _sep, rest = line.partition(" ")
        if rest == wanted and keyring.exists():
            return uri, keyring
    raise SetupError(
        "No Debian mirror was found in this machine's apt configuration (apt-get indextargets). "
        "Odoo 19 is fetched from it; or set ODOO_HOME to an existing Odoo 19 checkout."
    )


def _index_targets():
    command = ["apt-get", "indextargets", "--format", "$(REPO_URI) $(ORIGIN) $(CODENAME)"]
    lines = run([*command, "Created-By: Packages"]).splitlines()
    if not lines and paths.is_root():
        run(["apt-get", "update", "-q"], hint=no_network([ODOO_PACKAGE]))
        lines = run([*command, "Created-By: Packages"]).splitlines()
    return lines


def _stable_codename():
    pairs = (line.split("=", 1) for line in Path("/etc/os-release").read_text().splitlines())
    return dict(pair for pair in pairs if len(pair) == 2).get("VERSION_CODENAME", "bookworm")
