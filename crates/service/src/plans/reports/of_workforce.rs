//! Figures about those who do the work: posts, what their holders are trained in, and what bodies offer each other.

use super::FigureName;
use super::of_plan::{PlanFigures, count, day, texts};
use measure::grid::{Cell, Grid};
use planning::QualificationRef;
use planning::offer::Offer;
use planning::workforce::{Staffing, Training};
use std::collections::BTreeMap;

impl PlanFigures<'_> {
    pub(super) fn posts(&self) -> Grid {
        let columns = [
            ("body", "Body"),
            ("posts", "#Posts"),
            ("full_time", "#Full-time equivalents"),
            ("vacant", "#Vacant"),
            ("vacant_full_time", "#Full-time equivalents vacant"),
            ("longest", "#Longest vacancy, days"),
        ];
        let mut grid = Grid::new(FigureName::PlanPosts.meaning(), &columns);
        let staffing = self.stood.staffing(self.on);
        let together = staffing.values().fold(Staffing::default(), |sum, one| Staffing {
            posts: sum.posts + one.posts,
            share: sum.share + one.share,
            vacant: sum.vacant + one.vacant,
            vacant_share: sum.vacant_share + one.vacant_share,
            longest: sum.longest.max(one.longest),
        });
        let row = |name: String, one: &Staffing| {
            let longest = u64::try_from(one.longest).map_or(Cell::Nothing, Cell::Count);
            vec![
                Cell::Text(name),
                count(one.posts),
                full_time(one.share),
                count(one.vacant),
                full_time(one.vacant_share),
                if one.vacant == 0 { Cell::Nothing } else { longest },
            ]
        };
        grid.rows.extend(staffing.iter().map(|(body, one)| row(self.body(body), one)));
        if staffing.len() > 1 {
            grid.rows.push(row("Together".to_owned(), &together));
        }
        grid
    }

    pub(super) fn qualified(&self) -> Grid {
        let columns = [
            ("qualification", "Needed"),
            ("needed", "#Hold a post that needs it"),
            ("held", "#Have it"),
            ("missing", "#Lack it"),
            ("lapsing", "#Lapses within three months"),
        ];
        let mut grid = Grid::new(FigureName::PlanQualifications.meaning(), &columns);
        for (id, holding) in self.stood.qualified(self.on) {
            let mut row = vec![Cell::Text(self.qualifications.words(id))];
            let missing = holding.needed - holding.held;
            row.extend([holding.needed, holding.held, missing, holding.lapsing].map(count));
            grid.rows.push(row);
        }
        grid
    }

    pub(super) fn training(&self) -> Grid {
        let columns = [("in", "In what"), ("times", "#Times"), ("people", "#People"), ("joint", "#Of these jointly")];
        let mut grid = Grid::new(FigureName::PlanTraining.meaning(), &columns);
        let mut of: BTreeMap<&QualificationRef, Vec<&Training>> = BTreeMap::new();
        for training in self.stood.trainings.iter().filter(|one| self.period.contains(one.on)) {
            of.entry(&training.qualification).or_default().push(training);
        }
        for (id, trainings) in of {
            let people = |wanted: fn(&Training) -> bool| {
                trainings.iter().filter(|one| wanted(one)).map(|one| one.people).sum::<usize>()
            };
            let mut row = vec![Cell::Text(self.qualifications.words(id))];
            row.extend([trainings.len(), people(|_| true), people(|one| one.bodies.len() > 1)].map(count));
            grid.rows.push(row);
        }
        grid
    }

    pub(super) fn offers(&self) -> Grid {
        let columns = [
            ("kind", "Kind"),
            ("title", "Offer"),
            ("body", "Offered by"),
            ("from", "From"),
            ("places", "#Places"),
            ("taken", "#Taken"),
            ("by", "Taken by"),
        ];
        let mut grid = Grid::new(FigureName::PlanOffers.meaning(), &columns);
        let runs = |offer: &&Offer| offer.made.from <= self.period.to && offer.last_day() >= self.period.from;
        let mut offers: Vec<&Offer> = self.stood.offers.values().filter(runs).collect();
        offers.sort_by_key(|offer| (offer.made.from, offer.made.kind));
        for offer in offers.into_iter().filter(|offer| offer.withdrawn.is_none()) {
            let made = &offer.made;
            let by: Vec<String> = offer.taken_up.iter().map(|(_, body, _)| self.body(body)).collect();
            let mut row =
                texts([made.kind.words().to_owned(), made.title.to_string(), self.body(&made.body), day(made.from)]);
            row.extend([count(made.places.into()), count(offer.taken().into()), Cell::Text(by.join(", "))]);
            grid.rows.push(row);
        }
        grid
    }
}

/// Hours in a hundred of full time, as full-time equivalents.
fn full_time(share: u32) -> Cell {
    Cell::Number(f64::from(share) / 100.0, 1)
}
