"""`FacebookAdsApiBatch`: several requests in one."""


def test_each_request_is_answered_in_its_place(page, api, facts):
    answers = {}
    batch = api.new_batch()

    def keep(name):
        return lambda response: answers.update({name: response})

    page.get_messenger_call_permissions(
        params={"psid": facts.psid("echo")}, batch=batch, success=keep("known"), failure=keep("refused")
    )
    page.get_messenger_call_permissions(params={"psid": "1"}, batch=batch, failure=keep("unknown"))
    page.create_subscribed_app(params={"subscribed_fields": ["calls"]}, batch=batch, success=keep("subscribed"))
    assert batch.execute() is None, "no request must be tried again"

    assert set(answers) == {"known", "unknown", "subscribed"}
    assert answers["known"].status() == 200
    assert "HAS_PERMISSION" in answers["known"].body()
    assert answers["unknown"].error().api_error_subcode() == 2018001
    assert answers["subscribed"].json() == {"success": True}
