//! What is sent: a thin `CloudEvent`, signed as Standard Webhooks has it.

use crate::{PersonId, ServiceError};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use ring::hmac;
use serde::{Deserialize, Serialize};
use store::events::NewEvent;

/// That something was recorded, and nothing of what (CloudEvents 1.0, JSON format).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CloudEvent {
    specversion: String,
    /// The event's id: a second delivery of the same event has the same.
    pub(crate) id: String,
    /// `urn:throughline:` and the agency that recorded it.
    source: String,
    /// The kind of event.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// The person's id, which says nothing by itself.
    pub(crate) subject: String,
    /// When it was recorded.
    time: Timestamp,
    /// Its place in the person's record, so that the order can be told.
    sequence: String,
}

const SOURCE: &str = "urn:throughline:";

impl CloudEvent {
    pub(crate) fn of(person: &PersonId, event: &NewEvent, version: i64) -> Result<Self, ServiceError> {
        Ok(Self {
            specversion: "1.0".to_owned(),
            id: event.id.to_string(),
            source: format!("{SOURCE}{}", event.agency),
            kind: event.kind.clone(),
            subject: person.as_str().to_owned(),
            time: crate::jobs::moment(event.recorded)?,
            sequence: format!("{version:010}"),
        })
    }

    /// The agency that recorded it.
    pub(crate) fn agency(&self) -> &str {
        self.source.strip_prefix(SOURCE).unwrap_or_default()
    }

    /// As it is kept and sent. Nothing in it can fail to be JSON.
    pub(crate) fn to_json(&self) -> String {
        serde_json::to_value(self).unwrap_or_default().to_string()
    }

    pub(crate) fn from_json(text: &str) -> Result<Self, ServiceError> {
        serde_json::from_str(text).map_err(|error| ServiceError::Asked(format!("a delivery cannot be read: {error}")))
    }
}

pub(super) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// `webhook-signature` for a message: HMAC-SHA256 over id, time and body.
pub(crate) fn signature(secret: &[u8], id: &str, seconds: i64, body: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    let tag = hmac::sign(&key, format!("{id}.{seconds}.{body}").as_bytes());
    format!("v1,{}", base64(tag.as_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the Standard Webhooks specification, so that any library for it can verify ours.
    #[test]
    fn signatures_are_those_of_standard_webhooks() {
        let secret = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signed = signature(&secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, "{\"test\": 2432232314}");
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}
