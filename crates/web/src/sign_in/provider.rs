//! Signing in by the word of an identity provider: OpenID Connect, authorization code with PKCE, nonce and state. What the
//! provider says is checked here; who that is, and what they may do, the service decides.

use super::{after, is_our_own, on_with};
use crate::Desk;
use crate::routes::{Access, Routes};
use crate::session::{Visitor, ceremony_cookie};
use crate::trouble::Trouble;
use axum::extract::{Query, State};
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse as _, Redirect, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreProviderMetadata};
use openidconnect::{
    AuthorizationCode, ClientId, ClientSecret, CsrfToken, HttpRequest, HttpResponse, IssuerUrl, Nonce,
    PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope, TokenResponse as _,
};
use record::{AreaRef, Line, TeamRef, WorkerRef};
use serde_json::Value;
use service::{Answer, Claims, Role, Vouched};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

const BACK: &str = "/sign-in/provider/back";
/// How long a provider may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// The largest answer that is read.
const LARGEST: u64 = 1024 * 1024;

pub(super) fn routes(routes: Routes) -> Routes {
    routes.get("/sign-in/provider", Access::Everybody, "sign in: to the identity provider", begin).get(
        BACK,
        Access::Everybody,
        "sign in: back from the identity provider",
        back,
    )
}

/// An identity provider, as its file says it.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provider {
    /// The issuer's address; its configuration is found there.
    issuer: String,
    /// What the provider calls this desk.
    client_id: String,
    /// What this desk proves itself by to the provider; none for a public client.
    #[serde(default)]
    client_secret: Option<String>,
    /// What the button on the sign-in page says after "Sign in with".
    pub(crate) title: String,
    /// What is asked for besides `openid`.
    #[serde(default)]
    scopes: Vec<String>,
    /// Which claims say who somebody is here. Without this table only accounts that an administrator has tied can be
    /// signed in to, and the register alone says their roles.
    #[serde(default)]
    claims: Option<ClaimNames>,
    /// What the provider calls each role.
    #[serde(default)]
    roles: BTreeMap<String, Role>,
    /// What the provider says in `acr` or `amr` of somebody who proved who they are by a passkey, such as `phr`. Without it its
    /// word is never taken for a passkey.
    #[serde(default)]
    passkey: BTreeSet<String>,
}

/// Which claim says what.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct ClaimNames {
    account: String,
    name: String,
    roles: String,
    agency: String,
    #[serde(default)]
    team: Option<String>,
}

/// A file about an identity provider cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the identity provider cannot be used: {0}")]
pub struct ProviderError(String);

/// What waits on the server while somebody is at the provider's.
#[derive(serde::Serialize, serde::Deserialize)]
struct Visit {
    state: String,
    nonce: String,
    verifier: String,
    then: String,
}

#[derive(serde::Deserialize)]
struct Then {
    then: Option<String>,
}

#[derive(serde::Deserialize)]
struct Came {
    code: Option<String>,
    state: Option<String>,
}

impl Provider {
    /// Reads a provider's file.
    pub fn parse(text: &str) -> Result<Self, ProviderError> {
        let provider: Self = toml::from_str(text).map_err(|error| ProviderError(error.to_string()))?;
        IssuerUrl::new(provider.issuer.clone()).map_err(|error| ProviderError(format!("issuer: {error}")))?;
        if provider.claims.is_some() && provider.roles.is_empty() {
            return Err(ProviderError("[claims] reads roles, but [roles] names none: say which is which".to_owned()));
        }
        Ok(provider)
    }

    fn metadata(&self) -> Result<CoreProviderMetadata, Trouble> {
        let issuer = IssuerUrl::new(self.issuer.clone()).map_err(|error| Trouble::internal(&error))?;
        CoreProviderMetadata::discover(&issuer, &ask).map_err(|error| Trouble::Internal(format!("{error:?}")))
    }

