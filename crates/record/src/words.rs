//! Text with a limit, and references: what may be typed into a record at all. Text of a record is personal: it is never
//! written out by accident in a log.

pub use ledger::WordsError;

/// Text with a limit on its length, trimmed, without control characters other than line breaks and tabs.
pub type Words<const MAX: usize> = ledger::Words<MAX, ledger::Private>;
/// A line: a name, a place, a reason.
pub type Line = Words<200>;
/// A paragraph or several: a note, an outcome.
pub type Note = Words<10_000>;

ledger::references! {
    /// An order, licence or other measure, unique within the person's record.
    OrderRef;
    /// A charge, unique within the person's record.
    ChargeRef;
    /// A planned contact.
    ContactRef;
    /// An incident of non-compliance.
    IncidentRef;
    /// A significant change.
    ChangeRef;
    /// Breach proceedings, of an order or a licence.
    BreachRef;
    /// A court progress review of an order.
    ReviewRef;
    /// A work placement.
    PlacementRef;
    /// A session of unpaid work or other activity.
    SessionRef;
    /// A report.
    ReportRef;
    /// A restriction.
    RestrictionRef;
    /// A member of staff, by the reference of their account.
    WorkerRef;
    /// A team.
    TeamRef;
    /// A council or other area.
    AreaRef;
}
