//! E-mail through a mail server (RFC 5321).

use crate::{Message, NotHanded, NotSetUp};
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message as Mail};
use lettre::{SmtpTransport, Transport as _};
use std::time::Duration;

/// How long the mail server may take for each answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// A mail server, and in whose name it is asked to send.
pub struct Smtp {
    server: SmtpTransport,
    from: Mailbox,
    host: String,
}

impl Smtp {
    /// A mail server at an address such as `smtps://user:password@mail.example.org` or
    /// `smtp://user:password@mail.example.org:587?tls=required`; `from` is the sender, such as
    /// `Appointments <appointments@example.org>`. `smtp://` without `tls` is not encrypted: only for this computer itself.
    pub fn new(url: &str, from: &str) -> Result<Self, NotSetUp> {
        let not_an_address = || {
            NotSetUp(
                "The address of the mail server cannot be read: it is like smtps://user:password@mail.example.org"
                    .to_owned(),
            )
        };
        let from: Mailbox = from.parse().map_err(|_| {
            NotSetUp(
                "The sender of e-mail cannot be read: it is like Appointments <appointments@example.org>".to_owned(),
            )
        })?;
        let (scheme, rest) = url.split_once("://").ok_or_else(not_an_address)?;
        let host = rest.rsplit('@').next().and_then(|rest| rest.split([':', '/', '?']).next()).unwrap_or_default();
        let local = matches!(host, "localhost" | "127.0.0.1") || rest.contains("[::1]");
        if scheme == "smtp" && !local && !url.contains("tls=required") {
            return Err(NotSetUp(format!(
                "The mail server {host} would be reached without encryption: use smtps://, or add ?tls=required"
            )));
        }
        let server = SmtpTransport::from_url(url).map_err(|_| not_an_address())?.timeout(Some(PATIENCE)).build();
        Ok(Self { server, from, host: host.to_owned() })
    }

    pub(crate) fn send(&self, message: &Message) -> Result<String, NotHanded> {
        let never = |what: &str| NotHanded::never(format!("{what} Correct it on the person's page."));
        let to = message.to.parse().map_err(|_| never("The e-mail address cannot be written to."))?;
        let domain = self.from.email.domain();
        let id = format!("<{}@{domain}>", message.id);
        let mail = Mail::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(&message.subject)
            .message_id(Some(id.clone()))
            // RFC 3834: nobody's holiday reply answers this.
            .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned()))
            .header(ContentType::TEXT_PLAIN)
            .body(message.body.clone())
            .map_err(|_| never("The e-mail cannot be put together."))?;
        // Whatever goes wrong before the server answers this much, nothing was sent.
        match self.server.test_connection() {
            Ok(true) => {}
            Ok(false) => return Err(NotHanded::later(format!("The mail server {} is not ready.", self.host))),
            Err(error) if error.is_permanent() => {
                return Err(NotHanded::later(format!("The mail server {} refuses to be used by us.", self.host)));
            }
            Err(_) => return Err(NotHanded::later(format!("The mail server {} cannot be reached.", self.host))),
        }
        match self.server.send(&mail) {
            Ok(_) => Ok(id),
            Err(error) if error.is_permanent() => {
                Err(NotHanded::never(format!("The mail server {} refused the e-mail.", self.host)))
            }
            Err(error) if error.is_transient() => {
                Err(NotHanded::later(format!("The mail server {} could not take the e-mail now.", self.host)))
            }
            Err(_) => Err(NotHanded::Unclear(format!(
                "The connection to the mail server {} ended before it answered: the e-mail may have been sent.",
                self.host
            ))),
        }
    }
}
