//! What stands around every route: headers, limits, the session, the check that a form came from our own page, and the
//! page for what went wrong. Nothing gets to a handler without passing here, and nothing leaves without the headers.

use crate::frame::Says;
use crate::routes::Routes;
use crate::session::{self, Asking, Over, Seen, Visitor};
use crate::trouble::{Told, Trouble};
use crate::{Desk, community, frame, sign_in};
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use http_body_util::{BodyExt as _, Limited};
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::timeout::TimeoutLayer;

/// The largest body that is read: a page of text is a few kilobytes, an API request a little more.
const LARGEST_BODY: usize = 256 * 1024;
/// How long a request may take before the reader is told.
const LONGEST: Duration = Duration::from_secs(30);

/// Nothing inline, nothing from another host, in no other page's frame.
const CONTENT_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; \
     connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

pub(crate) static HEADERS: [(HeaderName, &str); 8] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_POLICY),
    (header::STRICT_TRANSPORT_SECURITY, "max-age=63072000; includeSubDomains"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
];

/// The routes with everything that stands around them.
pub(crate) fn around(routes: Routes, desk: Desk) -> Router {
    routes
        .into_router()
        .fallback(async || Trouble::NotFound)
        .method_not_allowed_fallback(crate::api::wrong_method)
        .layer(from_fn_with_state(desk.clone(), check))
        .layer(TimeoutLayer::with_status_code(axum::http::StatusCode::SERVICE_UNAVAILABLE, LONGEST))
        .layer(CatchPanicLayer::custom(|_| Trouble::Internal("a handler panicked".to_owned()).into_response()))
        .layer(from_fn_with_state(desk.clone(), dress))
        .layer(CompressionLayer::new())
        .with_state(desk)
}

/// Finds out who asks; for anything that changes something, checks that one of our own pages sent it. What the last act
/// said is kept in the session until a page has shown it.
async fn check(State(desk): State<Desk>, mut request: Request, next: Next) -> Response {
    let asking = match session::asking(&desk, request.headers(), request.uri().path()).await {
        Ok(asking) => asking,
        Err(trouble) => return trouble.into_response(),
    };
    let (csrf, is_program) = match &asking {
        Asking::Nobody => (None, false),
        Asking::Over(over) => (Some(over.csrf.clone()), false),
        Asking::OnTheWay(on_the_way) => {
            request.extensions_mut().insert(on_the_way.clone());
            (Some(on_the_way.csrf.clone()), false)
        }
        Asking::Seen(seen) => {
            request.extensions_mut().insert((**seen).clone());
            (Some(seen.csrf.clone()), seen.session.is_none())
        }
    };
    // What anybody may send is not done in the name of a session that is over or not begun: such a form has no token.
    let is_signed_in = matches!(asking, Asking::Seen(_));
    let needs_none = is_program || (!is_signed_in && community::is_for_anybody(request.uri().path()));
    let csrf = csrf.filter(|_| !needs_none);
    match asking {
        Asking::Over(over) => admit_late(&desk, &over, false, request, csrf, next).await,
        Asking::Seen(seen) => {
            let mut response = if *request.method() == Method::POST && !is_program {
                let over = Over { account: seen.actor.id.clone(), csrf: seen.csrf.clone() };
                admit_late(&desk, &over, true, request, csrf, next).await
            } else {
                admit(request, csrf, next).await
            };
            if let Err(trouble) = remember(&desk, &seen, &mut response).await {
                return trouble.into_response();
            }
            response.extensions_mut().insert(*seen);
            response
        }
        Asking::Nobody | Asking::OnTheWay(_) => admit(request, csrf, next).await,
    }
}

/// Keeps what this act says for the next page, or forgets what the last one said once it was shown.
async fn remember(desk: &Desk, seen: &Seen, response: &mut Response) -> Result<(), Trouble> {
    let Some(session) = &seen.session else { return Ok(()) };
    let says = response.extensions_mut().remove::<Says>().map(|Says(sentence)| sentence);
    if says.is_none() && !seen.was_said() {
        return Ok(());
    }
    let secret = session.secret.clone();
    desk.before_sign_in(move |service| service.set_flash(&secret, says)).await
}

