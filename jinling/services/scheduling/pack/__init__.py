"""What scheduling reads of a city pack: channels, release policies, the organisations' booking rules."""

from jinling.kernel.sockets import PackSection
from jinling.services.scheduling.pack.checks import check_channels, check_departments, check_policies
from jinling.services.scheduling.pack.loading import load_channels, load_policies
from jinling.services.scheduling.pack.shapes import ChannelsFile, DepartmentsFile, ReleasePoliciesFile

SECTIONS = [
    PackSection("channels", ChannelsFile, check_channels, load_channels, required=True, order=30),
    PackSection("release_policies", ReleasePoliciesFile, check_policies, load_policies, required=True, order=40),
    # Nothing of it is stored: the demo and replays open clinics of these.
    PackSection("departments", DepartmentsFile, check_departments, order=45),
]
