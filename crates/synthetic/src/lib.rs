//! A synthetic area calibrated on published figures.
