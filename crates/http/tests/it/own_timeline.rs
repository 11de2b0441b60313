//! `/offhook/v1/calls/{call}/timeline` and `/offhook/v1/events`.

use axum::body::Body;
use axum::http::{Request, header};
use futures_util::{FutureExt as _, StreamExt as _};
use offhook_call::{CallId, Happening};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::support::{ADMIN_TOKEN, Device, REFUSED_OFFER, Tab, World, call_desk, call_id, connect_body};

async fn timeline(world: &World, call: CallId) -> Vec<Value> {
    let shown = world.get(&format!("/offhook/v1/calls/{call}/timeline"), ADMIN_TOKEN).await.ok();
    assert_eq!(shown["call_id"], json!(call));
    shown["entries"].as_array().unwrap().clone()
}

fn kinds(entries: &[Value]) -> Vec<&str> {
    entries.iter().map(|entry| entry["kind"].as_str().unwrap()).collect()
}

fn of_kind<'e>(entries: &'e [Value], kind: &str) -> Vec<&'e Value> {
    entries.iter().filter(|entry| entry["kind"] == kind).collect()
}

#[tokio::test]
async fn requests_and_answers_stand_with_what_they_brought_about() {
    let world = World::new().await;
    let proof = "0123abcd";
    let path = format!("/{}/calls?access_token={}&appsecret_proof={proof}", world.page, world.page_token);
    let reply = world.post(&path, &world.page_token, &connect_body(world.psid)).await;
    assert_eq!(reply.error().3, "invalid_app_secret_proof", "a wrong proof is refused before there is a call");
    let call = world.dial().await;
    let refused = world.act("accept", call).await;
    assert_eq!(refused.error().3, "wrong_direction");
    world.act("terminate", call).await.ok();

    let entries = timeline(&world, call).await;
    let expected = ["request", "state", "sdp", "sdp", "answer", "request", "answer", "request", "state", "answer"];
    let mut found = kinds(&entries);
    // Stamps of the test's clock are alike; what is asked stands before what comes of it by its age alone.
    found.sort_unstable();
    let mut sorted = expected;
    sorted.sort_unstable();
    assert_eq!(found, sorted);
    let requests = of_kind(&entries, "request");
    let answers = of_kind(&entries, "answer");
    let connect = requests.iter().find(|request| request["action"] == "connect").unwrap();
    assert_eq!((&connect["method"], &connect["app_id"]), (&json!("POST"), &json!(world.app.id)));
    assert_eq!(connect["path"], json!(format!("/{}/calls", world.page)));
    assert_eq!(connect["body"]["session"]["sdp"], json!("(SDP, 5 bytes)"), "it stands in an entry of its own");
    let refusal = answers.iter().find(|answer| answer["error"] == "wrong_direction").unwrap();
    assert_eq!(refusal["status"], 400);
    let its_request = requests.iter().find(|request| request["trace"] == refusal["trace"]).unwrap();
    assert_eq!(its_request["body"]["session"]["sdp"], "v=0\r\n", "of a refused request everything is shown");
    let text = json!(entries).to_string();
    assert!(!text.contains(&world.page_token) && !text.contains(&world.app.secret), "{text}");
}

#[tokio::test]
async fn proofs_are_not_shown() {
    let world = World::new().await;
    let call = world.dial().await;
    let proof = offhook_wire::signature::appsecret_proof(&world.app.secret, &world.page_token);
    let body = json!({ "action": "terminate", "call_id": call, "appsecret_proof": proof });
    world.calls(&body).await.ok();
    let entries = timeline(&world, call).await;
    assert!(!json!(entries).to_string().contains(&proof));
    let requests = of_kind(&entries, "request");
    let terminate = requests.iter().find(|request| request["action"] == "terminate").unwrap();
    assert_eq!(terminate["body"], json!({ "action": "terminate", "call_id": call }));
}

