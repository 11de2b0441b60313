//! Templates: `calling_optin`, `call_prompt`, `button` and `generic` (Meta's pages of these names).

use offhook_call::{Button, Element, EntryKind, LifeDays, Template};

use crate::{GraphError, Parameters};

/// Reads `message.attachment`.
pub(super) fn parse(attachment: &Parameters) -> Result<EntryKind, GraphError> {
    if attachment.word("type")?.as_deref() != Some("template") {
        return Err(GraphError::parameter("type", "An attachment's `type` must be \"template\"."));
    }
    let payload = attachment.object("payload")?.ok_or_else(|| GraphError::missing("payload"))?;
    match payload.word("template_type")?.as_deref() {
        Some("calling_optin") => Ok(EntryKind::PermissionRequest { reply: None }),
        Some("call_prompt") => Ok(EntryKind::CallPrompt { days: days(&payload, "ttl_days")? }),
        Some("button") => Ok(EntryKind::Template(Template::Button {
            text: short(&payload, "text", BUTTON_TEXT_CHARS_MAX)?,
            buttons: buttons(&payload)?,
        })),
        Some("generic") => Ok(EntryKind::Template(Template::Generic { elements: elements(&payload)? })),
        Some(_) | None => Err(GraphError::parameter(
            "template_type",
            "`template_type` is one of calling_optin, call_prompt, button and generic.",
        )),
    }
}

fn elements(payload: &Parameters) -> Result<Vec<Element>, GraphError> {
    let elements = payload.objects("elements")?.unwrap_or_default();
    if elements.is_empty() || elements.len() > ELEMENTS_MAX {
        return Err(GraphError::parameter("elements", format!("A generic template has 1 to {ELEMENTS_MAX} elements.")));
    }
    elements.iter().map(element).collect()
}

fn element(element: &Parameters) -> Result<Element, GraphError> {
    Ok(Element {
        title: short(element, "title", TITLE_CHARS_MAX)?,
        subtitle: at_most(element.text("subtitle")?, "subtitle", TITLE_CHARS_MAX)?,
        image_url: at_most(element.text("image_url")?, "image_url", URL_CHARS_MAX)?,
        buttons: if element.value("buttons").is_some() { buttons(element)? } else { Vec::new() },
    })
}

fn buttons(parameters: &Parameters) -> Result<Vec<Button>, GraphError> {
    let buttons = parameters.objects("buttons")?.unwrap_or_default();
    if buttons.is_empty() || buttons.len() > BUTTONS_MAX {
        return Err(GraphError::parameter("buttons", format!("There are 1 to {BUTTONS_MAX} buttons.")));
    }
    buttons.iter().map(button).collect()
}

fn button(button: &Parameters) -> Result<Button, GraphError> {
    let title = || short(button, "title", BUTTON_TITLE_CHARS_MAX);
    match button.word("type")?.as_deref() {
        Some("audio_call") => {
            Ok(Button::AudioCall { title: call_title(button)?, days: days(button, "expires_in_days")? })
        }
        Some("web_url") => Ok(Button::WebUrl { title: title()?, url: web_url(button)? }),
        Some("postback") => {
            Ok(Button::Postback { title: title()?, payload: short(button, "payload", PAYLOAD_CHARS_MAX)? })
        }
        Some(_) | None => {
            Err(GraphError::parameter("type", "A button's `type` is one of audio_call, web_url and postback."))
        }
    }
}

fn call_title(button: &Parameters) -> Result<String, GraphError> {
    let title = button.required_text("title")?;
    if is_longer(&title, BUTTON_TITLE_CHARS_MAX) {
        let rule = format!("title: a call button's title has at most {BUTTON_TITLE_CHARS_MAX} characters.");
        return Err(GraphError::settings(rule));
    }
    Ok(title)
}

fn days(parameters: &Parameters, name: &'static str) -> Result<LifeDays, GraphError> {
    let Some(days) = parameters.number(name)? else { return Ok(LifeDays::default()) };
    let life = u64::try_from(days).ok().and_then(|days| LifeDays::try_from(days).ok());
    life.ok_or_else(|| GraphError::settings(format!("{name}: a call button works for 1 to 7 days, not {days}.")))
}

/// Only a link that a browser opens as a page: a thread must not run what it is sent.
fn web_url(button: &Parameters) -> Result<String, GraphError> {
    let url = short(button, "url", URL_CHARS_MAX)?;
    let scheme = url.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
    match scheme.as_deref() {
        Some("http" | "https") => Ok(url),
        Some(_) | None => Err(GraphError::parameter("url", "`url` must begin with https:// or http://.")),
    }
}

/// A text that must be there and must not be longer.
fn short(parameters: &Parameters, name: &'static str, chars_max: usize) -> Result<String, GraphError> {
    let text = parameters.required_text(name)?;
    at_most(Some(text), name, chars_max)?.ok_or_else(|| GraphError::missing(name))
}

fn at_most(text: Option<String>, name: &'static str, chars_max: usize) -> Result<Option<String>, GraphError> {
    if text.as_deref().is_some_and(|text| is_longer(text, chars_max)) {
        return Err(GraphError::parameter(name, format!("`{name}` has at most {chars_max} characters.")));
    }
    Ok(text)
}

fn is_longer(text: &str, chars_max: usize) -> bool {
    text.chars().nth(chars_max).is_some()
}

