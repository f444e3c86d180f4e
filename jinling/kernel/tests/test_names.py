"""Names: what a keyboard adds goes, what a person is called stays."""

import pytest

from jinling.kernel import names
from jinling.kernel.names import NameInvalid


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        (" 张 三 ", "张三"),
        ("张\u3000三", "张三"),
        ("阿卜杜拉•买买提", "阿卜杜拉·买买提"),
        ("阿卜杜拉 . 买买提", "阿卜杜拉·买买提"),
        ("阿卜杜拉．买买提", "阿卜杜拉·买买提"),
        ("阿卜杜拉・买买提", "阿卜杜拉·买买提"),
        ("John  Smith", "JOHN SMITH"),
        ("Ｊｏｈｎ Smith", "JOHN SMITH"),
        ("王\u200b㛃", "王㛃"),
        ("𠮷田", "𠮷田"),
        ("O’Brien", "O'BRIEN"),
    ],
)
def test_normal_form(written, normal):
    assert names.normalise(written) == normal
    assert names.normalise(normal) == normal


@pytest.mark.parametrize("bad", ["", "  ", "张3", "张\x00三", "张\u202e三", "<b>", "张" * 61, "·", "a=1"])
def test_what_is_no_name_is_refused(bad):
    with pytest.raises(NameInvalid) as caught:
        names.normalise(bad, where="people[3].name")
    assert caught.value.where == "people[3].name"
    assert "60" in caught.value.message()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("张伟", "張偉"),
        ("肖国峰", "蕭國峯"),
        ("阿卜杜拉·买买提", "阿卜杜拉买买提"),
        ("JOHN SMITH", "JOHNSMITH"),
    ],
)
def test_spellings_of_one_name_fold_together(one, other):
    assert names.folded(one) == names.folded(other)


def test_names_that_differ_stay_apart():
    assert names.folded("张斌") != names.folded("张彬")


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("张三", ("张", "三")),
        ("欧阳修", ("欧阳", "修")),
        ("歐陽修遠", ("歐陽", "修遠")),
        ("欧阳", ("欧", "阳")),
        ("阿卜杜拉·买买提", ("", "阿卜杜拉·买买提")),
        ("JOHN SMITH", ("", "JOHN SMITH")),
        ("", ("", "")),
    ],
)
def test_surname_and_given_name(name, parts):
    assert names.split(name) == parts


@pytest.mark.parametrize(
    ("name", "reading", "letters"),
    [
        ("单雄信", "shanxiongxin", "sxx"),
        ("解小东", "xiexiaodong", "xxd"),
        ("尉迟恭", "yuchigong", "ycg"),
        ("張偉", "zhangwei", "zw"),
        ("曾国藩", "zengguofan", "zgf"),
        ("王单", "wangdan", "wd"),
    ],
)
def test_readings(name, reading, letters):
    assert names.pinyin(name) == reading
    assert names.initials(name) == letters
