"""`Page` and `Application`: who gets which webhooks."""

from conftest import refused

FIELDS = ["calls", "call_permission_reply", "call_settings_update", "messages"]


def test_a_page_is_subscribed_shown_and_unsubscribed(page, facts):
    page.create_subscribed_app(params={"subscribed_fields": FIELDS})
    (app,) = page.get_subscribed_apps()
    assert (app["id"], sorted(app["subscribed_fields"])) == (facts.app_id, sorted(FIELDS))
    page.delete_subscribed_apps()
    assert list(page.get_subscribed_apps()) == []
    page.create_subscribed_app(params={"subscribed_fields": FIELDS})


def test_a_field_that_does_not_exist_is_refused(page):
    with refused(100):
        page.create_subscribed_app(params={"subscribed_fields": ["phone_calls"]})


def test_an_app_is_subscribed_and_shown(application):
    (subscription,) = application.get_subscriptions()
    assert subscription["object"] == "page"
    assert "calls" in [field["name"] for field in subscription["fields"]]


def test_a_callback_that_does_not_prove_itself_is_refused(application, facts):
    with refused(2200):
        application.create_subscription(
            params={
                "object": "page",
                "callback_url": f"{facts.base_url}/health/live",
                "verify_token": "secret",
                "fields": ["calls"],
            }
        )
