"""The measurements run, on little data; what they print is for people and is not asserted on."""

import pytest

from bench import law, measure


def test_the_law_is_measured_and_both_executables_agree(capsys: pytest.CaptureFixture[str]) -> None:
    law.main(copies=1, calls=2)
    printed = capsys.readouterr().out
    assert printed.count("verdict with trace") == 2
    differing = [line.split()[-1] for line in printed.splitlines() if "differ" in line]
    assert differing == ["0", "0"]


def test_a_percentile_is_a_sample_that_the_share_does_not_exceed() -> None:
    assert measure.percentile([5, 1, 4, 2, 3], 50) == 3
    assert measure.percentile(range(1, 101), 95) == 95
    assert measure.percentile([7], 95) == 7


def test_a_time_is_spelled_in_the_unit_that_fits() -> None:
    spelled = [measure.spell(n) for n in (12, 1_500, 2_500_000, 3_000_000_000)]
    assert spelled == ["12 ns", "1.5 µs", "2.5 ms", "3 s"]
