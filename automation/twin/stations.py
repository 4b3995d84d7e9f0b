"""Which platform is played by which simulator. A new kind of device is added here, and nowhere else."""

from automation.twin.eos_station import EosStation
from automation.twin.junos.station import JunosStation
from automation.twin.openwrt.station import OpenwrtStation
from automation.twin.station import StationMakers

STATIONS: StationMakers = {"eos": EosStation, "openwrt": OpenwrtStation, "junos": JunosStation}
EOS = "eos"