#[tokio::test]
async fn a_fault_stands_with_what_it_strikes() {
    let world = World::new().await;
    let call = world.dial().await;
    let rule = json!({ "fault": "api_error", "error": "rate_limited", "action": "terminate" });
    world.post("/offhook/v1/faults", ADMIN_TOKEN, &rule).await;
    assert_eq!(world.act("terminate", call).await.status, 429);
    let (_, _, token) = world.other_page(&world.app).await;
    assert_eq!(world.post("/me/calls", &token, &json!({ "action": "terminate", "call_id": call })).await.status, 429);
    let entries = timeline(&world, call).await;
    let faults = of_kind(&entries, "fault");
    let [only] = &faults[..] else {
        panic!("what strikes another Page's request is not this call's affair: {faults:?}")
    };
    assert_eq!((&only["fault"], &only["detail"]), (&json!("api_error"), &json!("strikes the request, by f_1")));
    assert_eq!(of_kind(&entries, "request").len(), 2, "the connect and this");
}

#[tokio::test]
async fn another_pages_requests_are_not_shown() {
    let world = World::new().await;
    let call = world.dial().await;
    let before = timeline(&world, call).await;
    let (_, _, token) = world.other_page(&world.app).await;
    let body = json!({ "action": "terminate", "call_id": call });
    assert_eq!(world.post("/me/calls", &token, &body).await.status, 400);
    assert_eq!(timeline(&world, call).await, before);
}

#[tokio::test]
async fn messages_of_devices_stand_both_ways() {
    let world = World::new().await;
    let (mut phone, _) = Device::hello(world.listen().await, &world, "phone").await;
    let call = world.dial().await;
    assert_eq!(phone.hear().await["type"], "incoming");
    phone.say_about("ringing", call).await;
    phone.say_with_sdp("accept", call, "v=0\r\n").await;
    assert_eq!(phone.hear().await["type"], "accepted");
    assert_eq!(phone.hear().await["type"], "offer");
    phone.say(&json!({ "type": "message", "text": "private" })).await;
    phone.say_with_sdp("resume", call, REFUSED_OFFER).await;
    assert_eq!(phone.hear().await["type"], "error");
    let entries = timeline(&world, call).await;
    let told = of_kind(&entries, "device_told");
    let told: Vec<_> = told.into_iter().map(|entry| &entry["message"]["type"]).collect();
    assert_eq!(told, ["incoming", "accepted", "offer", "error"]);
    let mut said = of_kind(&entries, "device_said");
    // The test's clock stands still, so by their ages alone they stand in any order.
    let order = ["ringing", "accept", "resume"];
    said.sort_by_key(|entry| order.iter().position(|kind| entry["message"]["type"] == *kind));
    assert_eq!(said.len(), 3);
    assert_eq!(said[1]["message"]["sdp"], "(SDP, 5 bytes)");
    assert_eq!(said[2]["message"]["sdp"], REFUSED_OFFER, "refused, so it stands nowhere else");
    assert_eq!(said[0]["device"], "phone");
    assert!(!json!(entries).to_string().contains("private"));
}

/// What stands of the desk, each with the device.
fn at_desk(entries: &[Value], kind: &str) -> Vec<(String, Value)> {
    let device =
        |entry: &Value| format!("{} {}", entry["agent_id"].as_str().unwrap(), entry["device"].as_str().unwrap());
    of_kind(entries, kind).into_iter().map(|entry| (device(entry), entry["message"].clone())).collect()
}

