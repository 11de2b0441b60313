//! What no route has. Graph answers 400 rather than 404 or 405.

use offhook_wire::GraphError;

use super::failure::Failure;

pub(crate) async fn unknown_path() -> Failure {
    GraphError::UnknownPath.into()
}

pub(crate) async fn unsupported_method() -> Failure {
    GraphError::UnsupportedMethod.into()
}
