"""The mail server's address becomes Django's settings."""

from __future__ import annotations

import pytest

from jinling.config.site.mail import mail_settings


@pytest.mark.parametrize(
    ("address", "port", "ssl", "tls"),
    [
        ("smtps://u:p%40ss@mail.example.org", 465, True, False),
        ("smtp://u:p%40ss@mail.example.org", 587, False, True),
        ("smtp://u:p%40ss@mail.example.org:25", 25, False, False),
    ],
)
def test_an_address_says_how_to_speak(address: str, port: int, ssl: bool, tls: bool) -> None:
    found = mail_settings(address)
    assert (found["EMAIL_HOST"], found["EMAIL_HOST_PASSWORD"]) == ("mail.example.org", "p@ss")
    assert (found["EMAIL_PORT"], found["EMAIL_USE_SSL"], found["EMAIL_USE_TLS"]) == (port, ssl, tls)


@pytest.mark.parametrize("address", ["mail.example.org", "http://mail.example.org", "smtp://"])
def test_another_address_is_refused_with_an_example(address: str) -> None:
    with pytest.raises(ValueError, match="JINLING_SMTP must read"):
        mail_settings(address)
