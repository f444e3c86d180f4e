"""What statistics reads of a city pack: the layout of the bulletin, why figures are missing, printed figures."""

from jinling.data.statistics.pack.checks import check_bulletin, check_missing, check_printed
from jinling.data.statistics.pack.shapes import BulletinFile, MissingFile, PrintedFile
from jinling.kernel.sockets import PackSection

SECTIONS = [
    PackSection("bulletin", BulletinFile, check_bulletin, required=True, order=50),
    PackSection("missing_figures", MissingFile, check_missing, required=True, order=60),
    PackSection(
        "reference", PrintedFile, check_printed, order=70, files=r"\d{4}-(0[1-9]|1[0-2])", example="2018-05.json"
    ),
]