    /// Where to send somebody, and what must wait here until they are back.
    fn begin(&self, redirect: RedirectUrl, fresh: [[u8; 32]; 3], then: String) -> Result<(String, Visit), Trouble> {
        let [state, nonce, verifier] = fresh.map(|bytes| URL_SAFE_NO_PAD.encode(bytes));
        let challenge = PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(verifier.clone()));
        let client = CoreClient::from_provider_metadata(
            self.metadata()?,
            ClientId::new(self.client_id.clone()),
            self.client_secret.clone().map(ClientSecret::new),
        )
        .set_redirect_uri(redirect);
        let (sent_state, sent_nonce) = (state.clone(), nonce.clone());
        let (to, _, _) = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                move || CsrfToken::new(sent_state),
                move || Nonce::new(sent_nonce),
            )
            .add_scopes(self.scopes.iter().cloned().map(Scope::new))
            .set_pkce_challenge(challenge)
            .url();
        Ok((to.to_string(), Visit { state, nonce, verifier, then }))
    }

    /// Whom the provider vouches for with this code; none when it does not.
    fn vouches(&self, redirect: RedirectUrl, visit: &Visit, code: String) -> Result<Option<Vouched>, Trouble> {
        let client = CoreClient::from_provider_metadata(
            self.metadata()?,
            ClientId::new(self.client_id.clone()),
            self.client_secret.clone().map(ClientSecret::new),
        )
        .set_redirect_uri(redirect);
        let request = client.exchange_code(AuthorizationCode::new(code)).map_err(|error| Trouble::internal(&error))?;
        let answered = request.set_pkce_verifier(PkceCodeVerifier::new(visit.verifier.clone())).request(&ask);
        let Ok(tokens) = answered else { return Ok(None) };
        let Some(token) = tokens.id_token() else { return Ok(None) };
        let nonce = Nonce::new(visit.nonce.clone());
        let Ok(claims) = token.claims(&client.id_token_verifier(), &nonce) else { return Ok(None) };
        let (issuer, subject) = (claims.issuer().as_str().to_owned(), claims.subject().as_str().to_owned());
        // The token was verified above; here it is read again for the claims that this provider's file names.
        let all = payload(&token.to_string());
        let claims = self.claims.as_ref().and_then(|names| self.claims_of(names, &all));
        if self.claims.is_some() && claims.is_none() {
            return Ok(None);
        }
        Ok(Some(Vouched { issuer, subject, by_passkey: self.says_passkey(&all), claims }))
    }

    fn says_passkey(&self, all: &Value) -> bool {
        let acr = all.get("acr").and_then(Value::as_str);
        let amr = all.get("amr").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
        acr.into_iter().chain(amr).any(|word| self.passkey.contains(word))
    }

    fn claims_of(&self, names: &ClaimNames, all: &Value) -> Option<Claims> {
        let text = |name: &str| all.get(name).and_then(Value::as_str);
        let said: Vec<&str> = match all.get(&names.roles) {
            Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
            Some(Value::String(one)) => one.split_whitespace().collect(),
            _ => Vec::new(),
        };
        let roles: BTreeSet<Role> = said.into_iter().filter_map(|role| self.roles.get(role).copied()).collect();
        let team = names.team.as_deref().and_then(text);
        Some(Claims {
            account: text(&names.account).and_then(|account| WorkerRef::try_from(account).ok()),
            name: Line::try_from(text(&names.name)?).ok()?,
            roles,
            agency: AreaRef::try_from(text(&names.agency)?).ok()?,
            team: team.and_then(|team| TeamRef::try_from(team).ok()),
        })
    }
}

/// The claims of a token that was verified.
fn payload(token: &str) -> Value {
    let part = token.split('.').nth(1).and_then(|part| URL_SAFE_NO_PAD.decode(part).ok());
    part.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or(Value::Null)
}

/// Asks the provider over HTTP: never where it redirects to, never without end.
fn ask(request: HttpRequest) -> Result<HttpResponse, ureq::Error> {
    let config = ureq::Agent::config_builder();
    let config = config.http_status_as_error(false).max_redirects(0).timeout_global(Some(PATIENCE)).build();
    let (parts, mut body) = ureq::Agent::from(config).run(request)?.into_parts();
    let bytes = body.with_config().limit(LARGEST).read_to_vec()?;
    Ok(HttpResponse::from_parts(parts, bytes))
}

fn redirect(desk: &Desk) -> Result<RedirectUrl, Trouble> {
    let origin = desk.config().origin.as_deref().ok_or(Trouble::NotFound)?;
    RedirectUrl::new(format!("{}{BACK}", origin.trim_end_matches('/'))).map_err(|error| Trouble::internal(&error))
}

