//! Weeks of appointments made, moved, called off and kept, with the planner looking now and then and the sender going
//! down now and then: whatever happens, nobody is written to at night, twice, or where it is not safe.

use super::hours::{Hours, local};
use super::plan::{About, Appointment, Before, Change, Key, Reach, Situation, State, Way, reconcile};
use jiff::civil::{Time, time};
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use proptest::prelude::*;
use record::contact::ContactKind;
use record::person::SafeContact;
use std::collections::BTreeSet;

#[derive(Clone, Debug)]
enum Step {
    /// An appointment is made, so many minutes ahead, with a time or without.
    Make(i64, bool),
    /// One of those there is called off; perhaps another is made instead.
    CallOff(usize, Option<i64>),
    /// One keeps its reference and gets another time.
    Correct(usize, i64),
    /// The outcome of one is recorded.
    Settle(usize),
    /// What is safe on a way changes: hours of the day, or nothing at all.
    Safe(bool, Option<(i8, i8)>),
    /// Time passes, in minutes, and the runner takes a turn; the sender answers so.
    Turn(i64, Answer),
}

#[derive(Clone, Copy, Debug)]
enum Answer {
    Accepts,
    Refuses,
    /// The program stops in the middle.
    Dies,
}

fn step() -> impl Strategy<Value = Step> {
    let ahead = 30..8_000_i64;
    prop_oneof![
        3 => (ahead.clone(), any::<bool>()).prop_map(|(ahead, timed)| Step::Make(ahead, timed)),
        1 => (0..5_usize, proptest::option::of(ahead.clone())).prop_map(|(which, instead)| Step::CallOff(which, instead)),
        1 => (0..5_usize, ahead).prop_map(|(which, ahead)| Step::Correct(which, ahead)),
        1 => (0..5_usize).prop_map(Step::Settle),
        1 => (any::<bool>(), proptest::option::of((0..22_i8, 1..24_i8))).prop_map(|(text, hours)| Step::Safe(text, hours)),
        9 => (1..700_i64, prop_oneof![4 => Just(Answer::Accepts), 1 => Just(Answer::Refuses), 1 => Just(Answer::Dies)])
            .prop_map(|(minutes, answer)| Step::Turn(minutes, answer)),
    ]
}

/// What was handed to the sender: the message, when, and the situation at that moment.
struct Handed {
    key: Key,
    at: Timestamp,
    situation: Situation,
}

struct Weeks {
    now: Timestamp,
    next: u32,
    situation: Situation,
    plan: Vec<Before>,
    handed: Vec<Handed>,
}

impl Weeks {
    fn begin(from: &str) -> Self {
        let situation = Situation::default();
        let mut weeks = Self { now: from.parse().unwrap(), next: 0, situation, plan: Vec::new(), handed: Vec::new() };
        weeks.safe(true, Some((0, 24)));
        weeks
    }

    fn safe(&mut self, text: bool, hours: Option<(i8, i8)>) {
        let way = if text { Way::Text } else { Way::Email };
        let clock = |hour: i8| Time::new(hour, 30, 0, 0).ok();
        let hours = hours.and_then(|(from, until)| {
            let safe = SafeContact { write: true, from: clock(from), until: clock(until), ..SafeContact::default() };
            Hours::of(&safe)
        });
        match hours {
            Some(hours) => {
                self.situation.reach.insert(way, Reach { to: "here".into(), hours, name_the_service: false });
            }
            None => {
                self.situation.reach.remove(&way);
            }
        }
    }

    fn make(&mut self, ahead: i64, timed: bool, contact: Option<&str>) {
        let when = local(self.now + SignedDuration::from_mins(ahead));
        self.next += 1;
        let contact = contact.map_or_else(|| format!("C-{}", self.next), str::to_owned);
        let at = timed.then(|| time(when.hour(), when.minute(), 0, 0));
        let appointment = Appointment { on: when.date(), at, contact: contact.as_str().try_into().unwrap() };
        self.situation.planned.insert(appointment, (ContactKind::Office, None));
    }

