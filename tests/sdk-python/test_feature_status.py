"""`Page.create_business_messaging_feature_status`."""

from conftest import refused


def test_calling_is_enabled(page):
    answer = page.create_business_messaging_feature_status(params={"features": [{"feature": "messenger_api_calling"}]})
    statuses = answer if isinstance(answer, list) else answer["data"]
    assert [dict(status) for status in statuses] == [{"feature": "messenger_api_calling", "status": "enabled"}]


def test_the_features_must_be_told(page):
    with refused(100):
        page.create_business_messaging_feature_status(params={})
