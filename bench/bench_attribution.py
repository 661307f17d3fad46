"""Attribution (ROI-2): Markov over journeys, against the package ChannelAttribution.

``python -m bench.bench_attribution [--paths N] [--no-peer]`` with ODOO_RC set (bin/bench does). The
peer (requirements-bench-attribution.txt, GPL-3) is built from source in a folder of its own, on
the path of its own process only.

- *difference*: both get the 10,000 paths of the peer's source package; the largest difference of a
  channel in percent of all deals, and in percent of its own deals for channels with at least one
  percent of them. Ours is exact; the peer simulates walks, so that its answer has noise: it is
  given many, and beside it stands the largest difference between two of its own seeds. It runs
  its walks in ten parts with the seeds *seed*, *seed* + 1 …, so seeds next to each other share
  nine tenths of their walks: they are chosen far apart.
- *exact difference*: the peer also gives the probabilities of its moves from channel to channel,
  which are not simulated. Removal effects solved from these, channel by channel, are its own answer
  without noise.
- *time*: from a column of paths as text (a million, drawn from these 10,000) to deals by channel.
  The peer runs with its own defaults, both on one thread; seconds of the processor, so that
  what else the machine does is not measured.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tarfile
import time
from pathlib import Path
from types import ModuleType

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "bin"))

from bench import table
from suite import paths, stamps, venv
from suite.console import SetupError

WHEELS = paths.ROOT / "requirements-bench-attribution.txt"
HOME = paths.ROOT / ".local" / "peers" / "attribution"
DATA = HOME / "Data.csv"
SEPARATOR = " > "
#: Walks that the peer simulates when its answer is compared; its default is 100,000.
WALKS = 1_000_000_000
#: Two seeds that share no walks.
SEEDS = (1000, 2000)
PEER = "ChannelAttribution"


def main():
    """Measure both sides and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--paths", type=int, default=1_000_000)
    parser.add_argument("--no-peer", action="store_true")
    parser.add_argument("--full", action="store_true", help="nothing more; sizes are the same")
    parser.add_argument("--side", choices=("ours", "peer"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.side:
        print(json.dumps(SIDES[arguments.side](arguments.paths)))
        return
    if not _fetched():
        return
    ours = _run("ours", arguments.paths)
    peer = {} if arguments.no_peer else _run("peer", arguments.paths)
    show(ours, peer, arguments.paths)


def _fetched():
    """Build the peer and take its sample paths, unless done; False when it cannot be had."""
    wanted = stamps.digest(WHEELS)
    if DATA.exists() and stamps.is_done("bench-attribution", wanted):
        return True
    HOME.mkdir(parents=True, exist_ok=True)
    try:
        venv.pip(
            "download",
            "--no-deps",
            "--no-binary=channelattribution",
            f"--dest={HOME}",
            "-r",
            WHEELS,
        )
        _unpack()
        venv.pip("install", "--no-deps", "--upgrade", f"--target={HOME}", "-r", WHEELS)
    except SetupError as error:
        print(f"Nothing is measured: {error}")
        return False
    stamps.done("bench-attribution", wanted)
    return True


def _unpack():
    [archive] = HOME.glob("*.tar.gz")
    with tarfile.open(archive) as package:
        [member] = [each for each in package if each.name.endswith("/data/Data.csv")]
        DATA.write_bytes(package.extractfile(member).read())


def _run(side, count):
    command = [sys.executable, "-m", "bench.bench_attribution", "--side", side]
    command += ["--paths", str(count)]
    extra = [str(HOME)] if side == "peer" else []
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([*extra, os.environ.get("PYTHONPATH", "")]).strip(os.pathsep)
    }
    result = subprocess.run(
        command, check=True, stdout=subprocess.PIPE, text=True, env=environment, cwd=paths.ROOT
    )
    return json.loads(result.stdout.splitlines()[-1])


def sample():
    """The peer's own paths: ``[(text, deals, journeys without a deal)]``."""
    lines = DATA.read_text().splitlines()[1:]
    rows = (line.split(";") for line in lines)
    return [(row[0], float(row[1]), float(row[3])) for row in rows]


def many(count):
    """*count* paths drawn from the sample, the same on both sides."""
    return random.Random(1).choices(sample(), k=count)


def ours(count):
    """Deals by channel of the sample, and milliseconds for *count* paths."""
    _use_addons()
    rows = many(count)
    texts, deals, nothing = (list(column) for column in zip(*rows, strict=True))
    found = {"deals": {1: _markov(*zip(*sample(), strict=True), order=1)}}
    for order in (1, 2):
        began = time.process_time()
        _markov(texts, deals, nothing, order)
        found[f"order {order}"] = 1000 * (time.process_time() - began)
    return found


def _use_addons():
    """Make ``odoo.addons`` find ours; no database is needed."""
    from odoo.modules import module
    from odoo.tools import config

    config.parse_config(["-c", os.environ["ODOO_RC"], "--log-level", "error"])
    module.initialize_sys_path()


def _markov(texts, deals, nothing, order):
    import numpy as np

    from odoo.addons.crm_campaign_roi.tools import attribution

    flat = SEPARATOR.join(texts).split(SEPARATOR)
    lengths = np.fromiter((text.count(SEPARATOR) + 1 for text in texts), int, len(texts))
    deals, nothing = np.array(deals, float), np.array(nothing, float)
    counts = attribution.moves(flat, lengths, deals, nothing, order)
    return attribution.in_proportion(attribution.removal_effects(counts), float(deals.sum()))


def peer(count):
    """The same of the peer, with the difference between two of its seeds."""
    # It draws with matplotlib where asked; nothing is drawn here.
    plots = ModuleType("matplotlib")
    plots.pyplot = ModuleType("matplotlib.pyplot")
    sys.modules.update({"matplotlib": plots, "matplotlib.pyplot": plots.pyplot})
    import ChannelAttribution  # the peer's own process has it on its path
    import pandas

    def markov(frame, **options):
        result = ChannelAttribution.markov_model(
            frame, "path", "deals", var_null="nothing", flg_pro=False, verbose=False, **options
        )
        return dict(zip(result["channel_name"], result["total_conversions"], strict=True))

    names = ["path", "deals", "nothing"]
    frame = pandas.DataFrame(sample(), columns=names)
    many_walks = {"nsim_start": WALKS, "conv_par": 1}
    found = {"deals": {seed: markov(frame, seed=seed, **many_walks) for seed in SEEDS}}
    moves = ChannelAttribution.transition_matrix(
        frame, "path", "deals", var_null="nothing", flg_equal=False
    )
    found["moves"] = moves["transition_matrix"].astype(str).values.tolist()
    found["channels"] = moves["channels"].astype(str).values.tolist()
    large = pandas.DataFrame(many(count), columns=names)
    for name, options in _TIMED.items():
        began = time.process_time()
        markov(large, **options)
        found[name] = 1000 * (time.process_time() - began)
    return found


_TIMED = {
    "order 1": {"order": 1},
    "order 2": {"order": 2},
}


def solved(moves, channels, deals):
    """Deals by channel from the peer's own probabilities: ``[(from, to, probability)]``."""
    import numpy as np

    places = {key: place for place, (key, _name) in enumerate([("(start)", ""), *channels])}
    inner = np.zeros((len(places), len(places)))
    won = np.zeros(len(places))
    for start, end, probability in moves:
        if end in places:
            inner[places[start], places[end]] = float(probability)
        elif end == "(conversion)":
            won[places[start]] = float(probability)

    def share(kept):
        return np.linalg.solve(np.eye(len(places)) - inner * kept, won)[0]

    whole, everybody = share(1.0), np.ones(len(places))
    effects = {}
    for key, name in channels:
        kept = everybody.copy()
        kept[places[key]] = 0.0
        effects[name] = 1 - share(kept) / whole
    return {name: deals * effect / sum(effects.values()) for name, effect in effects.items()}


def differences(one, other):
    """(of all deals, of the channel's own for those with 1 % of all): largest, in percent."""
    whole = sum(other.values())
    off = {key: 100 * abs(one[key] - other[key]) for key in other}
    own = max(off[key] / other[key] for key in other if other[key] >= whole / 100)
    return max(off.values()) / whole, own


def show(ours_found, peer_found, count):
    """Print differences and times."""
    rows = []
    if peer_found:
        first, second = (peer_found["deals"][str(seed)] for seed in SEEDS)
        both = {key: (first[key] + second[key]) / 2 for key in first}
        off, noise = differences(ours_found["deals"]["1"], both), differences(second, first)
        for what, place in (("all deals", 0), ("its own deals", 1)):
            title = f"largest difference of a channel, ppm of {what} (peer: between its seeds)"
            found, noisy = round(1e4 * off[place]), round(1e4 * noise[place])
            rows.append(table.Row(title, found, noisy, PEER, "≤ 1000", ratio=found))
        mine = ours_found["deals"]["1"]
        exact = solved(peer_found["moves"], peer_found["channels"], sum(mine.values()))
        furthest = max(1e6 * abs(mine[key] / exact[key] - 1) for key in exact)
        title = "largest difference of a channel from its exact answer, ppm of its own deals"
        rows.append(table.Row(title, furthest, None, PEER, "≤ 1000", ratio=furthest))
    for name in ("order 1", "order 2"):
        took = peer_found.get(name)
        rows.append(
            table.Row(
                f"Markov, {name}, {count:,} paths",
                ours_found[name],
                took,
                PEER if took else "",
                "≤ 1" if took else "",
                "ms",
            )
        )
    table.show(rows)


SIDES = {"ours": ours, "peer": peer}

if __name__ == "__main__":
    main()
