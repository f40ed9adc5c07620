"""What a city costs: importing it, judging it, reporting on it. Run: `python -m bench.city`.

Every step is the command an operator would type. Peers measured in the same run: reading the
files alone, and reading the facts of every firm alone.
"""

import csv
from pathlib import Path
from typing import Final

from flask import Flask

from app.evaluation import facts, order
from app.evaluation.order import Order
from app.foundation.clock import now
from app.web.law import law
from bench.measure import Stopwatch, heading
from bench.world import WORK, World, make_world, open_app

IMPORT: Final = "import"
BATCH: Final = "batch, all titles"
READ: Final = "reading the files alone"
FACTS: Final = "reading the facts alone"


def run(app: Flask, *arguments: str) -> str:
    """One command, as typed after `flask`; its output.

    Raises:
        SystemExit: the command failed; its output is shown.
    """
    result = app.test_cli_runner().invoke(args=list(arguments))
    if result.exit_code:
        raise SystemExit(f"flask {' '.join(arguments)}\n{result.output}\n{result.exception!r}")
    return result.stdout


def measure(world: World, app: Flask) -> Stopwatch:
    """Import, judge three times, report; print each and the ratios."""
    heading(f"{world.name}, {world.on}, 申报年度 {world.for_year}")
    watch = Stopwatch()
    load = ["reference", "load"]
    if world.places:
        load += ["--folder", str(world.places)]
    with watch.on("reference data"):
        run(app, *load)
    with watch.on(READ):
        rows = sum(_count(path) for path in world.folder.glob("*.csv"))
    with watch.on(IMPORT):
        run(app, "enterprises", "import", str(world.folder))
    with watch.on("the same import again"):
        run(app, "enterprises", "import", str(world.folder))
    with watch.on(FACTS):
        firms = _read_facts(app, world)
    batch = ["evaluation", "batch", "--division", world.division]
    batch += ["--for-year", str(world.for_year), "--on"]
    with watch.on(BATCH):
        print(run(app, *batch, world.on.isoformat()))
    with watch.on("the same batch again"):
        run(app, *batch, world.on.isoformat())
    report = ["reports", "issue", "--division", world.division, "--kind", "yearly"]
    with watch.on("report: page, Word, Excel, PDF"):
        run(app, *report, "--on", world.on.isoformat())
    heading(f"{firms:,} firms in business, {rows:,} rows of files; ratios")
    watch.ratio("import ÷ reading the files", IMPORT, READ)
    watch.ratio("batch ÷ reading the facts", BATCH, FACTS)
    return watch


def _count(path: Path) -> int:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return sum(1 for _ in csv.reader(file))


def _read_facts(app: Flask, world: World) -> int:
    """Build the facts frame of every firm for every title, and nothing else."""
    asked = Order(world.division, world.on, world.for_year)
    at = now()
    with app.app_context(), app.extensions["sessions"].read() as session:
        sets = order.rule_sets(law(), asked).values()
        needs = {need.key: need for rule_set, _ in sets for need in rule_set.needs}
        frame = facts.frame(
            session,
            law().indicators,
            needs.values(),
            chosen=order.active(order.scope(asked), asked.on, at),
            moment=asked.moment,
            known_at=at,
        )
    return int(frame.height)


def main() -> None:
    """Measure the city from an empty database."""
    world = make_world()
    measure(world, open_app(world, WORK, fresh=True))


if __name__ == "__main__":
    main()
