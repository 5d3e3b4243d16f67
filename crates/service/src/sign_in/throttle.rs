//! How many tries there are: for an account, known or not, and for an address. A right answer forgets them. Nobody can lock
//! another out: a passkey cannot be guessed and is never held up for an account, and a browser in which its owner signed in
//! before has tries of its own.

use super::secret::digest;
use super::{Attempt, Refused, Secret};
use jiff::Timestamp;
use store::StoreError;
use store::accounts::{Accounts, Turn};

const MINUTE: i64 = 60_000_000;
/// Tries are counted over this time.
const WINDOW: i64 = 15 * MINUTE;
/// A browser is known so long after somebody signed in there.
pub(super) const KNOWN_FOR: i64 = 180 * 24 * 60 * MINUTE;

/// How long to wait after so many tries for one account: at most three in five minutes. It is the same for every account,
/// an administrator's and one that does not exist, so that being held up tells nothing about it.
const fn for_account(tries: i64) -> i64 {
    match tries {
        ..=2 => 0,
        3 => 5 * MINUTE,
        4 => 10 * MINUTE,
        _ => WINDOW,
    }
}

/// The same for an address, behind which a whole office may sit: only tries that failed stay counted.
const fn for_address(tries: i64) -> i64 {
    if tries < 60 { 0 } else { WINDOW }
}

fn account_key(account: &str) -> Vec<u8> {
    digest(format!("account\0{account}").as_bytes())
}

fn address_key(address: &str) -> Vec<u8> {
    digest(format!("address\0{address}").as_bytes())
}

/// Under which name the tries at an account are counted: this browser's own if the account was signed in to there before.
fn tried_as(accounts: &mut Accounts<'_>, attempt: &Attempt, account: &str) -> Result<Vec<u8>, StoreError> {
    let since = attempt.at.as_microsecond() - KNOWN_FOR;
    Ok(match attempt.known.as_ref().map(Secret::hash) {
        Some(hash) if accounts.knows_browser(account, &hash, since)? => hash,
        _ => account_key(account),
    })
}

/// Takes a turn for the address and, if one is named, for the account; answers which try at the account it is.
pub(crate) fn take_turns(
    accounts: &mut Accounts<'_>,
    attempt: &Attempt,
    account: Option<&str>,
) -> Result<Result<i64, Refused>, StoreError> {
    let now = attempt.at.as_microsecond();
    let wait = |until| Refused::Wait { until: Timestamp::from_microsecond(until).unwrap_or(attempt.at) };
    if let Turn::Wait(until) = accounts.take_turn(&address_key(&attempt.address), now, WINDOW, for_address)? {
        return Ok(Err(wait(until)));
    }
    let Some(account) = account else { return Ok(Ok(0)) };
    let name = tried_as(accounts, attempt, account)?;
    Ok(match accounts.take_turn(&name, now, WINDOW, for_account)? {
        Turn::Try(tries) => Ok(tries),
        Turn::Wait(until) => Err(wait(until)),
    })
}

/// The way in is complete: the try is given back to the address, and the account's are forgotten.
pub(crate) fn forget_tries(accounts: &mut Accounts<'_>, attempt: &Attempt, account: &str) -> Result<(), StoreError> {
    accounts.give_back_turn(&address_key(&attempt.address), None)?;
    let name = tried_as(accounts, attempt, account)?;
    accounts.forget_tries(&name)
}

/// The password was right, on this try at the account, and more is wanted: the try is given back, so that what was typed
/// right does not count against the code that follows.
pub(crate) fn give_back(
    accounts: &mut Accounts<'_>,
    attempt: &Attempt,
    (account, this): (&str, i64),
) -> Result<(), StoreError> {
    accounts.give_back_turn(&address_key(&attempt.address), None)?;
    let name = tried_as(accounts, attempt, account)?;
    accounts.give_back_turn(&name, Some(this))
}

/// When the next try counts for an account; 0 when at once.
pub(crate) fn held_up_until(accounts: &mut Accounts<'_>, account: &str) -> Result<i64, StoreError> {
    accounts.waits_until(&account_key(account))
}

/// Lets an account try again at once.
pub(crate) fn let_try_again(accounts: &mut Accounts<'_>, account: &str) -> Result<(), StoreError> {
    accounts.forget_tries(&account_key(account))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tries as fast as they are allowed; the most in any stretch of `within`.
    fn most(policy: fn(i64) -> i64, within: i64) -> usize {
        let (mut now, mut since, mut tries, mut made) = (0, 0, 0, Vec::new());
        while now < 200 * MINUTE {
            if since < now - WINDOW {
                (since, tries) = (now, 0);
            }
            tries += 1;
            made.push(now);
            now += policy(tries).max(1);
        }
        (0..made.len()).map(|n| made[n..].iter().take_while(|at| **at < made[n] + within).count()).max().unwrap()
    }

    #[test]
    fn whoever_guesses_gets_three_tries_in_five_minutes_and_ten_in_a_quarter_of_an_hour_at_most() {
        assert!(most(for_account, 5 * MINUTE) <= 3, "{}", most(for_account, 5 * MINUTE));
        assert!(most(for_account, WINDOW) <= 10, "{}", most(for_account, WINDOW));
    }
}
