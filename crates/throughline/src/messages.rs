//! Who carries messages to people about their appointments, as the command line and the environment say it. Secrets come
//! from files, never from the command line, which other programs can read.

use crate::platform;
use anyhow::{Context as _, Result, anyhow};
use clap::Args;
use post::{Carrier, Folder, Notify, NotifyKey, NotifyTemplates, Post, Smtp};
use std::path::PathBuf;

/// Who carries messages.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Messages about appointments")]
pub(crate) struct Messages {
    /// The folder for messages that no carrier is set up for [default: beside the database]
    #[arg(long, env = "THROUGHLINE_OUTBOX", value_name = "DIR")]
    outbox: Option<PathBuf>,
    /// E-mail through a mail server: a file with its address, as `smtps://user:password@mail.example.org`
    #[arg(long, env = "THROUGHLINE_SMTP_FILE", value_name = "FILE", requires = "mail_from")]
    smtp_file: Option<PathBuf>,
    /// In whose name e-mail is sent, such as "Appointments <appointments@example.org>"
    #[arg(long, env = "THROUGHLINE_MAIL_FROM", value_name = "SENDER")]
    mail_from: Option<String>,
    /// Text messages, and e-mail without a mail server, through GOV.UK Notify or a service like it: a file with its key
    #[arg(long, env = "THROUGHLINE_NOTIFY_KEY_FILE", value_name = "FILE", requires = "notify_text_template")]
    notify_key_file: Option<PathBuf>,
    /// Where that service is
    #[arg(
        long,
        env = "THROUGHLINE_NOTIFY_URL",
        value_name = "URL",
        default_value = "https://api.notifications.service.gov.uk"
    )]
    notify_url: String,
    /// Its template for text messages, whose whole text is ((message))
    #[arg(long, env = "THROUGHLINE_NOTIFY_TEXT_TEMPLATE", value_name = "ID")]
    notify_text_template: Option<String>,
    /// Its template for e-mail: ((message)) under the subject ((subject))
    #[arg(long, env = "THROUGHLINE_NOTIFY_EMAIL_TEMPLATE", value_name = "ID")]
    notify_email_template: Option<String>,
    /// Who is told by e-mail of alarms about how records are used; may be given more than once
    #[arg(long, env = "THROUGHLINE_ALARMS_TO", value_name = "ADDRESS", value_delimiter = ',')]
    pub(crate) alarms_to: Vec<String>,
}

impl Messages {
    /// The carriers; `store` is the database, beside which the outbox lies.
    pub(crate) fn post(&self, store: &str) -> Result<Post> {
        let folder = Folder::new(self.outbox.clone().unwrap_or_else(|| beside(store)));
        let text = match self.notify()? {
            Some(notify) => Carrier::Notify(Box::new(notify)),
            None => Carrier::Folder(folder.clone()),
        };
        let email = match (&self.smtp_file, &self.mail_from) {
            (Some(file), Some(from)) => {
                let url = platform::read_text(file).context("--smtp-file")?;
                Carrier::Smtp(Box::new(Smtp::new(url.trim(), from)?))
            }
            _ => match self.notify()? {
                Some(notify) if self.notify_email_template.is_some() => Carrier::Notify(Box::new(notify)),
                _ => Carrier::Folder(folder),
            },
        };
        Ok(Post { text, email })
    }

    fn notify(&self) -> Result<Option<Notify>> {
        let Some(file) = &self.notify_key_file else { return Ok(None) };
        let key = NotifyKey::parse(&platform::read_text(file).context("--notify-key-file")?)?;
        let text = self.notify_text_template.clone().ok_or_else(|| anyhow!("--notify-text-template is missing"))?;
        let email = self.notify_email_template.clone().unwrap_or_default();
        Ok(Some(Notify::new(&self.notify_url, key, NotifyTemplates { text, email })?))
    }
}

/// Beside a database in a file; in the working folder for one on a server.
fn beside(store: &str) -> PathBuf {
    if store.starts_with("postgres") { "throughline.outbox".into() } else { format!("{store}.outbox").into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Serve {
        #[command(flatten)]
        messages: Messages,
    }

    fn carriers(arguments: &[&str]) -> Result<(&'static str, &'static str)> {
        let serve = Serve::try_parse_from([&["serve"], arguments].concat())?;
        let post = serve.messages.post("area.db")?;
        Ok((post.text.name(), post.email.name()))
    }

    const FOLDER: &str = "a folder on this computer; nothing is sent";

    #[test]
    fn nothing_leaves_the_computer_until_somebody_sets_a_carrier_up() {
        assert_eq!(carriers(&[]).unwrap(), (FOLDER, FOLDER));
    }

    #[test]
    fn secrets_come_from_files_and_are_not_quoted() {
        let dir = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &str| {
            let path = dir.path().join(name);
            std::fs::write(&path, text).unwrap();
            path.display().to_string()
        };
        let key = file("key", "desk-26785a09-ab16-4eb0-8407-a37497a57506-3d844edf-8d35-48ac-975b-e847b4f122b0\n");
        let smtp = file("smtp", "smtps://desk:secret@mail.example.org\n");
        let wrong = file("wrong", "pigeon://desk:secret@loft\n");
        let notify = ["--notify-key-file", &key, "--notify-text-template", "t-1"];
        let mail = ["--smtp-file", &smtp, "--mail-from", "Appointments <a@example.org>"];
        assert_eq!(carriers(&notify).unwrap(), ("a notification service", FOLDER));
        assert_eq!(carriers(&[&notify[..], &mail[..]].concat()).unwrap(), ("a notification service", "a mail server"));
        let with_email = [&notify[..], &["--notify-email-template", "t-2"]].concat();
        assert_eq!(carriers(&with_email).unwrap(), ("a notification service", "a notification service"));
        let refused = carriers(&["--smtp-file", &wrong, "--mail-from", "a@example.org"]).unwrap_err();
        assert!(!format!("{refused:#}").contains("secret"), "{refused:#}");
        assert!(carriers(&["--smtp-file", &smtp]).is_err(), "a sender is needed");
    }
}