/// Somebody whose session may be over, or who may have to prove more of who they are: what they typed is kept until they have.
async fn admit_late(
    desk: &Desk,
    over: &Over,
    is_signed_in: bool,
    request: Request,
    csrf: Option<String>,
    next: Next,
) -> Response {
    let path = request.uri().path().to_owned();
    let (parts, body) = request.into_parts();
    let visitor = Visitor::of(desk, &parts);
    let is_form = parts.method == Method::POST
        && parts.headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == "application/x-www-form-urlencoded");
    let Ok(body) = Limited::new(body, LARGEST_BODY).collect().await else {
        return admit(Request::from_parts(parts, Body::empty()), csrf, next).await;
    };
    let body = body.to_bytes();
    let answer = admit(Request::from_parts(parts, Body::from(body.clone())), csrf, next).await;
    let told = answer.extensions().get::<Told>().filter(|told| told.status == StatusCode::UNAUTHORIZED);
    let Some(told) = told.filter(|_| is_form && !holds_a_secret(&path)) else { return answer };
    let way_in = frame::way_in(is_signed_in, told, Some("/carry-on"));
    match sign_in::keep(desk, over, &visitor, (&path, &body), &way_in).await {
        Ok(kept) => kept,
        Err(trouble) => trouble.into_response(),
    }
}

/// Whether what is typed there is for programs, or may be a password: then it is not kept.
fn holds_a_secret(path: &str) -> bool {
    ["/api/", "/sign-", "/account", "/enrol"].iter().any(|begin| path.starts_with(begin))
}

async fn admit(request: Request, csrf: Option<String>, next: Next) -> Response {
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let Ok(body) = Limited::new(body, LARGEST_BODY).collect().await else {
        return Trouble::NotUnderstood(
            "What was sent is longer than 256 kilobytes, or was broken off. Shorten it and send it again.".to_owned(),
        )
        .into_response();
    };
    let body = body.to_bytes();
    if !is_same_origin(&parts.headers) || csrf.is_some_and(|csrf| !carries(&parts.headers, &body, &csrf)) {
        return Trouble::Forged.into_response();
    }
    next.run(Request::from_parts(parts, Body::from(body))).await
}

/// Whether the browser says that one of our own pages sent this. A request that says nothing about its origin did not
/// come from a browser; it needs the session's token like any other.
fn is_same_origin(headers: &HeaderMap) -> bool {
    let said = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = said(HeaderName::from_static("sec-fetch-site")) {
        return site == "same-origin" || site == "none";
    }
    match (said(header::ORIGIN), said(header::HOST)) {
        (None, _) => true,
        (Some(origin), Some(host)) => origin.split_once("://").is_some_and(|(_, from)| from == host),
        (Some(_), None) => false,
    }
}

/// Whether the form, or the header that scripts send, carries the session's token.
fn carries(headers: &HeaderMap, body: &[u8], token: &str) -> bool {
    let in_header = headers.get("x-csrf-token").is_some_and(|sent| same(sent.as_bytes(), token.as_bytes()));
    let in_form = || {
        let fields: Vec<(String, String)> = serde_urlencoded::from_bytes(body).unwrap_or_default();
        fields.iter().any(|(name, value)| name == "csrf" && same(value.as_bytes(), token.as_bytes()))
    };
    in_header || in_form()
}

/// Compares without telling by the time it takes how much was right.
fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |unlike, (a, b)| unlike | (a ^ b)) == 0
}