    fn pick(&self, which: usize) -> Option<Appointment> {
        self.situation.planned.keys().nth(which).cloned()
    }

    fn take(&mut self, step: &Step) {
        match *step {
            Step::Make(ahead, timed) => self.make(ahead, timed, None),
            Step::CallOff(which, instead) => {
                if let Some(gone) = self.pick(which) {
                    self.situation.planned.remove(&gone);
                    if let Some(ahead) = instead {
                        self.make(ahead, true, None);
                    }
                }
            }
            Step::Correct(which, ahead) => {
                if let Some(gone) = self.pick(which) {
                    self.situation.planned.remove(&gone);
                    self.make(ahead, true, Some(gone.contact.as_str()));
                }
            }
            Step::Settle(which) => {
                if let Some(held) = self.pick(which) {
                    self.situation.planned.remove(&held);
                    self.situation.settled.insert(held.contact);
                }
            }
            Step::Safe(text, hours) => self.safe(text, hours),
            Step::Turn(minutes, answer) => {
                self.now += SignedDuration::from_mins(minutes);
                self.turn(answer);
            }
        }
    }

    /// As the runner does it: put the plan right, then hand over what is due.
    fn turn(&mut self, answer: Answer) {
        for change in reconcile(&self.situation, &self.plan, self.now) {
            match change {
                Change::Plan(key, send_at) => {
                    self.plan.retain(|notice| notice.key != key);
                    self.plan.push(Before { key, state: State::Planned, send_at, retry_at: None });
                }
                Change::Move(key, at) => self.notice(&key).send_at = at,
                Change::Drop(key, _) => self.notice(&key).state = State::Dropped,
            }
        }
        assert_eq!(reconcile(&self.situation, &self.plan, self.now), [], "the plan is right after one look");
        let now = self.now;
        for notice in self.plan.iter_mut().filter(|n| n.state == State::Planned && n.send_at <= now) {
            match answer {
                Answer::Refuses => notice.retry_at = now.checked_add(20.minutes()).ok(),
                Answer::Accepts | Answer::Dies => {
                    notice.state = if matches!(answer, Answer::Dies) { State::Unclear } else { State::Sent };
                    self.handed.push(Handed { key: notice.key.clone(), at: now, situation: self.situation.clone() });
                }
            }
        }
    }