#[tokio::test]
async fn messages_of_agents_stand_both_ways_with_what_their_boards_show_of_the_call() {
    let world = World::new().await;
    let server = world.listen().await;
    let (mut ada, mut bo) = (Tab::free(&world, server, "Ada").await, Tab::free(&world, server, "Bo").await);
    let (_phone, call) = call_desk(&world, server).await;
    world.service.show_desk().await.unwrap();
    ada.device.say_with_sdp("accept", call, REFUSED_OFFER).await;
    assert_eq!(ada.hear_error().await, "invalid_sdp");
    ada.accept(call).await;
    world.service.show_desk().await.unwrap();
    ada.say(json!({ "type": "hold", "call": call, "on": true })).await;
    ada.say(json!({ "type": "note", "call": call, "text": "private" })).await;
    ada.hear("noted").await;
    world.service.show_desk().await.unwrap();
    // What changes beside the call is not of this call.
    bo.say(json!({ "type": "free", "free": false })).await;
    bo.refused(json!({ "type": "hello", "device": "tab" }), "hello_again").await;
    world.service.show_desk().await.unwrap();
    ada.say_about("hang_up", call).await;
    ada.refused(json!({ "type": "hello", "device": "tab" }), "hello_again").await;
    world.service.show_desk().await.unwrap();
    ada.hear("ended").await;

    let entries = timeline(&world, call).await;
    let (adas, bos) = (format!("{} tab", ada.agent), format!("{} tab", bo.agent));
    let told = at_desk(&entries, "agent_told");
    let of =
        |device: &String| told.iter().filter(|(by, _)| by == device).map(|(_, message)| message).collect::<Vec<_>>();
    let kinds: Vec<_> = of(&adas).iter().map(|message| message["type"].clone()).collect();
    assert_eq!(kinds, ["board", "error", "accepted", "offer", "board", "board", "ended"]);
    let boards: Vec<_> = of(&adas).into_iter().filter(|message| message["type"] == "board").collect();
    assert_eq!((&boards[0]["ringing"][0]["id"], &boards[0]["call"]), (&json!(call), &Value::Null));
    assert_eq!((&boards[1]["call"]["mine"], &boards[1]["call"]["held_since"]), (&json!(true), &Value::Null));
    assert!(boards[2]["call"]["held_since"].is_i64());
    let kinds: Vec<_> = of(&bos).iter().map(|message| message["type"].clone()).collect();
    assert_eq!(kinds, ["board", "answered_elsewhere"]);

    let said = at_desk(&entries, "agent_said");
    let of_kind = |kind: &str| said.iter().filter(|(_, said)| said["type"] == kind).collect::<Vec<_>>();
    assert_eq!(said.len(), 4, "{said:?}");
    let mut sdps: Vec<_> = of_kind("accept").iter().map(|(_, accept)| accept["sdp"].clone()).collect();
    sdps.sort_by_key(Value::to_string);
    assert_eq!(sdps, ["(SDP, 3 bytes)", REFUSED_OFFER], "what is refused stands nowhere else");
    assert_eq!((of_kind("hold").len(), of_kind("hang_up").len()), (1, 1));
    let text = json!([told, said]).to_string();
    assert!(!text.contains("private") && !text.contains("Consumer"), "{text}");
}

#[tokio::test]
async fn an_agents_call_stands_from_its_dial_and_who_may_not_know_it_writes_nothing() {
    let world = World::new().await;
    let server = world.listen().await;
    let mut ada = Tab::free(&world, server, "Ada").await;
    ada.say(json!({ "type": "dial", "page": world.page, "psid": world.psid, "sdp": "v=0" })).await;
    let call = call_id(&ada.hear("dialed").await["call"]);
    let (other, _, _) = world.other_page(&world.app).await;
    let stranger = world.agent("Eve", other.page).await;
    let reply = world.post("/desk/session", "", &json!({ "name": "Eve", "secret": stranger.1 })).await;
    let cookie = reply.header("set-cookie").split(';').next().unwrap().to_owned();
    let mut eve = Tab::open(&world, server, &(stranger.0, cookie), "tab").await;
    eve.refused(json!({ "type": "hang_up", "call": call }), "unknown_call").await;
    ada.refused(json!({ "type": "hello", "device": "tab" }), "hello_again").await;
    let entries = timeline(&world, call).await;
    let said = at_desk(&entries, "agent_said");
    let by = format!("{} tab", ada.agent);
    assert_eq!(said.iter().map(|(by, said)| (by, &said["type"])).collect::<Vec<_>>(), [(&by, &json!("dial"))]);
    assert!(at_desk(&entries, "agent_told").iter().all(|(to, _)| *to == by), "{entries:?}");
    assert_eq!(at_desk(&entries, "agent_told")[0].1["type"], "dialed");
}

#[tokio::test]
async fn an_sdp_is_shown_with_what_changed() {
    let world = World::new().await;
    let call = world.dial().await;
    let sdp = |text: &str| Happening::Sdp {
        side: offhook_call::Side::Business,
        author: offhook_call::Author::Party,
        role: offhook_call::SdpRole::Offer,
        text: text.to_owned(),
    };
    world.service.note(call, sdp("v=0\r\no=- 1 1\r\ns=-\r\nt=0 0\r\na=x\r\n"));
    world.service.note(call, sdp("v=0\r\no=- 1 2\r\ns=-\r\nt=0 0\r\na=x\r\n"));
    let entries = timeline(&world, call).await;
    let sdps = of_kind(&entries, "sdp");
    assert_eq!(sdps[0]["changes"], Value::Null);
    assert_eq!(sdps.last().unwrap()["changes"], json!([" v=0", "-o=- 1 1", "+o=- 1 2", " s=-"]));
    assert_eq!(
        (&sdps[0]["side"], &sdps[0]["author"], &sdps[0]["role"]),
        (&json!("business"), &json!("party"), &json!("offer"))
    );
}

