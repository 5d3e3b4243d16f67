use super::*;
use record::What;
use record::person::Characteristic;
use serde_json::json;
use std::collections::BTreeSet;

fn words() -> Words {
    Words::shipped().unwrap()
}

fn told(kind: &str, body: &serde_json::Value) -> Telling {
    words().tell(&What::read(kind, 1, &body.to_string()).unwrap(), &Names::default())
}

#[test]
fn every_event_and_every_field_of_every_event_has_words() {
    let words = words();
    let mut wanting = Vec::new();
    for (kind, _) in What::KINDS {
        let Some(worded) = words.events.get(*kind) else {
            wanting.push((*kind).to_owned());
            continue;
        };
        assert!(words.parts.iter().any(|(part, _)| part == part_of(kind)), "{kind} belongs to no part of practice");
        let forms = words.forms.of_event(kind).unwrap();
        for (field, _) in forms {
            if !worded.fields.contains_key(field) {
                wanting.push(format!("{kind}: {field}"));
            }
        }
        let known: BTreeSet<&str> = forms.iter().map(|(field, _)| field.as_str()).collect();
        for field in worded.says.fields().into_iter().chain(worded.fields.keys().map(String::as_str)) {
            assert!(known.contains(field), "{kind} has no field {field}");
        }
    }
    assert_eq!(wanting, Vec::<String>::new(), "these have no words in vocabularies/scotland.toml");
    let kinds: BTreeSet<&str> = What::KINDS.iter().map(|(kind, _)| *kind).collect();
    for kind in words.events.keys().chain(words.discharge.values()) {
        assert!(kinds.contains(kind.as_str()), "{kind} is no kind of event");
    }
}

#[test]
fn every_shared_part_has_words() {
    let words = words();
    for (part, fields) in words.forms.parts() {
        let worded = words.structs.get(part).unwrap_or_else(|| panic!("{part} has no words"));
        for (field, _) in fields {
            assert!(worded.fields.contains_key(field), "{part}: {field} has no words");
        }
        for field in worded.says.fields() {
            assert!(fields.iter().any(|(known, _)| known == field), "{part} has no field {field}");
        }
    }
    assert_eq!(words.structs.len(), words.forms.parts().len());
}

#[test]
fn every_value_that_the_record_can_hold_has_words() {
    let words = words();
    let mut wanting = Vec::new();
    for (list, values) in words.forms.choices() {
        for value in values {
            if !words.values.get(list).is_some_and(|known| known.contains_key(value)) {
                wanting.push(format!("{list}: {value}"));
            }
        }
    }
    assert_eq!(wanting, Vec::<String>::new(), "these have no words in vocabularies/scotland.toml");
    assert!(words.forms.choices().len() > 20, "the schema's lists were found");
}

#[test]
fn every_form_that_a_field_can_have_is_known() {
    let words = words();
    let choices: BTreeSet<&String> = words.forms.choices().keys().collect();
    for (kind, _) in What::KINDS {
        for (field, form) in words.forms.of_event(kind).unwrap() {
            let inner = if let Form::List(inner) = form { inner } else { form };
            match inner {
                Form::Choice(list) => assert!(choices.contains(list), "{kind}: {field} chooses from an unknown {list}"),
                Form::Part(part) => assert!(words.structs.contains_key(part), "{kind}: {field} is an unknown {part}"),
                Form::What => assert_eq!((*kind, field.as_str()), ("amend.corrected", "instead")),
                _ => {}
            }
        }
    }
}

#[test]
fn what_the_schema_does_not_list_has_words_too() {
    let words = words();
    let has = |list: &str, value: &str| assert!(words.values[list].contains_key(value), "{list}: {value}");
    for characteristic in [
        Characteristic::Sex,
        Characteristic::Gender,
        Characteristic::TransHistory,
        Characteristic::Ethnicity,
        Characteristic::Nationality,
        Characteristic::Religion,
        Characteristic::Disability,
        Characteristic::SexualOrientation,
        Characteristic::MaritalStatus,
        Characteristic::Pregnancy,
        Characteristic::Caring,
        Characteristic::Employment,
    ] {
        has("characteristic", serde_json::to_value(characteristic).unwrap().as_str().unwrap());
    }
    for role in service::Role::ALL {
        has("role", role.as_str());
    }
    for purpose in record::Purpose::ALL {
        has("purpose", purpose.as_str());
    }
    for state in ["open", "met", "late", "missed", "excused", "not_applicable"] {
        has("state", state);
    }
    for action in ["collection", "alteration", "consultation", "disclosure", "combination", "erasure"] {
        has("action", action);
    }
}

#[test]
fn whatever_the_access_log_can_say_was_done_has_words() {
    let words = words();
    let schema = include_str!("../../../../policies/schema.cedarschema");
    let mut actions = BTreeSet::new();
    for declared in schema.split("\naction ").skip(1) {
        let names = declared.split("appliesTo").next().unwrap();
        actions.extend(names.split(',').map(|name| name.trim().trim_matches('"').to_owned()));
    }
    assert!(actions.len() > 20, "{actions:?}");
    let wanting: Vec<_> = actions.iter().filter(|action| !words.has("doing", action)).collect();
    assert!(wanting.is_empty(), "these have no words under [doing] in vocabularies/scotland.toml: {wanting:?}");
}

#[test]
fn people_come_first_in_every_word() {
    let text = include_str!("../../../../vocabularies/scotland.toml");
    for line in text.lines() {
        // The names of the Act's own categories are quoted as the law has them.
        let quoted = line.starts_with("short_term_sex_offender") || line.starts_with("\"RSO\"");
        let lower = line.to_lowercase();
        assert!(quoted || !(lower.contains("offender") || lower.contains("client")), "{line}");
    }
}

