"""What a browser says of itself, in two words that its owner recognises."""

from __future__ import annotations

# The first that fits counts: most browsers also claim to be another.
_BROWSERS = (
    ("MicroMessenger", "WeChat"),
    ("AlipayClient", "Alipay"),
    ("QQBrowser", "QQ Browser"),
    ("HuaweiBrowser", "Huawei Browser"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("OpenHarmony", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def browser_of(user_agent: str) -> str:
    """The browser's name, or "" when it is none that we know."""
    return next((name for sign, name in _BROWSERS if sign in user_agent), "")


def system_of(user_agent: str) -> str:
    """The system's name, or "" when it is none that we know."""
    return next((name for sign, name in _SYSTEMS if sign in user_agent), "")