async fn begin(State(desk): State<Desk>, visitor: Visitor, Query(asked): Query<Then>) -> Result<Response, Trouble> {
    let (provider, redirect) = (desk.config().provider.clone().ok_or(Trouble::NotFound)?, redirect(&desk)?);
    let fresh = [(desk.platform().secret)(), (desk.platform().secret)(), (desk.platform().secret)()];
    let then = asked.then.unwrap_or_default();
    let (to, visit) = desk.at_rest(move || provider.begin(redirect, fresh, then)).await?;
    let content = serde_json::to_string(&visit).map_err(|error| Trouble::internal(&error))?;
    let attempt = visitor.attempt(&desk);
    let secret = desk.before_sign_in(move |service| service.hold_ceremony(&content, &attempt)).await?;
    Ok(([(SET_COOKIE, ceremony_cookie(&secret)?)], Redirect::to(&to)).into_response())
}

async fn back(State(desk): State<Desk>, visitor: Visitor, Query(came): Query<Came>) -> Result<Response, Trouble> {
    let (provider, redirect) = (desk.config().provider.clone().ok_or(Trouble::NotFound)?, redirect(&desk)?);
    let (ceremony, now) = (visitor.ceremony.clone().ok_or(Trouble::SignInFirst)?, desk.now());
    let held = desk.before_sign_in(move |service| service.take_ceremony(&ceremony, now)).await?;
    let visit = held.and_then(|held| serde_json::from_str::<Visit>(&held).ok()).ok_or(Trouble::SignInFirst)?;
    let (Some(code), Some(state)) = (came.code, came.state) else { return Err(Trouble::SignInFirst) };
    if state != visit.state {
        return Err(Trouble::Forged);
    }
    let then = visit.then.clone();
    let vouched = desk.at_rest(move || provider.vouches(redirect, &visit, code)).await?;
    let vouched = vouched.ok_or_else(|| {
        Trouble::NotUnderstood("The identity provider did not vouch for you. Sign in there again.".to_owned())
    })?;
    let attempt = visitor.attempt(&desk);
    match desk.before_sign_in(move |service| service.vouched_for(&attempt, &vouched)).await? {
        Answer::SignedIn(secret) => on_with(&secret, &after(&visitor, if is_our_own(&then) { &then } else { "/" })),
        Answer::Refused(refused) => Err(Trouble::Refused(refused.to_string())),
        Answer::SecondFactor(_) | Answer::Enrol(_) => Err(Trouble::SignInFirst),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"
        issuer = "https://id.example"
        client_id = "throughline"
        title = "your council account"
        [claims]
        account = "preferred_username"
        name = "name"
        roles = "groups"
        agency = "council"
        [roles]
        "jsw-case-managers" = "case_manager"
        "jsw-admins" = "administrator"
    "#;

    #[test]
    fn claims_say_who_somebody_is_and_unknown_groups_say_nothing() {
        let provider = Provider::parse(FILE).unwrap();
        let all = serde_json::json!({
            "preferred_username": "ivy.innes", "name": "Ivy Innes", "council": "capital",
            "groups": ["jsw-case-managers", "everyone"],
        });
        let claims = provider.claims_of(provider.claims.as_ref().unwrap(), &all).unwrap();
        assert_eq!(claims.roles, BTreeSet::from([Role::CaseManager]));
        assert_eq!(claims.account.unwrap().as_str(), "ivy.innes");
        let without = serde_json::json!({"preferred_username": "ivy.innes", "name": "Ivy Innes"});
        assert!(provider.claims_of(provider.claims.as_ref().unwrap(), &without).is_none(), "no agency");
    }

    #[test]
    fn a_providers_word_stands_for_a_passkey_only_where_its_file_says_so() {
        let names = |file: &str| Provider::parse(file).unwrap();
        let with = names(&FILE.replacen("[claims]", "passkey = ['phr', 'hwk']\n[claims]", 1));
        let said = |claims: serde_json::Value| (names(FILE).says_passkey(&claims), with.says_passkey(&claims));
        assert_eq!(said(serde_json::json!({"acr": "phr"})), (false, true));
        assert_eq!(said(serde_json::json!({"amr": ["pwd", "hwk"]})), (false, true));
        assert_eq!(said(serde_json::json!({"acr": "1", "amr": ["pwd", "otp"]})), (false, false));
        assert_eq!(said(serde_json::json!({})), (false, false));
    }

    #[test]
    fn a_file_that_cannot_work_is_refused_with_the_reason() {
        let refused = |text: &str| Provider::parse(text).unwrap_err().to_string();
        assert!(refused("issuer = 'not an address'\nclient_id = 'x'\ntitle = 'y'").contains("issuer"));
        let without_roles = FILE.split("[roles]").next().unwrap();
        assert!(refused(without_roles).contains("say which is which"));
        assert!(refused("client_id = 'x'").contains("issuer"));
    }
}
