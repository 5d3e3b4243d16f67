use crate::decided::{calendars, size};
use synthetic::{Area, Profile, Targets, people};

/// What is promised of the area: every published figure within its stated tolerance.
#[test]
fn three_thousand_people_match_the_published_figures() {
    let (size, calendars, targets) = (size(3_000), calendars(), Targets::shipped().unwrap());
    let area = Area::staffed_for(1, size).unwrap();
    let mut profile = Profile::new(size, &area, &calendars);
    for person in people(1, size, &area, &calendars).unwrap() {
        profile.add(&person.unwrap());
    }
    println!("{}", profile.table(&targets));
    let off: Vec<String> = profile
        .compare(&targets)
        .iter()
        .filter(|line| !line.is_within())
        .map(|line| format!("{} {}: {:?}, published {}", line.target.id, line.value, line.measured, line.published))
        .collect();
    assert!(off.is_empty(), "{off:#?}");
}
