//! Work shared among threads, its results taken in the order in which it was given.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, SyncSender};
use std::thread;

/// Reads so many parts by as many threads as the machine has cores, and takes each after those before it. Few are held
/// that wait for their turn. Says how many were taken: not all, if a thread broke down.
pub(super) fn read_in_order<T: Send, E>(
    parts: usize,
    read: impl Fn(usize) -> T + Sync,
    mut take: impl FnMut(T) -> Result<(), E>,
) -> Result<usize, E> {
    let threads = thread::available_parallelism().map_or(1, usize::from).min(parts);
    let begun = AtomicUsize::new(0);
    let read_on = |ready: SyncSender<(usize, T)>| {
        let next = std::iter::repeat_with(|| begun.fetch_add(1, Ordering::Relaxed));
        next.take_while(|part| *part < parts).all(|part| ready.send((part, read(part))).is_ok())
    };
    thread::scope(|scope| {
        let (ready, finished) = mpsc::sync_channel(1);
        let readers: Vec<_> = (0..threads)
            .map(|_| {
                let ready = ready.clone();
                scope.spawn(|| read_on(ready))
            })
            .collect();
        drop(ready);
        let mut waiting = BTreeMap::new();
        let mut taken = 0;
        for (part, done) in finished {
            waiting.insert(part, done);
            while let Some(done) = waiting.remove(&taken) {
                take(done)?;
                taken += 1;
            }
        }
        // A panic of a reader that is waited for here goes no further.
        for reader in readers {
            drop(reader.join());
        }
        Ok(taken)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;
    use std::sync::Mutex;
    use std::time::Duration;

    #[test]
    fn parts_are_taken_in_their_order_however_long_each_takes() {
        let (second, first_waits) = mpsc::channel();
        let first_waits = Mutex::new(first_waits);
        let read = |part: usize| {
            match part {
                // On a machine of one core there is nobody to wait for.
                0 => drop(first_waits.lock().unwrap().recv_timeout(Duration::from_millis(100))),
                1 => drop(second.send(())),
                _ => {}
            }
            part
        };
        let mut taken = Vec::new();
        let take = |part| {
            taken.push(part);
            Ok::<_, Infallible>(())
        };
        assert_eq!(read_in_order(20, read, take), Ok(20));
        assert_eq!(taken, (0..20).collect::<Vec<_>>());
    }

    #[test]
    fn the_first_refusal_ends_it() {
        let mut taken = 0;
        let take = |part| {
            taken += 1;
            if part == 7 { Err("no") } else { Ok(()) }
        };
        assert_eq!(read_in_order(1_000, |part| part, take), Err("no"));
        assert_eq!(taken, 8);
        assert_eq!(read_in_order(0, |part| part, |_| Err("nothing to take")), Ok(0));
    }

    #[test]
    fn a_reader_that_breaks_down_is_told_not_followed() {
        let read = |part: usize| assert!(part != 3, "as a fault would");
        assert_eq!(read_in_order(10, read, |()| Ok::<_, Infallible>(())), Ok(3));
    }
}
