"""Everything the outside world decides, read once at start-up."""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Final, Self

MIN_SECRET: Final = 32  # characters; the key signs cookies and CSRF tokens
BUILT_IN_PACKS: Final = Path(__file__).parent / "rules" / "packs"


class SettingsError(Exception):
    """The environment is not fit to start with; the message lists every fault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Settings of one deployment. Names are the environment's names in lower case."""

    database_url: str = field(repr=False)  # It carries a password.
    secret_key: str = field(repr=False)
    home_division: str  # code of the division this registry serves, e.g. 130500
    packs: str  # the rule packs in force here, comma-separated, e.g. "xingtai,reference"
    packs_dir: str = ""  # a bureau's own packs, besides the built-in ones
    data_dir: str = "var"  # uploaded files and working files of imports
    log_level: str = "INFO"
    secure_cookies: str = "yes"  # "no" only for a demo without TLS
    trusted_proxies: str = "0"  # how many proxies stand before the service and name the client

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        """Build settings from `env`.

        Raises:
            SettingsError: something is missing or malformed; all faults are named at once.
        """
        given = {f.name: env[f.name.upper()] for f in fields(cls) if env.get(f.name.upper())}
        required = [f.name for f in fields(cls) if f.default is MISSING]
        faults = [f"{name.upper()} is not set" for name in required if name not in given]
        if 0 < len(given.get("secret_key", "")) < MIN_SECRET:
            faults.append(f"SECRET_KEY is shorter than {MIN_SECRET} characters")
        if given.get("secure_cookies", "yes") not in {"yes", "no"}:
            faults.append('SECURE_COOKIES is neither "yes" nor "no"')
        if not given.get("trusted_proxies", "0").isdecimal():
            faults.append("TRUSTED_PROXIES is not a number")
        if faults:
            raise SettingsError("; ".join(faults))
        return cls(**given)

    @property
    def pack_names(self) -> tuple[str, ...]:
        """The packs in force, in the order given."""
        return tuple(name.strip() for name in self.packs.split(",") if name.strip())

    @property
    def pack_folders(self) -> tuple[Path, ...]:
        """Where packs are looked for: the built-in folder, then the bureau's own."""
        own = (Path(self.packs_dir),) if self.packs_dir else ()
        return (BUILT_IN_PACKS, *own)
