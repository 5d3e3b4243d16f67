//! Reports over many cases, one case at a time.