/// The first events of a stream.
async fn events(world: &World, query: &str, count: usize, meanwhile: impl AsyncFnOnce()) -> Vec<(String, Value)> {
    let request = Request::get(format!("/offhook/v1/events{query}"));
    let request = request.header(header::AUTHORIZATION, format!("Bearer {ADMIN_TOKEN}")).body(Body::empty()).unwrap();
    let response = world.router.clone().oneshot(request).await.unwrap();
    assert_eq!(response.headers()[header::CONTENT_TYPE], "text/event-stream");
    let mut stream = response.into_body().into_data_stream();
    let first = stream.next().now_or_never().flatten().expect("the stream shows at once that it is there").unwrap();
    assert_eq!(first, ": \n\n");
    meanwhile().await;
    let mut text = String::new();
    while text.matches("\n\n").count() < count {
        let Some(chunk) = stream.next().await else { break };
        text.push_str(std::str::from_utf8(&chunk.unwrap()).unwrap());
    }
    let event = |event: &str| {
        let (name, data) = event.split_once('\n').unwrap();
        let data = data.strip_prefix("data: ").unwrap();
        (name.strip_prefix("event: ").unwrap().to_owned(), serde_json::from_str(data).unwrap())
    };
    text.split_terminator("\n\n").map(event).collect()
}

#[tokio::test]
async fn what_happens_is_streamed_of_all_calls() {
    let world = World::new().await;
    let told = events(&world, "", 6, async || {
        world.dial().await;
    });
    let told = told.await;
    let names: Vec<_> = told.iter().map(|(name, data)| (name.as_str(), data["kind"].as_str())).collect();
    let expected = [
        ("call", None),
        ("entry", Some("state")),
        ("entry", Some("sdp")),
        ("entry", Some("sdp")),
        ("entry", Some("request")),
        ("entry", Some("answer")),
    ];
    assert_eq!(names, expected);
    assert_eq!((&told[0].1["state"], &told[0].1["id"]), (&json!("dialing"), &told[1].1["call_id"]));
    assert!(told[1].1["at_us"].is_i64());
}

#[tokio::test]
async fn a_stream_of_one_call_begins_with_what_was_and_ends_after_it() {
    let world = World::new().await;
    let (call, other) = (world.dial().await, world.other_page(&world.app).await);
    let query = format!("?call_id={call}");
    let told = events(&world, &query, 99, async || {
        world.post("/me/calls", &other.2, &connect_body(other.1)).await.ok();
        world.service.note(call, Happening::Fault { fault: "late".into(), detail: "by 3 s".into() });
        world.act("terminate", call).await.ok();
        world.clock.advance(offhook_call::Duration::from_mins(1));
        world.service.write_timelines().await;
    });
    let told = told.await;
    let names: Vec<_> = told.iter().map(|(name, data)| data["kind"].as_str().unwrap_or(name)).collect();
    let expected = ["call", "request", "state", "sdp", "sdp", "answer", "fault", "call", "state", "request", "answer"];
    assert_eq!((order(&names), &names[6..]), (order(&expected), &expected[6..]));
    assert_eq!(
        told[6].1,
        json!({ "call_id": call, "at_us": told[6].1["at_us"], "kind": "fault", "fault": "late", "detail": "by 3 s" })
    );

    let again = events(&world, &query, 99, async || {}).await;
    assert_eq!(again.len(), 10, "all that is kept, and the end");
    assert_eq!(world.get("/offhook/v1/events?call_id=c_1", ADMIN_TOKEN).await.status, 400);
}

/// What happened up to the answer, in no order: the test's clock tells none.
fn order<'n>(names: &[&'n str]) -> Vec<&'n str> {
    let mut first = names[1..6].to_vec();
    first.sort_unstable();
    first
}
