//! Text messages and e-mail through a service that speaks as GOV.UK Notify does: a JSON request signed with a token that
//! lives for seconds (JWT, HS256), a template with the message in it, an answer with the service's own id.

use crate::{Message, NotHanded, NotSetUp, Way};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use ring::hmac;
use serde_json::{Value, json};
use std::time::Duration;

/// How long the service may take for everything.
const PATIENCE: Duration = Duration::from_secs(30);
/// A UUID as text.
const UUID_LENGTH: usize = 36;

/// An API key of the service: `name-SERVICE-SECRET`, the last two UUIDs.
pub struct NotifyKey {
    service: String,
    secret: hmac::Key,
}

impl NotifyKey {
    /// Reads a key as the service shows it.
    pub fn parse(text: &str) -> Result<Self, NotSetUp> {
        let text = text.trim();
        let not_a_key = || {
            NotSetUp(
                "The key of the notification service cannot be read: copy it whole, with its name and both ids.".into(),
            )
        };
        let (rest, secret) = text.split_at_checked(text.len().saturating_sub(UUID_LENGTH)).ok_or_else(not_a_key)?;
        let rest = rest.strip_suffix('-').ok_or_else(not_a_key)?;
        let (_, service) = rest.split_at_checked(rest.len().saturating_sub(UUID_LENGTH)).ok_or_else(not_a_key)?;
        for id in [service, secret] {
            id.parse::<uuid::Uuid>().map_err(|_| not_a_key())?;
        }
        Ok(Self { service: service.to_owned(), secret: hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()) })
    }

    /// The token of a request that is made at `now`.
    fn token(&self, now: Timestamp) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let header = part(&json!({"alg": "HS256", "typ": "JWT"}));
        let claims = part(&json!({"iss": self.service, "iat": now.as_second()}));
        let signed = format!("{header}.{claims}");
        let signature = hmac::sign(&self.secret, signed.as_bytes());
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref()))
    }
}

/// The templates at the service, by id. Their whole text is `((message))`; the subject of the one for e-mail is
/// `((subject))`: what is said is decided here, not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotifyTemplates {
    /// For text messages.
    pub text: String,
    /// For e-mail.
    pub email: String,
}

/// The service.
pub struct Notify {
    agent: ureq::Agent,
    base: String,
    key: NotifyKey,
    templates: NotifyTemplates,
}

impl Notify {
    /// The service at an address such as `https://api.notifications.service.gov.uk`.
    pub fn new(base: &str, key: NotifyKey, templates: NotifyTemplates) -> Result<Self, NotSetUp> {
        let base = base.trim_end_matches('/').to_owned();
        let local = ["http://127.0.0.1:", "http://localhost:", "http://[::1]:"].iter().any(|at| base.starts_with(at));
        if !base.starts_with("https://") && !local {
            return Err(NotSetUp("The address of the notification service must begin with https://".into()));
        }
        let agent = ureq::Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            .http_status_as_error(false)
            .max_redirects(0)
            .build()
            .new_agent();
        Ok(Self { agent, base, key, templates })
    }

    pub(crate) fn send(&self, message: &Message, now: Timestamp) -> Result<String, NotHanded> {
        let reference = message.id.to_string();
        let (path, body) = match message.way {
            Way::Text => (
                "sms",
                json!({
                    "phone_number": message.to,
                    "template_id": self.templates.text,
                    "personalisation": {"message": message.body},
                    "reference": reference,
                }),
            ),
            Way::Email => (
                "email",
                json!({
                    "email_address": message.to,
                    "template_id": self.templates.email,
                    "personalisation": {"subject": message.subject, "message": message.body},
                    "reference": reference,
                }),
            ),
        };
        let sent = self
            .agent
            .post(format!("{}/v2/notifications/{path}", self.base))
            .header("Authorization", format!("Bearer {}", self.key.token(now)))
            .header("Content-Type", "application/json")
            .send(body.to_string());
        let mut answer = sent.map_err(|error| not_answered(&error))?;
        let status = answer.status().as_u16();
        let said = answer.body_mut().read_to_string().unwrap_or_default();
        judged(status, &said)
    }
}

