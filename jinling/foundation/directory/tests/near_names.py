"""Names near to those of Nanjing's institutions, each with whom it may mean, as a person of the city would say.

Nothing here asks the directory, nor how its pack says that names may differ: only what the pack writes out is
looked at. ``may`` are the codes that a near name may be taken for; refusing is right for each of them. With none the
name must be refused.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ELSEWHERE: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("elsewhere.yaml").read_text(encoding="utf-8"))
BETWEEN = ["/", "、", "和", "与", "及", "+", "＆", "；", " ", "，", "|", "或", "（", "\n", "->"]
HIDING = "□■*?×○●〓\ufffd\ue000#@%…"
NUMERALS = "〇一二三四五六七八九"
# With the word district and without it, these hospitals are the same houses; the first four were counties.
DISTRICT_LEFT_OUT = ("江宁", "六合", "溧水", "高淳", "浦口", "栖霞")
COUNTIES_ONCE = DISTRICT_LEFT_OUT[:4]


@dataclass(frozen=True, slots=True)
class Near:
    """A name, whom it may mean, and by which way it was made."""

    name: str
    may: frozenset[str]
    way: str


def counted(number: int) -> set[str]:
    """The ways in which a number below a thousand is written: in figures, digit by digit, counted."""
    digits = "".join(NUMERALS[int(d)] for d in str(number))
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    text = f"{NUMERALS[hundreds]}百" if hundreds else ""
    if hundreds and rest and not tens:
        text += "零"
    if tens:
        text += f"{'' if tens == 1 and not hundreds else NUMERALS[tens]}十"
    return {str(number), digits, text + (NUMERALS[ones] if ones else "")}


def town_left_out(name: str) -> str:
    """What a name says beside the town."""
    return name.removeprefix("南京市").removeprefix("南京")


def said_shortly(name: str) -> str:
    """A name as it is said in the city: without the town, without district or county, a short word for long."""
    for district in DISTRICT_LEFT_OUT:
        name = name.replace(f"{district}区", district)
    for county in COUNTIES_ONCE:
        name = name.replace(f"{county}县", county)
    return town_left_out(name).replace("中医医院", "中医院")


class Made:
    """The near names of a city that writes out those names."""

    def __init__(self, entries: list[dict[str, Any]], seed: int = 20180501) -> None:
        self.by_name = {
            name: str(entry["code"])
            for entry in entries
            for name in (entry["name"], entry["name_en"], *entry.get("aliases", ()))
        }
        self.chinese = {name: code for name, code in self.by_name.items() if not name.isascii()}
        self.said: dict[str, frozenset[str]] = {}
        for name, code in self.chinese.items():
            short = said_shortly(name)
            self.said[short] = self.said.get(short, frozenset()) | {code}
        self.canonical = {str(entry["name"]): str(entry["code"]) for entry in entries}
        self.random = random.Random(seed)

    def near(self, name: str, way: str, *also: str) -> Near:
        """Who writes it out is meant, or who is said so in the city; otherwise those given, or nobody."""
        if name in self.by_name:
            return Near(name, frozenset({self.by_name[name]}), way)
        said = self.said.get(said_shortly(name), frozenset()) if name not in ELSEWHERE["bare"] else frozenset()
        return Near(name, said | set(also), way)

    def all(self) -> list[Near]:
        """Every near name once, in a fixed order."""
        ways = (
            self.of_other_cities, self.with_another_town, self.of_a_kind, self.with_something_behind,
            self.with_something_before, self.of_another_number, self.of_another_district, self.cut, self.slipped,
            self.joined, self.hidden, self.affiliated, self.in_english, self.of_another_street,
        )  # fmt: skip
        made: dict[str, Near] = {}
        for near in itertools.chain.from_iterable(way() for way in ways):
            made.setdefault(near.name, near)
        return list(made.values())

    def of_other_cities(self) -> Iterator[Near]:
        for city in ELSEWHERE["cities"]:
            for kind in ELSEWHERE["kinds"]:
                yield self.near(f"{city}市{kind}", "of_other_cities")
                yield self.near(f"{city}{kind}", "of_other_cities")
        for county, kind in itertools.product(ELSEWHERE["counties"], ELSEWHERE["kinds"][:16]):
            yield self.near(f"{county}{'' if county.endswith('县') else '市'}{kind}", "of_other_cities")
        for province, kind in itertools.product(ELSEWHERE["provinces"], ELSEWHERE["kinds"]):
            yield self.near(f"{province}{kind}", "of_other_cities")
        for name in ELSEWHERE["named"]:
            yield self.near(name, "of_other_cities")

    def with_another_town(self) -> Iterator[Near]:
        for name in self.chinese:
            for city in self.random.sample(ELSEWHERE["cities"], 4):
                yield self.near(f"{city}市{town_left_out(name)}", "with_another_town")
                yield self.near(f"{city}{town_left_out(name)}", "with_another_town")
                yield self.near(f"{city}{name}", "with_another_town")

    def of_a_kind(self) -> Iterator[Near]:
        for bare in ELSEWHERE["bare"]:
            yield self.near(bare, "of_a_kind")

    def with_something_behind(self) -> Iterator[Near]:
        for name, behind in itertools.product(self.canonical, ELSEWHERE["trailing"]):
            yield self.near(name + behind, "with_something_behind")

    def with_something_before(self) -> Iterator[Near]:
        for name, before in itertools.product(self.chinese, ELSEWHERE["leading"]):
            yield self.near(before + name, "with_something_before")

    def of_another_number(self) -> Iterator[Near]:
        numbered = {"南京市第{}医院": {1: "NJ0006", 2: "NJ0021"}, "市第{}医院": {1: "NJ0006", 2: "NJ0021"},
                    "江苏省第{}中医院": {2: "NJ0019"}, "解放军第{}医院": {81: "NJ0018", 454: "NJ0029"},
                    "南京市第{}人民医院": {}, "江苏省第{}人民医院": {}, "南京市第{}中医院": {}, "第{}医院": {},
                    "中国人民解放军第{}医院": {81: "NJ0018", 454: "NJ0029"}, "第{}中学": {}}  # fmt: skip
        for form, owners in numbered.items():
            for number in (
                1,
                2,
                3,
                8,
                10,
                11,
                18,
                20,
                21,
                45,
                54,
                80,
                81,
                82,
                91,
                181,
                405,
                453,
                454,
                455,
                544,
                810,
                814,
            ):
                for written in counted(number):
                    may = [owners[number]] if number in owners else []
                    yield self.near(form.format(written), "of_another_number", *may)
            for strange in (
                "8.1",
                "8-1",
                "8/1",
                "81/454",
                "8一",
                "四5四",
                "４５.４",
                "八·一",
                "八一○",
                "一、二",
                "1-2",
                "½",
                "四百五四",
                "○八一",
            ):
                yield self.near(form.format(strange), "of_another_number")

    def of_another_district(self) -> Iterator[Near]:
        here = ["六合", "高淳", "溧水", "浦口", "江宁", "栖霞", "雨花台", "建邺"]
        for name, district in itertools.product(self.chinese, here):
            if district in name:
                for other in ELSEWHERE["districts"]:
                    if other != district:
                        yield self.near(name.replace(district, other), "of_another_district")
                        yield self.near(name.replace(f"{district}区", f"{other}县"), "of_another_district")
        kinds = (
            "医院",
            "人民医院",
            "中医院",
            "中心医院",
            "妇幼保健院",
            "妇幼保健所",
            "第一医院",
            "儿童医院",
            "精神病院",
        )
        for district, kind, form in itertools.product(
            ELSEWHERE["districts"], kinds, ("{}区{}", "{}县{}", "南京市{}区{}")
        ):
            yield self.near(form.format(district, kind), "of_another_district")

    def cut(self) -> Iterator[Near]:
        for name, code in self.chinese.items():
            for size in range(1, len(name)):
                front, back = name[:-size], name[size:]
                yield self.near(front, "cut")
                # What is left of a long name may still say whose it is; of a kind it does not.
                yield self.near(back, "cut", *([] if back in ELSEWHERE["bare"] else [code]))

    def slipped(self) -> Iterator[Near]:
        for name, code in self.chinese.items():
            for at in range(len(name) - 1):
                if name[at] != name[at + 1]:
                    swapped = name[:at] + name[at + 1] + name[at] + name[at + 2 :]
                    yield self.near(swapped, "slipped", code)
                yield self.near(name[:at] + name[at + 1 :], "slipped", code)
                yield self.near(name[:at] + name[at] + name[at:], "slipped", code)
            at = self.random.randrange(len(name))
            for other in self.random.sample("东南西北大小新老市省区县一二三人民中心总分", 6):
                if other not in name:
                    yield self.near(name[:at] + other + name[at + 1 :], "slipped", code)

    def joined(self) -> Iterator[Near]:
        names = list(self.chinese)
        for sign in BETWEEN:
            for _ in range(25):
                one, two = self.random.sample(names, 2)
                if self.chinese[one] != self.chinese[two]:
                    yield self.near(f"{one}{sign}{two}", "joined")
        for whole, part in (("儿童医院", "河西分院"), ("南京总医院", "汤山分院"), ("南京市儿童医院", "河西院区")):
            for sign in "/、+＆;|":
                yield self.near(f"{whole}{sign}{part}", "joined")

    def hidden(self) -> Iterator[Near]:
        for name in self.chinese:
            for sign in self.random.sample(HIDING, 5):
                at = self.random.randrange(len(name))
                yield self.near(name[:at] + sign + name[at + 1 :], "hidden")
                yield self.near(name[:at] + sign + name[at:], "hidden")
            for blank in ("____", "……", "（　）", "--", "**"):
                yield self.near(blank + name, "hidden")

    def affiliated(self) -> Iterator[Near]:
        forms = ("附属第{}医院", "第{}附属医院", "第{}医院", "{}附院", "附属医院{}", "第{}临床医学院")
        number = {"一": "1", "二": "2", "三": "3", "四": "4", "五": "5"}
        for school, form, (n, figure) in itertools.product(ELSEWHERE["schools"], forms, number.items()):
            name = f"{school}{form.format(n)}"
            yield self.near(name, "affiliated")
            yield self.near(f"{school}{form.format(figure)}", "affiliated", *filter(None, [self.by_name.get(name)]))
        for school, kind in itertools.product(ELSEWHERE["schools"], ELSEWHERE["kinds"]):
            yield self.near(f"{school}附属{kind}", "affiliated")
            yield self.near(f"{school}{kind}", "affiliated")

    def in_english(self) -> Iterator[Near]:
        english = {name: code for name, code in self.by_name.items() if name.isascii()}
        for name in ELSEWHERE["english"]:
            yield self.near(name, "in_english")
        for name, code in english.items():
            words = name.split()
            yield self.near(" ".join(words[1:]), "in_english")
            yield self.near(" ".join(words[:-1]), "in_english")
            yield self.near(f"{name} Suzhou", "in_english")
            yield self.near(f"Shanghai {name}", "in_english")
            yield self.near(name.replace("Nanjing", "Suzhou") if "Nanjing" in name else f"New {name}", "in_english")
            yield self.near(name.replace("o", "0", 1), "in_english", code)

    def of_another_street(self) -> Iterator[Near]:
        for street, district in itertools.product(ELSEWHERE["streets"], ("", "玄武区", "建邺区", "江宁区", "南京市")):
            yield self.near(f"{district}{street}社区卫生服务中心", "of_another_street")
            yield self.near(f"{district}{street}街道社区卫生服务中心", "of_another_street")
        centres = {n: c for n, c in self.canonical.items() if n.endswith("社区卫生服务中心")}
        for name in centres:
            core = name.split("区", 1)[-1] if "区" in name[:5] else name
            for district in ELSEWHERE["districts"]:
                yield self.near(f"{district}区{core}", "of_another_street")
            for kind in ("社区卫生服务站", "卫生院", "社区卫生服务分中心", "医院"):
                yield self.near(name.replace("社区卫生服务中心", kind), "of_another_street")
