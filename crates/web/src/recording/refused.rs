//! Which field a refusal of the record is about, so that the sentence stands beside it.

use crate::form::Form;
use record::Refusal;

/// The beginning or a part of a sentence, and the fields that it can be about: the first that the form has.
const ABOUT: &[(&str, &[&str])] = &[
    ("has not come yet", &["when"]),
    ("is before 1900", &["when"]),
    (
        "Use another reference",
        &["order", "contact", "incident", "breach", "change", "review", "placement", "report", "charge", "restriction"],
    ),
    ("is on the record already", &["session", "when"]),
    ("A contact is planned for a later day", &["on"]),
    ("A review is fixed for a later day", &["on"]),
    ("The report is wanted by a day", &["due"]),
    ("The offence ends before", &["until"]),
    ("date of the offence", &["from", "when"]),
    ("date of birth", &["born", "when"]),
    ("The court can set a longer period", &["until"]),
    ("no contact", &["contact"]),
    ("Only a home visit", &["unannounced", "kind"]),
    ("no incident", &["incident", "incidents"]),
    ("before the incident", &["when"]),
    ("Propose them first", &["breach"]),
    ("Record the steps in their order", &["breach"]),
    ("was first recorded on", &["when"]),
    ("no charge", &["charges"]),
    ("has no conviction", &["charges"]),
    ("names its charges", &["charges", "offence"]),
    ("no progress review", &["review"]),
    ("has been held already", &["review"]),
    ("no placement", &["placement"]),
    ("has begun already", &["placement", "when"]),
    ("no significant change", &["change"]),
    ("no restriction", &["restriction"]),
    ("no report", &["report", "adjourned_for"]),
    ("needs a home visit", &["report"]),
    ("Other activity is at most", &["minutes"]),
    ("More minutes are credited", &["minutes"]),
    ("A session has between", &["minutes"]),
    ("more than 24 hours", &["when", "minutes"]),
    ("take off more hours", &["minutes"]),
    ("more compensation than", &["pence"]),
    ("has unpaid work outstanding", &["how"]),
    ("of unpaid work outstanding", &["how"]),
    ("was imposed on", &["when"]),
    ("had died by then", &["when"]),
    ("give the whole date", &["when"]),
    ("Check the two dates", &["until", "when"]),
    ("The record already says", &["when"]),
    ("ended on", &["order", "when"]),
    ("The address ends", &["until"]),
    ("An address has one to six lines", &["lines"]),
    ("UPRN", &["uprn"]),
    ("e-mail address", &["value"]),
    ("telephone number", &["value"]),
    ("safe to call", &["safe.until"]),
    ("another CHI", &["identifier.value"]),
    ("This record already holds another", &["identifier.value"]),
    ("names between 1 and 100 people", &["only"]),
    ("Sex is male", &["answers.sex"]),
    ("is the case manager", &["worker"]),
    ("is excluded from the record", &["worker"]),
    ("allocated to this worker already", &["worker"]),
    ("in that area already", &["to"]),
    ("Check the area", &["to"]),
    ("A variation changes something", &["set"]),
    ("requirement to remove", &["removed"]),
    ("Check the kind of order", &["kind"]),
    ("Check the court", &["court.name"]),
    ("needs a report before", &["report_considered"]),
    ("fiscal work order has", &["hours"]),
    ("requirement", &["requirements", "set"]),
    ("hours", &["requirements", "set", "hours", "order"]),
    ("The other route is", &["tried"]),
    ("Order ", &["order"]),
    ("order", &["order", "kind"]),
];

/// Notes a refusal in the form, beside the field that it is about: one of `fields`, or the day.
pub(crate) fn note(form: &mut Form, refusal: &Refusal, fields: &[String]) {
    let has = |name: &&&str| **name == "when" || fields.iter().any(|field| field == **name);
    let mut fits = ABOUT.iter().filter(|(part, _)| refusal.sentence.contains(part));
    let field = fits.find_map(|(_, names)| names.iter().find(has)).copied().unwrap_or("when");
    form.wrong(field, with_rule(refusal));
}

/// The sentence, with the rule where it is one of law or of the standards.
pub(crate) fn with_rule(refusal: &Refusal) -> String {
    if matches!(refusal.rule.as_str(), "the record" | "safe contact" | "conflict of interest")
        || !refusal.rule.contains(' ')
    {
        refusal.sentence.clone()
    } else {
        format!("{} ({})", refusal.sentence, refusal.rule)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_stands_beside_the_field_that_it_is_about() {
        for (kind, sentence, field) in [
            ("contact.held", "Thursday 5 March 2026 has not come yet. What is to happen is planned.", "when"),
            ("contact.planned", "A contact is planned for a later day; Monday 2 March 2026 is past.", "on"),
            (
                "order.ended",
                "Order CPO-1 still has 100 hours of unpaid work outstanding, so it is not complete.",
                "how",
            ),
            ("breach.endorsed", "There are no breach proceedings B-1 on this record. Propose them first.", "breach"),
            ("order.imposed", "A community payback order has at least one requirement. Add it.", "requirements"),
            ("unpaid_work.worked", "More minutes are credited than lie between the two times.", "minutes"),
            ("person.died", "Something that nobody foresaw.", "when"),
        ] {
            let fields: Vec<String> = super::super::shape::of_event(kind).iter().map(|one| one.name.clone()).collect();
            let mut form = Form::default();
            note(&mut form, &Refusal::new("the record", sentence), &fields);
            assert_eq!(form.mistake(field), sentence, "{kind}");
        }
    }

    #[test]
    fn a_rule_of_law_is_cited_and_the_order_of_things_is_not() {
        assert_eq!(with_rule(&Refusal::new("the record", "No.")), "No.");
        assert_eq!(with_rule(&Refusal::new("1995 Act s.227I", "No.")), "No. (1995 Act s.227I)");
    }
}
