"""Our rules against other engines on the same firms: `python bench/rules.py --json FILE`.

Makes a virtual environment of its own for the peers (bench/requirements.txt) the first time; the
product's environment stays as it is. Needs a C compiler for the kernel that stands for the limit.
"""

import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PEERS = ROOT / "var" / "bench-venv"
WANTED = ROOT / "bench" / "requirements.txt"


def main() -> int:
    """Run the contest in the peers' environment with the arguments given."""
    python, done = PEERS / "bin" / "python", PEERS / "installed.txt"
    if not done.exists() or done.read_text(encoding="utf-8") != WANTED.read_text(encoding="utf-8"):
        print(f"Installing the peers into {PEERS.relative_to(ROOT)} …", flush=True)
        venv.create(PEERS, with_pip=True)
        install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*install, "-r", WANTED], check=True)  # noqa: S603 our own list
        done.write_text(WANTED.read_text(encoding="utf-8"), encoding="utf-8")
    arguments = [
        Path(given).resolve() if Path(given).suffix == ".json" else given for given in sys.argv[1:]
    ]
    command = [python, "-m", "bench.contest", *arguments]  # `-m` finds the rules below ROOT
    return subprocess.run(command, check=False, cwd=ROOT).returncode  # noqa: S603


if __name__ == "__main__":
    sys.exit(main())
