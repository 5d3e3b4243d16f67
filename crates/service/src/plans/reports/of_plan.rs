//! Figures that are counted on a plan's own stream: as the plan stood at the end of the period.

use super::{FigureName, first_words};
use crate::plans::LiveIndicator;
use measure::grid::{Cell, Grid};
use planning::action::{Evidence, Stage};
use planning::commitment::Commitment;
use planning::consultee::Consultees;
use planning::equality::Conclusion;
use planning::funding::RingFence;
use planning::indicator::Indicator;
use planning::rag::{Colour, RagRule, rate};
use planning::report::{Period, ReportKind};
use planning::suggestion::Decision;
use planning::workforce::Qualifications;
use planning::{History, ItemRef};
use planning::{IndicatorRef, Plan, What};
use std::collections::BTreeMap;

/// What a figure of a plan is counted on.
pub(super) struct PlanFigures<'a> {
    /// Everything known of the plan.
    pub(super) history: &'a History,
    /// The plan as it stood at the end of the period.
    pub(super) stood: &'a Plan,
    pub(super) rule: &'a RagRule,
    pub(super) period: Period,
    /// The day on which it is judged: the last of the period, or today where it is not over.
    pub(super) on: jiff::civil::Date,
    pub(super) ring: Option<&'a RingFence>,
    pub(super) consultees: &'a Consultees,
    pub(super) qualifications: &'a Qualifications,
    pub(super) live: &'a BTreeMap<IndicatorRef, LiveIndicator>,
}

