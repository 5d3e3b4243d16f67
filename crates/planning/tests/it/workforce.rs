//! Posts with their vacancies, what their holders are trained in, and what bodies offer each other.

use crate::world::{TODAY, World};
use jiff::civil::date;
use planning::workforce::{Holding, Qualifications, Staffing};
use planning::{BodyRef, PostRef, QualificationRef};

fn world() -> World {
    let mut world = World::with_a_plan();
    let post = |id: &str, body: &str, more: &str| {
        format!(r#"{{"post":"{id}","body":"{body}","title":"Social worker","needs":["ls-cmi","social-work"]{more}}}"#)
    };
    world.record(date(2026, 1, 5), "post.established", &post("b-1", "board", ""));
    world.record(date(2026, 1, 5), "post.established", &post("b-2", "board", r#","part_time":60"#));
    world.record(date(2026, 1, 5), "post.established", &post("s-1", "sps", ""));
    world.record(date(2026, 1, 12), "post.filled", r#"{"post":"b-1","brings":["social-work"]}"#);
    world.record(date(2026, 2, 2), "post.filled", r#"{"post":"s-1","brings":["ls-cmi","social-work"]}"#);
    world
}

fn lacks(world: &World, post: &str) -> Vec<String> {
    let plan = world.plan();
    let post = &plan.posts[&PostRef::try_from(post).unwrap()];
    post.lacks(TODAY).into_iter().map(ToString::to_string).collect()
}

#[test]
fn a_post_is_vacant_until_somebody_holds_it_and_again_when_they_leave() {
    let mut world = world();
    let staffing =
        |world: &World, body: &str| world.plan().staffing(TODAY).remove(&BodyRef::try_from(body).unwrap()).unwrap();
    let board = Staffing { posts: 2, share: 160, vacant: 1, vacant_share: 60, longest: 70 };
    assert_eq!(staffing(&world, "board"), board, "from 5 January to 16 March are 70 days");
    insta::assert_snapshot!(world.refused(TODAY, "post.filled", r#"{"post":"b-1"}"#), @"post: b-1 is held already. Record first that it became vacant. (the plan)");
    world.record(date(2026, 3, 2), "post.vacated", r#"{"post":"b-1"}"#);
    insta::assert_snapshot!(world.refused(TODAY, "post.vacated", r#"{"post":"b-1"}"#), @"post: b-1 is vacant already. (the plan)");
    assert_eq!(staffing(&world, "board").vacant_share, 160);
    world.record(TODAY, "post.closed", r#"{"post":"b-2","reason":"Joined with b-1"}"#);
    assert_eq!(staffing(&world, "board"), Staffing { posts: 1, share: 100, vacant: 1, vacant_share: 100, longest: 14 });
    insta::assert_snapshot!(world.refused(TODAY, "post.filled", r#"{"post":"b-2"}"#), @"There is no post b-2. Establish it first. (the plan)");
    insta::assert_snapshot!(world.refused(TODAY, "post.established", r#"{"post":"x","body":"board","title":"X","part_time":100}"#), @"part_time: write how many of a hundred hours of full time, from 1 to 99, or nothing for full time. (the plan)");
}

#[test]
fn what_a_holder_is_trained_in_lapses_and_goes_with_them() {
    let mut world = world();
    assert_eq!(lacks(&world, "b-1"), ["ls-cmi"]);
    assert_eq!(lacks(&world, "b-2"), [""; 0], "nobody is there to lack anything");
    insta::assert_snapshot!(world.refused(TODAY, "training.completed", r#"{"posts":["b-1","b-2"],"qualification":"ls-cmi"}"#), @"posts: nobody held b-2 on that day. Record first that it was filled. (the plan)");
    insta::assert_snapshot!(world.refused(TODAY, "training.completed", r#"{"posts":["b-1"],"qualification":"ls-cmi","until":"2026-03-16"}"#), @"until: that is not after the day of the training. Write the last day on which it holds, or nothing. (the plan)");
    insta::assert_snapshot!(world.refused(TODAY, "training.completed", r#"{"posts":[],"qualification":"ls-cmi"}"#), @"posts: say whose holders were trained. (the plan)");
    let together = r#"{"posts":["b-1","s-1"],"qualification":"ls-cmi","until":"2026-05-31"}"#;
    world.record(date(2026, 3, 9), "training.completed", together);
    assert_eq!(lacks(&world, "b-1"), [""; 0]);
    let plan = world.plan();
    let ls_cmi = QualificationRef::try_from("ls-cmi").unwrap();
    assert_eq!(plan.qualified(TODAY)[&ls_cmi], Holding { needed: 2, held: 2, lapsing: 2 });
    assert_eq!(plan.qualified(date(2026, 6, 1))[&ls_cmi], Holding { needed: 2, held: 0, lapsing: 0 }, "it has lapsed");
    assert_eq!((plan.trainings[0].people, plan.trainings[0].bodies.len()), (2, 2), "it was joint");
    world.record(date(2026, 3, 10), "post.vacated", r#"{"post":"b-1"}"#);
    world.record(date(2026, 3, 11), "post.filled", r#"{"post":"b-1"}"#);
    assert_eq!(lacks(&world, "b-1"), ["ls-cmi", "social-work"], "the next holder begins anew");
}

#[test]
fn another_body_takes_as_many_places_of_an_offer_as_are_left() {
    let mut world = World::with_a_plan();
    let offer = r#"{"offer":"o","kind":"secondment","body":"sps","title":"Half a year inside","places":2,"from":"2026-02-01","until":"2026-03-31"}"#;
    insta::assert_snapshot!(world.refused(TODAY, "offer.made", &offer.replace(r#""places":2"#, r#""places":0"#)), @"places: say for how many people it is. (the plan)");
    insta::assert_snapshot!(world.refused(TODAY, "offer.made", &offer.replace("2026-03-31", "2026-01-31")), @"until: it begins on Sunday 1 February 2026 and ends before that. Exchange the two. (the plan)");
    world.record(date(2026, 1, 5), "offer.made", offer);
    let taken = |body: &str, places: u8| format!(r#"{{"offer":"o","body":"{body}","places":{places}}}"#);
    insta::assert_snapshot!(world.refused(TODAY, "offer.taken_up", &taken("sps", 1)), @"body: sps offers it itself. Name the body that takes it up. (the plan)");
    insta::assert_snapshot!(world.refused(TODAY, "offer.taken_up", &taken("board", 3)), @"places: 2 of 2 are left. Take fewer, or ask for more. (the plan)");
    world.record(TODAY, "offer.taken_up", &taken("board", 1));
    let open = |world: &World, day| world.plan().offers.values().filter(|offer| offer.is_open_on(day)).count();
    assert_eq!((open(&world, date(2026, 3, 31)), open(&world, date(2026, 4, 1))), (1, 0));
    world.record(TODAY, "offer.withdrawn", r#"{"offer":"o","reason":"The team is full"}"#);
    insta::assert_snapshot!(world.refused(TODAY, "offer.taken_up", &taken("board", 1)), @"o has been withdrawn. Make a new offer. (the plan)");
}

#[test]
fn the_public_sees_nothing_by_which_somebody_could_be_known() {
    let mut world = world();
    let offer = r#"{"offer":"o","kind":"training","body":"sps","title":"A day","places":20,"from":"2026-05-01"}"#;
    world.record(TODAY, "offer.made", offer);
    world.record(TODAY, "training.completed", r#"{"posts":["s-1"],"qualification":"trauma"}"#);
    let public = world.plan().for_the_public();
    assert!(public.posts.is_empty() && public.trainings.is_empty() && public.offers.is_empty());
}

#[test]
fn the_qualifications_that_are_shipped_are_named() {
    let shipped = Qualifications::parse(include_str!("../../../../plans/qualifications.toml")).unwrap();
    assert_eq!(shipped.words(&"ls-cmi".try_into().unwrap()), "Trained to use LS/CMI");
    assert_eq!(shipped.words(&"welding".try_into().unwrap()), "welding");
}