/// Adds the headers to every answer, and makes a page of what went wrong.
async fn dress(State(desk): State<Desk>, request: Request, next: Next) -> Response {
    let now = desk.now();
    let id = (desk.platform().new_id)(now);
    let path = request.uri().path().to_owned();
    let is_page = *request.method() == Method::GET;
    let mut response = next.run(request).await;
    let seen = response.extensions_mut().remove::<Seen>();
    if let Some(told) = response.extensions_mut().remove::<Told>() {
        if let Some(fault) = &told.fault {
            tracing::error!(request = %id, fault = %fault, "a request failed");
        }
        let wait = told.until.map(|until| until.duration_since(now).as_secs().max(1));
        response = if crate::api::is_of_api(&path) {
            let details = response.extensions_mut().remove::<crate::api::Details>().unwrap_or_default();
            crate::api::written(&told, &details, response.headers(), &id.to_string())
        } else {
            frame::of_trouble(&desk, seen.as_ref(), &told, &path, is_page, &id.to_string())
        };
        if let Some(seconds) = wait {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
    }
    let headers = response.headers_mut();
    for (name, value) in &HEADERS {
        headers.insert(name.clone(), HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if let Ok(id) = HeaderValue::from_str(&id.to_string()) {
        headers.insert(HeaderName::from_static("x-request-id"), id);
    }
    response
}

#[cfg(test)]
mod tests {
    use crate::testing::World;
    use axum::body::Body;
    use axum::http::{Request, StatusCode, header};

    #[tokio::test]
    async fn every_answer_carries_the_headers() {
        let world = World::new();
        for (method, path) in
            [("GET", "/up"), ("GET", "/sign-in"), ("GET", "/nowhere"), ("POST", "/sign-in"), ("PUT", "/up")]
        {
            let answer = world.send(method, path, None, "").await;
            for (name, value) in &super::HEADERS {
                assert_eq!(answer.headers.get(name).map(|sent| sent.to_str().unwrap()), Some(*value), "{path} {name}");
            }
            assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store", "{path}");
        }
    }

    #[tokio::test]
    async fn a_form_from_elsewhere_is_refused() {
        let world = World::new();
        let amy = world.sign_in("w-amy").await;
        let signs_out = |name: &'static str, value: &'static str, body: String| {
            let request = Request::post("/sign-out")
                .header(header::HOST, "desk.example")
                .header(header::COOKIE, &amy.cookie)
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .header(name, value);
            world.answer(request.body(Body::from(body)).unwrap())
        };
        let token = || format!("csrf={}", amy.csrf);
        for (name, value, body) in [
            ("sec-fetch-site", "cross-site", token()),
            ("sec-fetch-site", "same-site", token()),
            ("origin", "https://elsewhere.example", token()),
            ("origin", "null", token()),
            ("origin", "https://desk.example", String::new()),
            ("origin", "https://desk.example", "csrf=0".to_owned()),
        ] {
            assert_eq!(signs_out(name, value, body).await.status, StatusCode::FORBIDDEN, "{name}: {value}");
        }
        assert_eq!(world.get(&amy, "/").await.location(), "/today", "still signed in");
        let answer = signs_out("origin", "https://desk.example", token()).await;
        assert_eq!(answer.location(), "/sign-in");
        assert_eq!(world.get(&amy, "/").await.location(), "/sign-in");
    }

    #[tokio::test]
    async fn nothing_is_done_for_a_form_that_came_from_elsewhere_on_any_route() {
        let world = World::new();
        for (account, role) in crate::matrix::STAFF {
            let own = world.sign_in(account).await;
            let other = world.sign_in_anew(account).await;
            let unsafe_routes = crate::declared().into_iter().filter(|route| route.method != axum::http::Method::GET);
            for route in unsafe_routes.filter(|route| route.access.admits(Some(&[role].into()))) {
                let path = crate::matrix::filled(route.path, "p-1");
                for (name, value, token) in [
                    ("origin", "https://desk.example", ""),
                    ("origin", "https://desk.example", other.csrf.as_str()),
                    ("sec-fetch-site", "cross-site", own.csrf.as_str()),
                    ("origin", "https://elsewhere.example", own.csrf.as_str()),
                ] {
                    let request = Request::builder()
                        .method(&route.method)
                        .uri(&path)
                        .header(header::HOST, "desk.example")
                        .header(header::COOKIE, &own.cookie)
                        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                        .header(name, value)
                        .body(Body::from(format!("csrf={token}")))
                        .unwrap();
                    let status = world.answer(request).await.status;
                    assert_eq!(status, StatusCode::FORBIDDEN, "{} {path} by {account}: {name} {value}", route.method);
                }
            }
            assert!(world.is_in(&own) && world.is_in(&other), "nothing was done");
        }
    }

    #[tokio::test]
    async fn a_fault_is_a_page_with_a_reference_and_nothing_of_the_inside() {
        let world = World::new();
        let routes = crate::routes::Routes::default().get(
            "/fault",
            crate::Access::Everybody,
            "a fault",
            async || -> &'static str { panic!("SELECT secret FROM people at /somewhere.rs") },
        );
        let app = super::around(routes, world.desk.clone());
        for _ in 0..2 {
            let request = Request::get("/fault").body(Body::empty()).unwrap();
            let answer = tower::ServiceExt::oneshot(app.clone(), request).await.unwrap();
            assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
            let reference = answer.headers()["x-request-id"].to_str().unwrap().to_owned();
            let body = http_body_util::BodyExt::collect(answer.into_body()).await.unwrap().to_bytes();
            let text = String::from_utf8_lossy(&body);
            assert!(text.contains(&reference) && text.contains("This was our fault"), "{text}");
            assert!(!text.contains("SELECT") && !text.contains(".rs"), "{text}");
        }
    }

    #[tokio::test]
    async fn a_body_without_end_is_refused() {
        let world = World::new();
        let answer = world.send("POST", "/sign-in", None, &"a".repeat(300 * 1024)).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert!(answer.text.contains("longer than 256 kilobytes"));
    }
}
