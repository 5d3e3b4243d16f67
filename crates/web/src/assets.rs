//! Style, scripts and pictures, embedded in the binary under names that carry their content's hash.

use crate::routes::{Access, Routes};
use axum::extract::Path;
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// Something that a page loads.
struct Asset {
    name: &'static str,
    path: &'static str,
    content: &'static str,
}

static ASSETS: &[Asset] = include!(concat!(env!("OUT_DIR"), "/assets.rs"));

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.get("/assets/{name}", Access::Everybody, "style and scripts", asset)
}

/// Where an asset is served; an unknown one is served nowhere, which a test of every page would show.
pub(crate) fn path(name: &str) -> &'static str {
    ASSETS.iter().find(|asset| asset.name == name).map_or("/assets/missing", |asset| asset.path)
}

async fn asset(Path(name): Path<String>) -> Response {
    let found = ASSETS.iter().find(|asset| asset.path.strip_prefix("/assets/") == Some(name.as_str()));
    let Some(asset) = found else { return StatusCode::NOT_FOUND.into_response() };
    let kind = match asset.name.rsplit_once('.').map(|(_, kind)| kind) {
        Some("css") => "text/css; charset=utf-8",
        Some("mjs") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    };
    let headers: [(HeaderName, &str); 2] =
        [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")];
    (headers, asset.content).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_names_another_host_or_an_asset_that_is_not_there() {
        for asset in ASSETS {
            let urls = asset.content.match_indices("url(").map(|(at, _)| &asset.content[at + 4..]);
            for url in urls {
                let url = url.split(')').next().unwrap_or_default().trim_matches('"');
                let known = url.starts_with("/assets/") && ASSETS.iter().any(|other| other.path == url);
                assert!(known || url.ends_with("govuk-crest.svg"), "{} names {url}", asset.name);
            }
        }
        assert_ne!(path("desk.css"), "/assets/missing");
        assert_ne!(path("desk.mjs"), "/assets/missing");
    }
}
