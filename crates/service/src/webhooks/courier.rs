//! The one way out of the house: a POST to a checked address, with short limits, no redirect, nothing read back.

use super::Destinations;
use std::time::Duration;
use ureq::Agent;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};

/// The longest that one delivery takes from the name to the answer.
pub(super) const LONGEST: Duration = Duration::from_secs(10);

/// Carries deliveries out. Make one for the life of the program.
#[derive(Debug)]
pub struct Courier(Agent);

/// The names' addresses, each checked at the moment of connecting: a name that changed its address in between is no way in.
#[derive(Debug)]
struct Checked {
    names: DefaultResolver,
    destinations: Destinations,
}

impl Resolver for Checked {
    fn resolve(&self, uri: &Uri, config: &Config, timeout: NextTimeout) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = self.names.resolve(uri, config, timeout)?;
        for address in &*found {
            self.destinations.check_address(address.ip()).map_err(|sentence| {
                ureq::Error::Io(std::io::Error::new(std::io::ErrorKind::PermissionDenied, sentence))
            })?;
        }
        Ok(found)
    }
}

impl Courier {
    /// A courier who goes to these destinations only.
    pub fn new(destinations: Destinations) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .https_only(!destinations.loopback)
            .proxy(None)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .max_response_header_size(16 * 1024)
            .max_idle_connections_per_host(1)
            .timeout_global(Some(LONGEST))
            .timeout_connect(Some(Duration::from_secs(5)))
            .user_agent("throughline-webhooks/1")
            .build();
        let checked = Checked { names: DefaultResolver::default(), destinations };
        Self(Agent::with_parts(config, DefaultConnector::default(), checked))
    }

    /// Posts a message.
    ///
    /// # Errors
    /// Why it was not taken, in words without content or address.
    pub(super) fn post(&self, url: &str, headers: &[(&str, &str)], body: &str) -> Result<(), String> {
        let mut post = self.0.post(url).header("content-type", "application/cloudevents+json; charset=utf-8");
        for (name, content) in headers {
            post = post.header(*name, *content);
        }
        let answered = post.send(body).map_err(|error| match error {
            ureq::Error::Timeout(_) => format!("the receiver did not answer within {} seconds", LONGEST.as_secs()),
            ureq::Error::HostNotFound => "the receiver's name has no address".to_owned(),
            ureq::Error::Io(error) => format!("the receiver could not be reached: {error}"),
            ureq::Error::Rustls(_) | ureq::Error::Tls(_) => {
                "the receiver's certificate was not accepted: it must be valid for its name".to_owned()
            }
            _ => "the receiver could not be reached, or did not answer in HTTP".to_owned(),
        })?;
        let status = answered.status();
        if status.is_success() {
            return Ok(());
        }
        let redirect = if status.is_redirection() { "; redirects are not followed" } else { "" };
        Err(format!("the receiver answered {}{redirect}", status.as_u16()))
    }
}