#[test]
fn an_event_is_one_sentence_and_says_the_rest_below() {
    let telling = told(
        "contact.held",
        &json!({"kind": "home_visit", "with": "case_manager", "unannounced": true, "outcome": "All well.\nNext week again."}),
    );
    assert_eq!(telling.sentence, "Contact held: home visit, without notice, with the case manager");
    assert_eq!(
        telling.details,
        [Detail { label: "What was done and agreed".into(), said: Said::Note("All well.\nNext week again.".into()) }]
    );
    assert_eq!((telling.part, telling.title.as_str()), ("contact", "Contact held"));
}

#[test]
fn the_common_events_read_like_practice() {
    let sentence = |kind: &str, body: serde_json::Value| told(kind, &body).sentence;
    insta::assert_snapshot!([
        sentence("person.named", json!({"kind": "known_as", "given": "Alex", "family": "Example"})),
        sentence("person.born", json!({"born": "1990-05"})),
        sentence("person.described", json!({"answers": {"sex": {"is": "female"}, "religion": "preferred_not_to_say"}})),
        sentence("person.contact_detail", json!({"route": "mobile", "value": "07700 900000", "current": false})),
        sentence("person.identified", json!({"identifier": {"kind": "local:council", "value": "A-1"}})),
        sentence("order.imposed", json!({"order": "CPO-1", "kind": "cpo", "council": "capital", "court": {"name": "Edinburgh Sheriff Court", "kind": "sheriff_summary"}, "requirements": [{"kind": "supervision", "months": 12}, {"kind": "unpaid_work", "hours": 120}, {"kind": "compensation", "pence": 25050}]})),
        sentence("order.hours_adjusted", json!({"order": "CPO-1", "minutes": -720, "by": "enactment", "authority": "SSI 2021/144"})),
        sentence("supervision.allocated", json!({"worker": "w-khan", "team": "t-east"})),
        sentence("contact.planned", json!({"contact": "C-1", "kind": "office", "with": "case_manager", "on": "2026-03-04", "at": "14:30:00", "about": "the plan"})),
        sentence("contact.missed", json!({"kind": "office"})),
        sentence("noncompliance.recorded", json!({"incident": "I-1", "order": "CPO-1", "requirement": "unpaid_work", "cause": "drift", "what": "Did not come."})),
        sentence("breach.decided", json!({"breach": "B-1", "submit": false, "reasons": "A valid reason came."})),
        sentence("unpaid_work.worked", json!({"order": "CPO-1", "session": "S-1", "activity": "work", "minutes": 330, "from": "09:00:00", "until": "15:00:00", "supervisor": "w-khan"})),
        sentence("review.completed", json!({"outcome": "stable", "content": "As planned."})),
        sentence("custody.released", json!({})),
    ].join("\n"), @"
    Known as: Alex Example
    Born May 1990
    Equality and background: Sex: female; Religion or belief: preferred not to say
    Mobile: 07700 900000, no longer in use
    Known as Council A-1
    Community payback order imposed at Edinburgh Sheriff Court: supervision requirement for 12 months; unpaid work or other activity requirement of 120 hours; compensation requirement of £250.50
    Hours of order CPO-1 changed by an enactment: 12 hours taken off (SSI 2021/144)
    Allocated to w-khan, t-east
    Contact planned: office visit on Wednesday 4 March 2026 at 2:30pm, with the case manager: the plan
    Contact missed: office visit
    Non-compliance with the unpaid work or other activity requirement on order CPO-1: drift in motivation or conflict in commitments
    Breach B-1: no report is to be submitted
    Unpaid work: 5 hours 30 minutes, 9am to 3pm, supervised by w-khan
    Review of plan and contact level: circumstances and risk are stable
    Released from custody
    ");
}

#[test]
fn safe_contact_says_what_is_not_safe() {
    let mut rules = record::person::SafeContact::default();
    assert_eq!(words().safe_contact(&rules), "Do not write; leave no voice message; do not name the service");
    rules.write = true;
    rules.from = Some(jiff::civil::time(18, 0, 0, 0));
    assert_eq!(
        words().safe_contact(&rules),
        "Writing is safe; leave no voice message; do not name the service; from 6pm"
    );
}

#[test]
fn every_fact_that_a_standard_about_a_person_asks_for_leads_to_a_kind_of_event() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rulebooks/scotland");
    let words = words();
    let mut wanting = BTreeSet::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        let table: toml::Table = std::fs::read_to_string(&path).unwrap().parse().unwrap();
        let standards = table.get("standard").and_then(toml::Value::as_array).cloned().unwrap_or_default();
        for standard in standards.iter().filter(|standard| {
            standard.get("status").and_then(toml::Value::as_str) == Some("current")
                && !standard["applies_to"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .any(|to| to.as_str().unwrap().starts_with("area:"))
        }) {
            let ways = standard.get("discharged_by").and_then(toml::Value::as_array).cloned().unwrap_or_default();
            for way in &ways {
                for fact in way.as_str().unwrap().split('+') {
                    let fact = fact.trim().split('[').next().unwrap().trim();
                    if words.discharging(fact).is_none() {
                        wanting.insert(fact.to_owned());
                    }
                }
            }
        }
    }
    assert_eq!(wanting, BTreeSet::new());
}

#[test]
fn a_vocabulary_that_is_not_well_formed_says_where() {
    let broken = include_str!("../../../../vocabularies/scotland.toml")
        .replace("says = \"Contact missed: {kind}\"", "says = \"Contact missed [{kind}\"");
    let problem = Words::parse(&broken).err().unwrap().to_string();
    assert_eq!(problem, "the vocabulary's sentence for \"contact.missed\" cannot be used: a bracket is not closed");
}
