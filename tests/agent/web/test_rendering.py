"""What no template may forget."""

import re

import pytest
from markupsafe import Markup

from agent.web.rendering import TEMPLATES, duration, environment, harmless, observed
from tests.evidence import NOW

WAY_AROUND = re.compile(r"\|\s*safe|autoescape|<script|<style|\sstyle=|\son\w+=|(src|href)=\"?http")
ALL = sorted(path.name for path in TEMPLATES.glob("*"))


def test_every_printed_text_is_escaped_and_made_visible():
    template = environment().from_string('<p title="{{ name }}">{{ name }}</p>')
    shown = "&lt;b onload=&#34;x&#34;&gt;\N{REPLACEMENT CHARACTER}txt.exe"
    page = template.render(name='<b onload="x">\N{RIGHT-TO-LEFT OVERRIDE}\x1b\x00txt.exe')
    assert page == f'<p title="{shown}">{shown}</p>'


def test_what_a_template_made_itself_stays_markup():
    assert harmless(Markup("<b>")) == Markup("<b>")


@pytest.mark.parametrize("name", ALL)
def test_no_template_opens_a_way_around(name):
    assert not WAY_AROUND.search((TEMPLATES / name).read_text())


def test_observed_values_are_read_aloud():
    told = observed({"mfa_on": False, "off": ("a", "b"), "owner": None, "none_off": ()})
    assert told == [("mfa on", "no"), ("off", "a, b"), ("owner", "none"), ("none off", "none")]


def test_many_observed_values_are_counted_not_listed():
    ((_, told),) = observed({"keys": tuple(f"k{number}" for number in range(25))})
    assert told.endswith("k19, and 5 more")


@pytest.mark.parametrize(("seconds", "told"), [(0.4, "0 s"), (59, "59 s"), (61, "1 min 1 s")])
def test_durations_are_short(seconds, told):
    assert duration(NOW, NOW.fromtimestamp(NOW.timestamp() + seconds, NOW.tzinfo)) == told