/// A request that got no answer: nothing was sent if it did not even get there.
fn not_answered(error: &ureq::Error) -> NotHanded {
    use ureq::Error::{ConnectionFailed, HostNotFound, Rustls, Timeout, Tls};
    match error {
        HostNotFound
        | ConnectionFailed
        | Tls(_)
        | Rustls(_)
        | Timeout(ureq::Timeout::Resolve | ureq::Timeout::Connect) => {
            NotHanded::later("The notification service cannot be reached.")
        }
        ureq::Error::Io(error) if error.kind() == std::io::ErrorKind::ConnectionRefused => {
            NotHanded::later("The notification service cannot be reached.")
        }
        _ => NotHanded::Unclear(
            "The connection to the notification service ended before it answered: the message may have been sent."
                .into(),
        ),
    }
}

fn judged(status: u16, said: &str) -> Result<String, NotHanded> {
    let told: Value = serde_json::from_str(said).unwrap_or_default();
    match status {
        200 | 201 => Ok(told.get("id").and_then(Value::as_str).unwrap_or_default().to_owned()),
        // What it was asked is wrong, and will be wrong again: a number that is none, a template that is not there.
        400 | 404 | 413 | 422 => Err(NotHanded::never(format!(
            "The notification service refused the message ({}).",
            kind(&told).unwrap_or_else(|| status.to_string())
        ))),
        401 | 403 => Err(NotHanded::later(
            "The notification service does not accept our key, or the clock of this computer is wrong.",
        )),
        429 => Err(NotHanded::later("The notification service takes no more messages for now: its limit is reached.")),
        503 => Err(NotHanded::later("The notification service is not available.")),
        300..=499 => Err(NotHanded::never(format!("The notification service refused the message ({status})."))),
        _ => Err(NotHanded::Unclear(format!(
            "The notification service failed ({status}): the message may have been sent."
        ))),
    }
}

/// The word for what was wrong; the sentence beside it can quote the number.
fn kind(told: &Value) -> Option<String> {
    let word = told.pointer("/errors/0/error")?.as_str()?;
    let plain = word.chars().all(|c| c.is_ascii_alphanumeric()) && word.len() <= 40;
    plain.then(|| word.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "desk-26785a09-ab16-4eb0-8407-a37497a57506-3d844edf-8d35-48ac-975b-e847b4f122b0";

    #[test]
    fn a_token_is_signed_with_the_secret_and_names_the_service_and_the_second() {
        let key = NotifyKey::parse(KEY).unwrap();
        let token = key.token("2026-03-02T09:00:00Z".parse().unwrap());
        let parts: Vec<&str> = token.split('.').collect();
        let read = |part: &str| serde_json::from_slice::<Value>(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
        assert_eq!(read(parts[0]), serde_json::json!({"alg": "HS256", "typ": "JWT"}));
        let issued = serde_json::json!({"iat": 1_772_442_000, "iss": "26785a09-ab16-4eb0-8407-a37497a57506"});
        assert_eq!(read(parts[1]), issued);
        let secret = hmac::Key::new(hmac::HMAC_SHA256, b"3d844edf-8d35-48ac-975b-e847b4f122b0");
        let signature = URL_SAFE_NO_PAD.decode(parts[2]).unwrap();
        hmac::verify(&secret, format!("{}.{}", parts[0], parts[1]).as_bytes(), &signature).unwrap();
    }

    #[test]
    fn a_key_that_is_not_whole_is_refused_without_being_quoted() {
        for wrong in ["", "desk", &KEY[..KEY.len() - 1], &KEY[40..], "éééééééééééééééééééééééééééééééééééééééé"]
        {
            let refused = NotifyKey::parse(wrong).err().unwrap().to_string();
            assert!(refused.contains("copy it whole"), "{refused}");
        }
    }

    #[test]
    fn only_what_was_certainly_not_sent_is_tried_again() {
        let again = |status, said| match judged(status, said) {
            Ok(id) => format!("sent {id}"),
            Err(NotHanded::NotSent { again, .. }) => if again { "again" } else { "never" }.to_owned(),
            Err(NotHanded::Unclear(_)) => "unclear".to_owned(),
        };
        assert_eq!(again(201, r#"{"id":"740e5834"}"#), "sent 740e5834");
        assert_eq!(
            again(400, r#"{"errors":[{"error":"ValidationError","message":"phone_number 07700 900123 …"}]}"#),
            "never"
        );
        assert_eq!(again(403, ""), "again");
        assert_eq!(again(429, ""), "again");
        assert_eq!(again(503, ""), "again");
        assert_eq!(again(500, ""), "unclear");
        assert_eq!(again(502, "<html>"), "unclear");
        let quoted = r#"{"errors":[{"error":"07700 900123","message":"x"}]}"#;
        assert!(!judged(400, quoted).unwrap_err().to_string().contains("900123"));
    }
}
