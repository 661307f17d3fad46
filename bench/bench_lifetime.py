"""Life-time value (ROI-3): fitting BG/NBD to a million customers, against the package Lifetimes.

``python -m bench.bench_lifetime [--customers N] [--no-peer]`` (bin/bench does). The customers are
generated one by one from a BG/NBD model over three years, none is a copy of another. Both sides
get the same sufficient statistics with weights (purchases, days to the last, days seen), Lifetimes
by its own ``weights``, and run on one thread; seconds of the processor, so that what else the
machine does is not measured. Lifetimes' ``fit`` also computes the Hessian for its standard errors,
which we do not: its search alone stands in a row of its own. Both log-likelihoods are computed by
Lifetimes' own formula.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import ModuleType

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "bin"))

import numpy as np

from bench import table
from suite import paths, stamps, venv
from suite.console import SetupError

WHEELS = paths.ROOT / "requirements-bench-lifetime.txt"
HOME = paths.ROOT / ".local" / "peers" / "lifetime"
#: r, alpha (weeks), a, b of the generated customers, and the days in which they came.
TRUE = (0.8, 6.0, 0.6, 3.0)
DAYS = 3 * 365
PEER = "Lifetimes"


def main():
    """Measure both sides and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--no-peer", action="store_true")
    parser.add_argument("--full", action="store_true", help="nothing more; sizes are the same")
    parser.add_argument("--side", choices=sorted(SIDES), help=argparse.SUPPRESS)
    parser.add_argument("--file", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.side:
        print(json.dumps(SIDES[arguments.side](np.load(arguments.file))))
        return
    with tempfile.TemporaryDirectory() as folder:
        file = f"{folder}/histories.npz"
        x, last, age = generate(arguments.customers)
        grouped = group(x, last, age)
        np.savez(file, **grouped)
        ours = _run("ours", file)
        peer = _run("peer", file) if not arguments.no_peer and _fetched() else {}
    show(arguments.customers, len(grouped["x"]), ours, peer)


def generate(count, seed=2005):
    """Customers drawn from the model: repeat purchases, days to the last one, days seen."""
    random = np.random.default_rng(seed)
    r, alpha, a, b = TRUE
    rate, leave = random.gamma(r, 1 / alpha, count), random.beta(a, b, count)
    age = random.integers(1, DAYS, count)
    x, last = np.zeros(count, dtype=np.int64), np.zeros(count)
    alive = np.arange(count)
    while len(alive):
        moment = last[alive] + 7 * random.exponential(1 / np.maximum(rate[alive], 1e-12))
        inside = moment <= age[alive]
        alive = alive[inside]
        last[alive] = moment[inside]
        x[alive] += 1
        alive = alive[random.random(len(alive)) >= leave[alive]]
    return x, np.ceil(last).astype(np.int64), age


def group(x, last, age):
    """The different histories with their weights, in weeks."""
    histories, _place = _tool().group(x, last, age)
    return {name: getattr(histories, name) for name in ("x", "t_x", "age", "weight")}


def _tool():
    """Our ``tools/lifetime.py``, without Odoo."""
    name = "crm_customer_insight_tools"
    if name not in sys.modules:
        package = ModuleType(name)
        package.__path__ = [str(paths.ROOT / "addons" / "crm_customer_insight" / "tools")]
        sys.modules[name] = package
    return __import__(f"{name}.lifetime", fromlist=["lifetime"])


# Sides --------------------------------------------------------------------------------------


def _ours(data):
    tool = _tool()
    histories = tool.Histories(*(data[name] for name in ("x", "t_x", "age", "weight")))
    started = time.process_time()
    fit = tool.fit_purchases(histories)
    seconds = time.process_time() - started
    return {"seconds": seconds, "params": fit.params, "likelihood": _likelihood(fit.params, data)}


def _peer(data):
    sys.path.insert(0, str(HOME))
    import lifetimes
    from lifetimes import fitters

    arguments = (data["x"], data["t_x"], data["age"], data["weight"])
    found = {}
    hessian = fitters.hessian
    for name, second in (("search", lambda _function: lambda *_args: np.eye(4)), ("fit", hessian)):
        fitters.hessian = second
        fitter = lifetimes.BetaGeoFitter()
        started = time.process_time()
        fitter.fit(*arguments)
        found[name] = time.process_time() - started
    params = tuple(float(fitter.params_[name]) for name in ("r", "alpha", "a", "b"))
    return {**found, "params": params, "likelihood": _likelihood(params, data)}


def _likelihood(params, data):
    """Log-likelihood as Lifetimes has it, for the parameters of either side."""
    from scipy.special import gammaln

    r, alpha, a, b = params
    x, t_x, age, weight = (data[name] for name in ("x", "t_x", "age", "weight"))
    first = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
    second = gammaln(a + b) + gammaln(b + x) - gammaln(b) - gammaln(a + b + x)
    stays = -(r + x) * np.log(alpha + age)
    left = np.log(a) - np.log(b + np.maximum(x, 1) - 1) - (r + x) * np.log(t_x + alpha)
    both = np.where(x > 0, np.logaddexp(stays, left), stays)
    return float(weight @ (first + second + both))


SIDES = {"ours": _ours, "peer": _peer}


def _run(side, file):
    """Run one side in a process of its own, on one thread."""
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    command = [sys.executable, "-m", "bench.bench_lifetime", "--side", side, "--file", file]
    done = subprocess.run(
        command, check=True, capture_output=True, text=True, cwd=paths.ROOT,
        env={**os.environ, **threads},
    )  # fmt: skip
    return json.loads(done.stdout.splitlines()[-1])


def _fetched():
    """Install what the peer needs in its folder, unless done; False when it cannot be had."""
    wanted = stamps.digest(WHEELS)
    if HOME.exists() and stamps.is_done("bench-lifetime", wanted):
        return True
    try:
        venv.pip("install", "--no-deps", f"--target={HOME}", "-r", WHEELS)
    except SetupError as error:
        print(f"The peer {PEER} cannot be had here: {error}")
        return False
    stamps.done("bench-lifetime", wanted)
    return True


def show(customers, different, ours, peer):
    """Print what was measured."""
    print(f"{customers:,} customers, {different:,} different histories")
    print(f"ours: {_words(ours)}")
    rows = [table.Row("fit (CPU)", ours["seconds"], None, PEER, "", "s")]
    if peer:
        print(f"{PEER}: {_words(peer)}")
        rows = [
            table.Row("fit (CPU)", ours["seconds"], peer["fit"], PEER, "≤ 1", "s"),
            table.Row("its search alone", ours["seconds"], peer["search"], PEER, "≤ 1", "s"),
            table.Row(
                "log-likelihood", ours["likelihood"], peer["likelihood"], PEER, "≥ 0",
                ratio=ours["likelihood"] - peer["likelihood"],
            ),
        ]  # fmt: skip
    table.show(rows)


def _words(side):
    params = ", ".join(f"{value:.4f}" for value in side["params"])
    return f"r, α, a, b = {params}; log-likelihood {side['likelihood']:,.3f}"


if __name__ == "__main__":
    main()
