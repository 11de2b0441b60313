"""`Page.get_messenger_call_settings` and `Page.create_messenger_call_setting`."""

from conftest import refused

HOURS = {
    "timezone_id": "Africa/Nairobi",
    "weekly_operating_hours": [{"day_of_week": "MONDAY", "open_time": "0800", "close_time": "1700"}],
}


def settings(page, *fields):
    return page.get_messenger_call_settings(fields=list(fields))[0]


def test_what_is_set_is_read_back(page):
    before = settings(page, "icon_enabled")["icon_enabled"]
    answer = page.create_messenger_call_setting(params={"icon_enabled": not before})
    assert answer["result"] == "success"
    assert settings(page, "icon_enabled")["icon_enabled"] is (not before)
    page.create_messenger_call_setting(params={"icon_enabled": before})


def test_calling_can_be_switched(page):
    page.create_messenger_call_setting(params={"audio_enabled": True, "video_enabled": True})
    read = settings(page, "audio_enabled", "video_enabled")
    assert (read["audio_enabled"], read["video_enabled"]) == (True, True)


def test_calls_can_be_routed(page):
    page.create_messenger_call_setting(params={"call_routing": {"ring_target": "PARTNERS"}})
    assert settings(page, "call_routing")["call_routing"] == {"ring_target": "PARTNERS"}


def test_hours_that_close_before_they_open_are_refused(page):
    backwards = HOURS["weekly_operating_hours"][0] | {"open_time": "1700", "close_time": "0800"}
    with refused(100, 9100012):
        page.create_messenger_call_setting(params={"call_hours": HOURS | {"weekly_operating_hours": [backwards]}})


def test_hours_are_read_back_as_they_were_set(page):
    page.create_messenger_call_setting(params={"call_hours": HOURS})
    assert settings(page, "call_hours")["call_hours"] == HOURS