    fn notice(&mut self, key: &Key) -> &mut Before {
        self.plan.iter_mut().find(|notice| notice.key == *key).unwrap()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn nobody_is_written_to_at_night_twice_or_where_it_is_not_safe(
        steps in proptest::collection::vec(step(), 1..60),
        // A week around each change of the clock, and one in winter.
        from in prop_oneof![Just("2026-03-25T07:00:00Z"), Just("2026-10-21T12:00:00Z"), Just("2026-01-12T20:30:00Z")],
    ) {
        let mut weeks = Weeks::begin(from);
        for step in &steps {
            weeks.take(step);
        }
        let mut seen = BTreeSet::new();
        for Handed { key, at, situation } in &weeks.handed {
            prop_assert!(seen.insert(key.clone()), "twice: {key:?}");
            let clock = local(*at).time();
            prop_assert!((time(8, 0, 0, 0)..time(21, 0, 0, 0)).contains(&clock), "at night: {key:?} at {clock}");
            let reach = situation.reach.get(&key.route);
            prop_assert!(reach.is_some_and(|reach| reach.hours.hold(*at)), "not safe: {key:?} at {clock}");
            prop_assert!(key.appointment.begins().unwrap() > *at, "after the appointment: {key:?}");
            match &key.about {
                About::Reminder | About::Moved(_) => prop_assert!(situation.planned.contains_key(&key.appointment)),
                About::Cancelled => prop_assert!(!situation.planned.contains_key(&key.appointment)),
            }
        }
    }

    #[test]
    fn somebody_who_can_be_reached_all_day_is_reminded_once_two_days_before(
        ahead in 1..30_000_i64,
        pace in 5..240_i64,
    ) {
        let mut weeks = Weeks::begin("2026-03-24T09:00:00Z");
        weeks.make(ahead, true, None);
        let appointment = weeks.pick(0).unwrap();
        let begins = appointment.begins().unwrap();
        while weeks.now < begins {
            weeks.take(&Step::Turn(pace, Answer::Accepts));
        }
        let told: Vec<_> = weeks.handed.iter().map(|handed| (handed.key.about.clone(), handed.at)).collect();
        if begins.duration_since("2026-03-24T09:00:00Z".parse::<Timestamp>().unwrap()) > SignedDuration::from_hours(20) {
            prop_assert_eq!(told.len(), 1, "{:?}", told);
            prop_assert_eq!(&told[0].0, &About::Reminder);
            let before = begins.duration_since(told[0].1);
            prop_assert!(before <= SignedDuration::from_hours(49), "too early: {before}");
        } else {
            prop_assert!(told.len() <= 1);
        }
    }
}

fn told(weeks: &Weeks) -> Vec<String> {
    let say = |appointment: &Appointment| {
        format!("{} {}", appointment.contact, local(appointment.begins().unwrap()).strftime("%a %H:%M"))
    };
    weeks
        .handed
        .iter()
        .map(|handed| {
            let what = match &handed.key.about {
                About::Reminder => "reminder of".to_owned(),
                About::Moved(from) => format!("instead of {}:", say(from)),
                About::Cancelled => "called off:".to_owned(),
            };
            format!("{}: {what} {}", local(handed.at).strftime("%a %H:%M"), say(&handed.key.appointment))
        })
        .collect()
}

/// Monday 2 March 2026, 9am; an appointment on Wednesday at 2pm, of which the person was reminded at 2pm.
fn reminded() -> Weeks {
    let mut weeks = Weeks::begin("2026-03-02T09:00:00Z");
    weeks.make(53 * 60, true, None);
    for _ in 0..6 {
        weeks.take(&Step::Turn(60, Answer::Accepts));
    }
    assert_eq!(told(&weeks), ["Mon 14:00: reminder of C-1 Wed 14:00"]);
    weeks
}

#[test]
fn who_was_reminded_is_told_of_the_new_time_at_once_and_not_reminded_of_it_as_well() {
    let mut weeks = reminded();
    weeks.take(&Step::CallOff(0, Some(50 * 60)));
    for _ in 0..100 {
        weeks.take(&Step::Turn(30, Answer::Accepts));
    }
    assert_eq!(told(&weeks)[1..], ["Mon 15:30: instead of C-1 Wed 14:00: C-2 Wed 17:00"]);
}

#[test]
fn a_new_time_next_week_is_told_now_and_reminded_of_two_days_before() {
    let mut weeks = reminded();
    weeks.take(&Step::Correct(0, 8 * 24 * 60));
    for _ in 0..400 {
        weeks.take(&Step::Turn(30, Answer::Accepts));
    }
    assert_eq!(
        told(&weeks)[1..],
        ["Mon 15:30: instead of C-1 Wed 14:00: C-1 Tue 15:00", "Sun 15:00: reminder of C-1 Tue 15:00"]
    );
}

#[test]
fn who_was_reminded_of_what_is_called_off_is_told_and_who_was_not_is_left_in_peace() {
    let mut weeks = reminded();
    weeks.take(&Step::CallOff(0, None));
    weeks.take(&Step::Turn(20, Answer::Accepts));
    assert_eq!(told(&weeks)[1..], ["Mon 15:20: called off: C-1 Wed 14:00"]);

    let mut weeks = Weeks::begin("2026-03-02T09:00:00Z");
    weeks.make(90 * 60, true, None);
    weeks.take(&Step::Turn(20, Answer::Accepts));
    weeks.take(&Step::CallOff(0, None));
    for _ in 0..200 {
        weeks.take(&Step::Turn(60, Answer::Accepts));
    }
    assert!(weeks.handed.is_empty());
}

#[test]
fn what_took_place_early_was_not_called_off() {
    let mut weeks = reminded();
    weeks.take(&Step::Settle(0));
    for _ in 0..50 {
        weeks.take(&Step::Turn(60, Answer::Accepts));
    }
    assert_eq!(weeks.handed.len(), 1);
}
