use axum::http::HeaderMap;
use offhook_wire::GraphError;

/// The client's own key for a request, Offhook's own header: 1 to 255 visible ASCII characters.
pub(super) fn key(headers: &HeaderMap) -> Result<Option<String>, GraphError> {
    let Some(value) = headers.get(HEADER) else { return Ok(None) };
    match value.to_str() {
        Ok(key) if (1..=KEY_LENGTH_MAX).contains(&key.len()) => Ok(Some(key.to_owned())),
        Ok(_) | Err(_) => {
            Err(GraphError::parameter(HEADER, format!("{HEADER} must have 1 to {KEY_LENGTH_MAX} ASCII characters.")))
        }
    }
}

const HEADER: &str = "Idempotency-Key";
const KEY_LENGTH_MAX: usize = 255;
