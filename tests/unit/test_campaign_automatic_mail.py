"""Mails that machines write (ROI-5): header by header."""

import pytest

from odoo.addons.crm_campaign_roi.tools.automatic_mail import is_automatic


@pytest.mark.parametrize(
    ("headers", "subject", "sender"),
    [
        ({"Auto-Submitted": "auto-replied"}, "", ""),
        ({"auto-submitted": "Auto-Generated; owner=x"}, "", ""),
        ({"Return-Path": "<>"}, "", ""),
        ({"X-Autoreply": "yes"}, "", ""),
        ({"Precedence": "Bulk"}, "", ""),
        ({"List-Id": "<news.example.com>"}, "", ""),
        ({}, "Automatic reply: Spring", ""),
        ({}, "Abwesenheit: Re: Spring", ""),
        ({}, "自动回复: Spring", ""),
        ({}, "", "MAILER-DAEMON@example.com"),
        ({}, "", "no-reply@example.com"),
    ],
)
def test_machines(headers, subject, sender):
    assert is_automatic(headers, subject, sender)


@pytest.mark.parametrize(
    ("headers", "subject", "sender"),
    [
        ({}, "Re: Spring", "anna@example.com"),
        ({"Auto-Submitted": "no"}, "Re: Automatic doors", "anna@example.com"),
        ({"Return-Path": "<anna@example.com>", "Precedence": "normal"}, None, ""),
        ({"X-Auto-Response-Suppress": "All"}, "Re: Office hours", "noreplyson@example.com"),
    ],
)
def test_persons(headers, subject, sender):
    assert not is_automatic(headers, subject, sender)
