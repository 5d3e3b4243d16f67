//! The record and the rulebook share their words: a selector that names a kind of order, licence, requirement, level or
//! report that the record never publishes would never apply, and nobody would notice.

use crate::world::rules;
use record::order::{Family, OrderKind, RequirementKind};
use record::report::ReportKind;
use record::supervision::Level;
use std::collections::BTreeSet;

#[test]
fn every_kind_that_a_standard_names_is_one_that_the_record_publishes() {
    let of_family = |licence: bool| {
        OrderKind::ALL
            .iter()
            .filter(move |kind| (kind.family() == Family::Licence) == licence)
            .map(|kind| kind.as_str())
    };
    // A supervised release order is an order of the court and supervised like a licence: the record says licence, the
    // rulebook takes either.
    let orders: BTreeSet<&str> = of_family(false).chain(["any", "sro"]).collect();
    // "statutory_throughcare" is what several licences have in common; the rulebook lists it for timelines that say so.
    let licences: BTreeSet<&str> = of_family(true).chain(["any", "statutory_throughcare"]).collect();
    let requirements: BTreeSet<&str> = RequirementKind::ALL.iter().map(|kind| kind.as_str()).collect();
    let levels: BTreeSet<&str> =
        [Level::Low, Level::Medium, Level::High, Level::VeryHigh].iter().map(|level| level.as_str()).collect();
    let reports: BTreeSet<&str> =
        [ReportKind::Court, ReportKind::HomeBackground, ReportKind::Throughcare, ReportKind::Bail]
            .iter()
            .map(|kind| kind.as_str())
            .chain(["any"])
            .collect();
    let rules = rules();
    let mut strangers = Vec::new();
    for standard in rules.rulebook().standards() {
        for selector in standard.applies_to() {
            let mut parts = selector.split(':');
            let (family, kind) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
            let known = match family {
                "order" => orders.contains(kind),
                "licence" => licences.contains(kind),
                "requirement" | "with" | "only" => requirements.contains(kind) || kind == "any",
                "level" => levels.contains(kind),
                "report" => reports.contains(kind),
                _ => true,
            };
            if !known {
                strangers.push(format!("{}: {selector}", standard.id()));
            }
        }
    }
    assert_eq!(strangers, Vec::<String>::new());
}
