"""Every platform's bench device. A platform that is written to has one, or a test fails."""

from tests.unit.automation.bench import Bench
from tests.unit.automation.bench_eos import EOS_BENCH
from tests.unit.automation.bench_junos import JUNOS_BENCH
from tests.unit.automation.bench_openwrt import OPENWRT_BENCH

BENCHES: tuple[Bench, ...] = (EOS_BENCH, JUNOS_BENCH, OPENWRT_BENCH)
