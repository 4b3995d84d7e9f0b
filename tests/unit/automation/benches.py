"""Every platform's bench device. A platform that is written to has one, or a test fails."""

from tests.unit.automation.bench import Bench
from tests.unit.automation.bench_eos import EOS_BENCH

BENCHES: tuple[Bench, ...] = (EOS_BENCH,)
