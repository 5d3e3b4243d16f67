//! Working days: holiday calendars as versioned data, and limits counted on them.