impl PlanFigures<'_> {
    /// The figure; one that is counted in the records is none of these.
    pub(super) fn grid(&self, query: FigureName) -> Option<Grid> {
        let mut grid = match query {
            FigureName::PlanStanding => self.standing(),
            FigureName::PlanDone => self.done(),
            FigureName::PlanMilestones => self.milestones(),
            FigureName::PlanLate => self.due(query, 0),
            FigureName::PlanDue => self.due(query, 92),
            FigureName::PlanRisks => self.risks(),
            FigureName::PlanIndicators => self.indicators(),
            FigureName::PlanConsultations => self.consultations(),
            FigureName::PlanPrescribed => self.prescribed(),
            FigureName::PlanMeetings => self.meetings(),
            FigureName::PlanCommunities => self.communities(),
            FigureName::PlanMoney => self.money(),
            FigureName::PlanRingFence => self.ring_fence()?,
            FigureName::PlanPosts => self.posts(),
            FigureName::PlanQualifications => self.qualified(),
            FigureName::PlanTraining => self.training(),
            FigureName::PlanOffers => self.offers(),
            FigureName::PlanReplies => self.replies(),
            FigureName::PlanSuggestions => self.suggestions(),
            FigureName::PlanEquality => self.equality(),
            _ => return None,
        };
        let version = self.stood.version.as_ref().map(|version| format!("version {version}, ")).unwrap_or_default();
        grid.note(format!("Counted on the plan's entries: {version}as it stood on {}.", day(self.on)));
        Some(grid)
    }

    fn standing(&self) -> Grid {
        const COLOURS: [Colour; 5] = [Colour::Complete, Colour::Green, Colour::Amber, Colour::Red, Colour::Undated];
        let columns = [
            ("part", "Part of the plan"),
            ("complete", "#Complete"),
            ("green", "#Green"),
            ("amber", "#Amber"),
            ("red", "#Red"),
            ("undated", "#Undated"),
            ("work", "#Pieces of work"),
        ];
        let mut grid = Grid::new(FigureName::PlanStanding.meaning(), &columns);
        let mut together = [0; 5];
        for top in self.stood.commitments.top() {
            let mut counts = [0; 5];
            for item in
                self.stood.commitments.standing().filter(|item| item.level.is_work() && self.is_under(item, &top.id))
            {
                let colour = rate(self.stood, self.rule, item, self.on).colour;
                for ((count, sum), one) in counts.iter_mut().zip(&mut together).zip(COLOURS) {
                    *count += u64::from(one == colour);
                    *sum += u64::from(one == colour);
                }
            }
            if counts.iter().sum::<u64>() > 0 {
                grid.rows.push(row_of(format!("{} {}", top.id, top.text), counts));
            }
        }
        grid.rows.push(row_of("Together".to_owned(), together));
        grid.note("The colour of work follows from its dates and from what was told, by the plan's rule for red, amber and green.");
        grid
    }

    fn is_under(&self, item: &Commitment, top: &ItemRef) -> bool {
        let mut at = Some(item);
        while let Some(one) = at {
            if one.id == *top {
                return true;
            }
            at = one.under.as_ref().and_then(|under| self.stood.commitments.get(under));
        }
        false
    }

    fn done(&self) -> Grid {
        let columns = [
            ("on", "Done on"),
            ("part", "Part"),
            ("what", "What was done"),
            ("lead", "Lead"),
            ("shown_by", "Shown by"),
        ];
        let mut grid = Grid::new(FigureName::PlanDone.meaning(), &columns);
        let work =
            self.stood.commitments.standing().filter(|item| item.level.is_work() && item.work.stage == Stage::Done);
        let mut done: Vec<_> = work
            .filter_map(|item| {
                // The day on which it was last told to be done, after which nothing else was told.
                let (on, _) = item.work.notes.last().filter(|(_, told)| told.stage == Stage::Done)?;
                self.period.contains(*on).then_some((*on, item))
            })
            .collect();
        done.sort_by_key(|(on, _)| *on);
        for (on, item) in done {
            let shown: Vec<String> = item.work.evidence.iter().map(|one| self.evidence(one)).collect();
            grid.rows.push(texts([
                day(on),
                item.id.to_string(),
                item.text.to_string(),
                self.lead(item),
                shown.join("; "),
            ]));
        }
        grid
    }

    fn evidence(&self, evidence: &Evidence) -> String {
        match evidence {
            Evidence::Document(title) | Evidence::Address(title) => title.to_string(),
            Evidence::Indicator(id) => {
                self.stood.indicators.get(id).map_or_else(|| id.to_string(), |one| one.defined.name.to_string())
            }
        }
    }

    fn lead(&self, item: &Commitment) -> String {
        item.work.lead.as_ref().map(|lead| self.body(lead)).unwrap_or_default()
    }

    pub(super) fn body(&self, body: &planning::BodyRef) -> String {
        self.stood.partners.get(body).map_or_else(|| body.to_string(), |partner| partner.joined.name.to_string())
    }

    fn milestones(&self) -> Grid {
        let columns = [("on", "Reached on"), ("due", "Due on"), ("part", "Part"), ("milestone", "Milestone")];
        let mut grid = Grid::new(FigureName::PlanMilestones.meaning(), &columns);
        for item in self.stood.commitments.standing() {
            for milestone in &item.work.milestones {
                if let Some(on) = milestone.reached.filter(|on| self.period.contains(*on)) {
                    let set = &milestone.set;
                    grid.rows.push(texts([day(on), day(set.due), item.id.to_string(), set.text.to_string()]));
                }
            }
        }
        grid
    }

    fn due(&self, query: FigureName, within: u16) -> Grid {
        let columns = [("due", "Due on"), ("part", "Part"), ("what", "What"), ("lead", "Lead")];
        let mut grid = Grid::new(query.meaning(), &columns);
        let list = planning::due::due(self.stood, self.on, within);
        for due in if query == FigureName::PlanLate { list.late } else { list.soon } {
            let lead = due.lead.as_ref().map(|lead| self.body(lead)).unwrap_or_default();
            let milestone = if due.milestone { "Milestone: " } else { "" };
            grid.rows.push(texts([day(due.due), due.item.to_string(), format!("{milestone}{}", due.text), lead]));
        }
        grid
    }

    fn risks(&self) -> Grid {
        let columns =
            [("risk", "Risk"), ("score", "#Score of 25"), ("mitigation", "What is done about it"), ("owner", "Owner")];
        let mut grid = Grid::new(FigureName::PlanRisks.meaning(), &columns);
        for risk in self.stood.risks.values().filter(|risk| risk.closed.is_none()) {
            let noted = &risk.noted;
            let mitigation: Vec<&str> = noted.mitigation.iter().map(planning::Line::as_str).collect();
            grid.rows.push(vec![
                Cell::Text(noted.text.to_string()),
                noted.score().map_or(Cell::Hidden("not scored"), |score| Cell::Count(score.into())),
                Cell::Text(mitigation.join("; ")),
                Cell::Text(noted.owner.as_ref().map(|owner| self.body(owner)).unwrap_or_default()),
            ]);
        }
        grid
    }

    fn indicators(&self) -> Grid {
        let columns = [
            ("indicator", "Indicator"),
            ("figure", "Latest figure"),
            ("as_of", "As of"),
            ("against_target", "Against its target"),
            ("source", "How it was made"),
        ];
        let mut grid = Grid::new(FigureName::PlanIndicators.meaning(), &columns);
        for (id, recorded) in &self.stood.indicators {
            let live = self.live.get(id);
            let readings = live.map_or(&recorded.readings, |live| &live.indicator.readings).iter();
            let readings = readings.filter(|one| one.as_of <= self.period.to).cloned().collect();
            let indicator = Indicator { readings, ..recorded.clone() };
            let latest = indicator.readings.last();
            let trace = latest.and_then(|latest| latest.trace.as_ref()).map(ToString::to_string).unwrap_or_default();
            grid.rows.push(texts([
                recorded.defined.name.to_string(),
                latest.map(|latest| latest.amount.to_string()).unwrap_or_default(),
                latest.map(|latest| day(latest.as_of)).unwrap_or_default(),
                indicator.against_target().1,
                if live.is_some() { format!("Live. {trace}") } else { trace },
            ]));
        }
        grid
    }

    fn consultations(&self) -> Grid {
        let columns = [
            ("consultation", "Consultation"),
            ("asked", "Who was asked"),
            ("from", "From"),
            ("until", "Until"),
            ("questions", "#Questions"),
            ("responses", "#Responses"),
            ("themes", "Found most often"),
        ];
        let mut grid = Grid::new(FigureName::PlanConsultations.meaning(), &columns);
        for one in self.stood.consultations.values() {
            let until = one.closed.unwrap_or(one.opened.closes);
            if one.opened_on > self.period.to || until < self.period.from {
                continue;
            }
            let asked: Vec<String> = one.opened.asked.iter().map(|body| self.body(body)).collect();
            let mut themes: BTreeMap<&str, usize> = BTreeMap::new();
            for (_, theme, _) in &one.themes {
                *themes.entry(theme.as_str()).or_default() += 1;
            }
            let mut themes: Vec<_> = themes.into_iter().collect();
            themes.sort_by_key(|(theme, count)| (std::cmp::Reverse(*count), *theme));
            let themes: Vec<String> =
                themes.iter().take(3).map(|(theme, count)| format!("{theme} ({count})")).collect();
            let mut row = texts([one.opened.title.to_string(), asked.join(", "), day(one.opened_on), day(until)]);
            row.extend([count(one.questions.len()), count(one.responses.len()), Cell::Text(themes.join(", "))]);
            grid.rows.push(row);
        }
        grid
    }

    fn prescribed(&self) -> Grid {
        let columns = [
            ("named", "Whom the law names"),
            ("who", "Who was consulted"),
            ("on", "On"),
            ("how", "How"),
            ("said", "What they said, and what was done"),
        ];
        let mut grid = Grid::new(FigureName::PlanPrescribed.meaning(), &columns);
        for (one, told) in self.consultees.in_year(self.stood, self.period) {
            if told.is_empty() {
                let nobody = Cell::Hidden("nobody yet");
                grid.rows.push(vec![
                    Cell::Text(one.text.to_string()),
                    nobody,
                    Cell::Nothing,
                    Cell::Nothing,
                    Cell::Nothing,
                ]);
            }
            for (on, told) in told {
                let note = |note: &Option<planning::Note>| note.as_ref().map(ToString::to_string).unwrap_or_default();
                let said = [note(&told.said), note(&told.did)].join(" ").trim().to_owned();
                grid.rows.push(texts([
                    one.text.to_string(),
                    told.who.to_string(),
                    day(*on),
                    told.how.to_string(),
                    said,
                ]));
            }
        }
        grid.note(format!("{}.", self.consultees.source));
        grid
    }

    /// The financial year that the period ends in.
    fn money_of(&self) -> Vec<planning::money::Standing<'_>> {
        self.stood.money(Period::of(ReportKind::Annual, self.period.to), self.on)
    }

    fn money(&self) -> Grid {
        let columns =
            [("service", "Service"), ("fund", "Fund"), ("budget", "#Budget"), ("spent", "#Spent"), ("left", "#Left")];
        let mut grid = Grid::new(FigureName::PlanMoney.meaning(), &columns);
        for one in self.money_of() {
            let pooled = if one.budget.pooled { ", pooled" } else { "" };
            let left = one.left().map_or_else(|| "more than there was".to_owned(), |left| left.to_string());
            grid.rows.push(texts([
                one.budget.title.to_string(),
                format!("{}{pooled}", one.budget.fund),
                one.budget.amount.to_string(),
                one.spent.to_string(),
                left,
            ]));
        }
        grid
    }

    /// None where no ring-fence is known here.
    fn ring_fence(&self) -> Option<Grid> {
        let ring = self.ring?;
        let columns =
            [("service", "Service"), ("text", "On what"), ("amount", "#How much"), ("why", "Why it lies outside")];
        let mut grid = Grid::new(FigureName::PlanRingFence.meaning(), &columns);
        for one in self.money_of() {
            for (line, why) in one.outside(ring) {
                let service = one.budget.title.to_string();
                grid.rows.push(texts([service, line.text.to_string(), line.amount.to_string(), why]));
            }
        }
        Some(grid)
    }

    fn meetings(&self) -> Grid {
        let columns = [
            ("on", "On"),
            ("title", "Meeting"),
            ("public", "Public"),
            ("came", "#Came"),
            ("agreed", "#Agreed"),
            ("done", "#Of these done"),
        ];
        let mut grid = Grid::new(FigureName::PlanMeetings.meaning(), &columns);
        let mut held: Vec<_> = self.stood.meetings.values().filter(|one| self.period.contains(one.called.on)).collect();
        held.sort_by_key(|meeting| meeting.called.on);
        for meeting in held.into_iter().filter(|meeting| meeting.minuted.is_some()) {
            let came = meeting
                .minuted
                .iter()
                .flat_map(|minuted| minuted.attended.values())
                .map(|count| u64::from(*count))
                .sum();
            let called = &meeting.called;
            let public = if called.public { "yes" } else { "no" };
            let mut row =
                texts([day(called.on), format!("{} ({})", called.title, called.kind.words()), public.to_owned()]);
            row.extend([Cell::Count(came), count(meeting.agreed().count()), count(meeting.settled.len())]);
            grid.rows.push(row);
        }
        grid
    }

    fn communities(&self) -> Grid {
        let columns =
            [("community", "Community"), ("stage", "Stage"), ("since", "Since"), ("priorities", "What matters most")];
        let mut grid = Grid::new(FigureName::PlanCommunities.meaning(), &columns);
        for one in self.stood.communities.values() {
            let since = one.stages.last().map(|(on, ..)| day(*on)).unwrap_or_default();
            let priorities: Vec<&str> = one.priorities.iter().map(planning::Line::as_str).collect();
            grid.rows.push(texts([
                one.named.name.to_string(),
                one.stage().words().to_owned(),
                since,
                priorities.join("; "),
            ]));
        }
        grid
    }

    fn replies(&self) -> Grid {
        let columns = [("consultation", "Consultation"), ("said", "You said"), ("did", "We did")];
        let mut grid = Grid::new(FigureName::PlanReplies.meaning(), &columns);
        for event in self.history.effective() {
            if let What::Replied(reply) = &event.what
                && self.period.contains(event.stamp.happened)
            {
                let title = self.stood.consultations.get(&reply.consultation).map(|one| one.opened.title.to_string());
                grid.rows.push(texts([title.unwrap_or_default(), reply.said.to_string(), reply.did.to_string()]));
            }
        }
        grid
    }

    fn suggestions(&self) -> Grid {
        let columns = [("became", "What became of it"), ("suggestions", "#Suggestions")];
        let mut grid = Grid::new(FigureName::PlanSuggestions.meaning(), &columns);
        let became = |decided: Option<&Decision>| match decided {
            Some(Decision::Proposed(_)) => "Proposed as unpaid work",
            Some(Decision::Declined(_)) => "Declined, with a reason",
            Some(Decision::Hidden(_)) => "Not a suggestion",
            None => "Being looked at",
        };
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for one in self.stood.suggestions.values().filter(|one| self.period.contains(one.on)) {
            *counts.entry(became(one.decided.as_ref().map(|(_, decision)| decision))).or_default() += 1;
        }
        let together: usize = counts.values().sum();
        grid.rows.extend(counts.into_iter().map(|(became, of)| vec![Cell::Text(became.to_owned()), count(of)]));
        if together > 0 {
            grid.rows.push(vec![Cell::Text("Together".to_owned()), count(together)]);
        }
        grid
    }

    fn equality(&self) -> Grid {
        let columns = [
            ("of", "Assessed"),
            ("on", "On"),
            ("effects", "Whom it touches"),
            ("led_to", "What it led to"),
            ("review", "Looked at again by"),
        ];
        let mut grid = Grid::new(FigureName::PlanEquality.meaning(), &columns);
        for (item, (on, assessed)) in &self.stood.equality {
            let effects: Vec<&str> = assessed.effects.iter().map(planning::Line::as_str).collect();
            let led_to = match assessed.conclusion {
                Conclusion::NoChange => "Nothing needs to change",
                Conclusion::Adjusted => "It goes ahead, changed",
                Conclusion::Justified => "It goes ahead unchanged, for a reason",
                Conclusion::Stopped => "It does not go ahead",
            };
            let of = item.as_ref().map_or_else(
                || "The plan".to_owned(),
                |item| {
                    let text = self.stood.commitments.get(item).map(|one| first_words(one.text.as_str()));
                    format!("{item} {}", text.unwrap_or_default())
                },
            );
            grid.rows.push(texts([of, day(*on), effects.join("; "), led_to.to_owned(), day(assessed.review_by)]));
        }
        grid
    }
}

fn row_of(name: String, counts: [u64; 5]) -> Vec<Cell> {
    let sum = counts.iter().sum();
    std::iter::once(Cell::Text(name)).chain(counts.map(Cell::Count)).chain([Cell::Count(sum)]).collect()
}

pub(super) fn texts<const N: usize>(cells: [String; N]) -> Vec<Cell> {
    cells.map(Cell::Text).to_vec()
}

pub(super) fn count(of: usize) -> Cell {
    Cell::Count(u64::try_from(of).unwrap_or(u64::MAX))
}

/// "4 March 2026".
pub(super) fn day(date: jiff::civil::Date) -> String {
    date.strftime("%-d %B %Y").to_string()
}
