use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ComponentsBuilder, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, ServerBuilder};

use super::complete::complete;
use crate::BasePath;
use crate::router::documented;

/// The description as JSON text.
pub fn document() -> String {
    below(&BasePath::default())
}

/// The same of a server below a base path.
pub(super) fn below(base: &BasePath) -> String {
    let mut api = documented().into_openapi();
    complete(&mut api, base);
    let text = head(base).merge_from(api).to_pretty_json();
    text.expect("a description has text keys only") + "\n"
}

fn head(base: &BasePath) -> OpenApi {
    let license = LicenseBuilder::new().name("Apache-2.0").identifier(Some("Apache-2.0"));
    let info = InfoBuilder::new().title("Offhook").version(env!("CARGO_PKG_VERSION"));
    OpenApiBuilder::new()
        .info(info.description(Some(DESCRIPTION)).license(Some(license.build())).build())
        .servers(Some([ServerBuilder::new().url(format!("{base}/")).build()]))
        .components(Some(security_schemes()))
        .build()
}

fn security_schemes() -> utoipa::openapi::Components {
    let bearer = |description| {
        let http = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(description));
        SecurityScheme::Http(http.build())
    };
    let query =
        |description| SecurityScheme::ApiKey(ApiKey::Query(ApiKeyValue::with_description("access_token", description)));
    ComponentsBuilder::new()
        .security_scheme("page_token", bearer("A Page access token."))
        .security_scheme("page_token_in_query", query("A Page access token. It may stand in the body as well."))
        .security_scheme("app_token", bearer("An app access token: the app's id, `|`, its secret."))
        .security_scheme("app_token_in_query", query("An app access token. It may stand in the body as well."))
        .security_scheme("admin_token", bearer("The operator's token."))
        .build()
}

const DESCRIPTION: &str = "A calling API that speaks Meta's Messenger Calling API, and Offhook's own API for its \
operator. Graph's edges take their parameters as JSON, as a form, as multipart or in the query, and stand under a \
version (`/v26.0/…`) as well as without one.";
