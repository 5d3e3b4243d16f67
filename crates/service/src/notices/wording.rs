//! What messages say: templates in `vocabularies/`, filled in.

use super::plan::{About, Appointment};
use record::contact::ContactKind;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The templates.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wording {
    #[expect(dead_code, reason = "names the file for those who edit it")]
    id: String,
    reminder: Templates,
    moved: Templates,
    cancelled: Templates,
    #[serde(rename = "where")]
    places: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Templates {
    text: String,
    subject: String,
    email: String,
}

/// A message in words.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Said {
    /// As a text message.
    pub(crate) text: String,
    /// The subject of the e-mail.
    pub(crate) subject: String,
    /// The e-mail.
    pub(crate) email: String,
}

impl Wording {
    /// The templates that this version of the program ships.
    pub(crate) fn shipped() -> Result<Self, toml::de::Error> {
        toml::from_str(include_str!("../../../../vocabularies/scotland-notices.toml"))
    }

    /// Fills in a message about an appointment; `place` only if it may be named.
    pub(crate) fn say(&self, about: &About, appointment: &Appointment, kind: ContactKind, place: Option<&str>) -> Said {
        let templates = match about {
            About::Reminder => &self.reminder,
            About::Moved(_) => &self.moved,
            About::Cancelled => &self.cancelled,
        };
        let before = match about {
            About::Moved(from) => when(from),
            About::Reminder | About::Cancelled => String::new(),
        };
        let at = |key: &str| self.places.get(key).map_or("", String::as_str);
        let place = match place {
            Some(place) if !matches!(kind, ContactKind::Telephone | ContactKind::Video | ContactKind::HomeVisit) => {
                at("place").replace("{place}", place)
            }
            _ => at(kind.as_str()).to_owned(),
        };
        // What a person typed goes in last, so that nothing in it is taken for a name in braces.
        let fill = |template: &str| {
            template
                .trim()
                .replace("{when}", &when(appointment))
                .replace("{before}", &before)
                .replace("{where}", &place)
        };
        Said { text: fill(&templates.text), subject: fill(&templates.subject), email: fill(&templates.email) }
    }
}

/// The day and time as people say them: `Wednesday 4 March at 2:30pm`.
fn when(appointment: &Appointment) -> String {
    let day = appointment.on.strftime("%A %-d %B");
    appointment.at.map_or_else(|| day.to_string(), |at| format!("{day} at {}", time(at)))
}

fn time(at: jiff::civil::Time) -> String {
    let (hour, half) = match at.hour() {
        0 => (12, "am"),
        hour @ 1..12 => (hour, "am"),
        12 => (12, "pm"),
        hour => (hour - 12, "pm"),
    };
    if at.minute() == 0 { format!("{hour}{half}") } else { format!("{hour}:{:02}{half}", at.minute()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::{date, time as clock};

    fn appointment(day: i8, hour: i8, minute: i8) -> Appointment {
        let at = Some(clock(hour, minute, 0, 0));
        Appointment { on: date(2026, 9, day), at, contact: "C-1".try_into().unwrap() }
    }

    fn every() -> Vec<Said> {
        let wording = Wording::shipped().unwrap();
        let kinds = [
            ContactKind::Office,
            ContactKind::HomeVisit,
            ContactKind::Court,
            ContactKind::Elsewhere,
            ContactKind::Telephone,
            ContactKind::Video,
        ];
        // The longest names of a day and a month, and the longest time.
        let (one, other) = (appointment(23, 10, 45), appointment(30, 11, 45));
        [About::Reminder, About::Moved(other), About::Cancelled]
            .iter()
            .flat_map(|about| kinds.map(|kind| wording.say(about, &one, kind, None)))
            .collect()
    }

    #[test]
    fn a_message_says_when_and_how_and_the_place_only_where_it_may() {
        let wording = Wording::shipped().unwrap();
        let say = |about, kind, place| wording.say(about, &appointment(23, 14, 30), kind, place).text;
        assert_eq!(
            say(&About::Reminder, ContactKind::Office, Some("1 High Street")),
            "Reminder: your appointment is on Wednesday 23 September at 2:30pm at 1 High Street. If you can't make it, please call the number you were given."
        );
        let moved = About::Moved(appointment(22, 9, 0));
        assert_eq!(
            say(&moved, ContactKind::Telephone, None),
            "Your appointment is now on Wednesday 23 September at 2:30pm by phone, not Tuesday 22 September at 9am. If you can't make it, please call us."
        );
        assert!(say(&About::Reminder, ContactKind::Elsewhere, Some("{before}")).contains("at {before}."));
    }

    #[test]
    fn no_message_tells_what_the_service_is() {
        let telling = [
            "justice",
            "court",
            "order",
            "offen",
            "crim",
            "social work",
            "probation",
            "supervis",
            "council",
            "licence",
            "prison",
            "police",
            "sentenc",
            "unpaid",
            "breach",
            "service",
            "throughline",
            "case manager",
            "office",
        ];
        for said in every() {
            for text in [&said.text, &said.subject, &said.email] {
                for word in telling {
                    assert!(!text.to_lowercase().contains(word), "“{word}” in: {text}");
                }
                assert!(!text.contains(['{', '}']), "something was not filled in: {text}");
            }
        }
    }

    #[test]
    fn a_text_message_is_one_text_message() {
        for said in every() {
            assert!(said.text.chars().count() <= 160, "{} characters: {}", said.text.chars().count(), said.text);
            assert!(said.text.is_ascii(), "the alphabet of text messages: {}", said.text);
        }
    }

    #[test]
    fn times_read_as_people_say_them() {
        let said = |hour, minute| time(clock(hour, minute, 0, 0));
        assert_eq!([said(0, 5), said(9, 0), said(12, 0), said(14, 30)], ["12:05am", "9am", "12pm", "2:30pm"]);
    }
}