/// Meta's limits: of the button template, the generic template, and buttons.
const BUTTON_TEXT_CHARS_MAX: usize = 640;
const ELEMENTS_MAX: usize = 10;
const TITLE_CHARS_MAX: usize = 80;
const BUTTONS_MAX: usize = 3;
const BUTTON_TITLE_CHARS_MAX: usize = 20;
const PAYLOAD_CHARS_MAX: usize = 1000;
/// Ours: Meta names none.
const URL_CHARS_MAX: usize = 2000;

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn parse(payload: Value) -> Result<EntryKind, GraphError> {
        let Value::Object(map) = json!({ "type": "template", "payload": payload }) else { unreachable!() };
        super::parse(&map.into())
    }

    fn call_button() -> Value {
        json!({ "type": "audio_call", "title": "Call us", "expires_in_days": 5 })
    }

    fn with_buttons(buttons: Value) -> Value {
        json!({ "template_type": "button", "text": "Need help?", "buttons": buttons })
    }

    #[test]
    fn templates_as_metas_pages_show_them() {
        let week = LifeDays::default();
        let of = |days: u64| LifeDays::try_from(days).unwrap();
        assert_eq!(
            parse(json!({ "template_type": "CALLING_OPTIN" })),
            Ok(EntryKind::PermissionRequest { reply: None })
        );
        assert_eq!(parse(json!({ "template_type": "call_prompt" })), Ok(EntryKind::CallPrompt { days: week }));
        let prompt = json!({ "template_type": "call_prompt", "ttl_days": "3" });
        assert_eq!(parse(prompt), Ok(EntryKind::CallPrompt { days: of(3) }));
        let others = json!([
            { "type": "audio_call", "title": "Call" },
            { "type": "web_url", "title": "Site", "url": "https://shop.example/" },
            { "type": "postback", "title": "Yes", "payload": "YES" },
        ]);
        let buttons = vec![
            Button::AudioCall { title: "Call".to_owned(), days: week },
            Button::WebUrl { title: "Site".to_owned(), url: "https://shop.example/".to_owned() },
            Button::Postback { title: "Yes".to_owned(), payload: "YES".to_owned() },
        ];
        let template = Template::Button { text: "Need help?".to_owned(), buttons };
        assert_eq!(parse(with_buttons(others)), Ok(EntryKind::Template(template)));
        let generic = json!({ "template_type": "generic", "elements": [
            { "title": "Shoes", "subtitle": "Red", "image_url": "https://shop.example/1.png", "buttons": [call_button()] },
            { "title": "Hats" },
        ] });
        let shoes = Element {
            title: "Shoes".to_owned(),
            subtitle: Some("Red".to_owned()),
            image_url: Some("https://shop.example/1.png".to_owned()),
            buttons: vec![Button::AudioCall { title: "Call us".to_owned(), days: of(5) }],
        };
        let hats = Element { title: "Hats".to_owned(), subtitle: None, image_url: None, buttons: Vec::new() };
        let elements = vec![shoes, hats];
        assert_eq!(parse(generic), Ok(EntryKind::Template(Template::Generic { elements })));
    }

    #[test]
    fn a_call_button_out_of_rule_is_settings_refused() {
        let mut long = call_button();
        long["title"] = "x".repeat(21).into();
        let mut late = call_button();
        late["expires_in_days"] = 8.into();
        let cases = [
            with_buttons(json!([long])),
            with_buttons(json!([late])),
            json!({ "template_type": "call_prompt", "ttl_days": 0 }),
            json!({ "template_type": "call_prompt", "ttl_days": -1 }),
        ];
        for payload in cases {
            assert_eq!(parse(payload.clone()).unwrap_err().name(), "settings_refused", "{payload}");
        }
    }

    #[test]
    fn what_breaks_metas_limits_is_named() {
        let button = |button: Value| with_buttons(json!([button]));
        let long = "x".repeat(641);
        let cases = [
            (json!({}), "template_type"),
            (json!({ "template_type": "media" }), "template_type"),
            (json!({ "template_type": "call_prompt", "ttl_days": 1.5 }), "ttl_days"),
            (json!({ "template_type": "button", "text": long, "buttons": [call_button()] }), "text"),
            (json!({ "template_type": "button", "buttons": [call_button()] }), "text"),
            (with_buttons(json!([])), "buttons"),
            (with_buttons(json!([call_button(), call_button(), call_button(), call_button()])), "buttons"),
            (button(json!({ "type": "video_call", "title": "See us" })), "type"),
            (button(json!({ "type": "audio_call" })), "title"),
            (button(json!({ "type": "postback", "title": "x".repeat(21), "payload": "p" })), "title"),
            (button(json!({ "type": "postback", "title": "x", "payload": "p".repeat(1001) })), "payload"),
            (button(json!({ "type": "web_url", "title": "x", "url": "javascript:alert(1)" })), "url"),
            (json!({ "template_type": "generic", "elements": [] }), "elements"),
            (json!({ "template_type": "generic", "elements": vec![json!({ "title": "x" }); 11] }), "elements"),
            (json!({ "template_type": "generic", "elements": [{ "title": "x".repeat(81) }] }), "title"),
            (json!({ "template_type": "generic", "elements": [{ "title": "x", "buttons": [] }] }), "buttons"),
        ];
        for (payload, blamed) in cases {
            assert_eq!(parse(payload.clone()).unwrap_err().blame(), Some(blamed), "{payload}");
        }
        let Value::Object(image) = json!({ "type": "image", "payload": {} }) else { unreachable!() };
        assert_eq!(super::parse(&image.into()).unwrap_err().blame(), Some("type"));
    }
}
