//! Failures to sign in, which make further attempts wait. Each node counts for itself.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use keyway_core::time::{MINUTE, SECOND, Timestamp};
use keyway_core::user::User;

/// How long a failure counts.
const WINDOW: i64 = 15 * MINUTE;
/// How many attempts fail without a consequence.
const FREE: u32 = 5;
/// The first pause; it doubles with each further failure.
const FIRST_PAUSE: i64 = 5 * SECOND;
/// The longest pause.
const LONGEST_PAUSE: i64 = 60 * SECOND;
/// How many accounts and addresses are remembered.
const REMEMBERED: usize = 20_000;

/// Who an attempt is held against.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Suspect(String);

impl Suspect {
    /// The account with an address, whether it exists or not.
    pub(super) fn account(email: &str) -> Self {
        Self(format!("account {}", User::fold(email)))
    }

    /// A session, which confirms who holds it.
    pub(super) fn session(id: &str) -> Self {
        Self(format!("session {id}"))
    }

    /// A network address. Everybody has many of version 6, so those count by network.
    pub(super) fn address(ip: Option<IpAddr>) -> Self {
        Self(match ip.map(|ip| ip.to_canonical()) {
            Some(IpAddr::V6(ip)) => format!("network {:x?}", &ip.octets()[..8]),
            Some(IpAddr::V4(ip)) => format!("address {ip}"),
            None => "nowhere".to_owned(),
        })
    }
}

#[derive(Clone, Copy, Default)]
struct Record {
    failures: u32,
    last: Timestamp,
    wait_until: Timestamp,
}

/// The memory of failures.
#[derive(Default)]
pub(super) struct Throttle(Mutex<HashMap<Suspect, Record>>);

impl Throttle {
    /// Begins an attempt, which counts as failed until it is [forgiven](Self::forgive), so that
    /// attempts at the same time can't slip through. The error is how many seconds to wait.
    pub(super) fn begin(&self, suspects: &[Suspect], now: Timestamp) -> Result<(), i64> {
        let mut records = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let waits = suspects.iter().filter_map(|suspect| records.get(suspect));
        let until = waits.map(|record| record.wait_until).max().unwrap_or_default();
        if now < until {
            return Err((until.0 - now.0 + SECOND - 1) / SECOND);
        }
        if REMEMBERED <= records.len() {
            records.retain(|_, record| now < record.last.plus(WINDOW));
            if REMEMBERED <= records.len() {
                records.clear();
            }
        }
        for suspect in suspects {
            let record = records.entry(suspect.clone()).or_default();
            if record.last.plus(WINDOW) <= now {
                record.failures = 0;
            }
            record.failures += 1;
            record.last = now;
            if FREE <= record.failures {
                let doublings = (record.failures - FREE).min(10);
                record.wait_until = now.plus((FIRST_PAUSE << doublings).min(LONGEST_PAUSE));
            }
        }
        Ok(())
    }

    /// Takes an attempt back, because it succeeded. What else was held against its account is
    /// forgotten, and one failure of its address.
    pub(super) fn forgive(&self, account: Option<&Suspect>, address: &Suspect) {
        let mut records = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(account) = account {
            records.remove(account);
        }
        if let Some(record) = records.get_mut(address) {
            record.failures = record.failures.saturating_sub(1);
            record.wait_until = Timestamp(0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pause_begins_after_five_failures_and_doubles_up_to_a_minute() {
        let throttle = Throttle::default();
        let suspects = [Suspect::account("A@example.com"), Suspect::address(None)];
        let mut now = Timestamp(1_000_000);
        for _ in 0..5 {
            assert_eq!(throttle.begin(&suspects, now), Ok(()));
        }
        for pause in [5, 10, 20, 40, 60, 60] {
            assert_eq!(throttle.begin(&suspects, now), Err(pause));
            assert_eq!(throttle.begin(&[Suspect::account(" a@EXAMPLE.com")], now), Err(pause));
            now = now.plus(pause * SECOND);
            assert_eq!(throttle.begin(&suspects, now), Ok(()));
        }
        now = now.plus(WINDOW);
        assert_eq!(throttle.begin(&suspects, now), Ok(()));
        assert_eq!(throttle.begin(&suspects, now), Ok(()));
    }

    #[test]
    fn a_success_clears_the_account_and_one_failure_of_the_address() {
        let throttle = Throttle::default();
        let (account, address) = (Suspect::account("a@example.com"), Suspect::address(None));
        let now = Timestamp(1_000_000);
        for _ in 0..5 {
            throttle.begin(&[account.clone(), address.clone()], now).unwrap();
        }
        throttle.forgive(Some(&account), &address);
        assert_eq!(throttle.begin(&[account.clone(), address.clone()], now), Ok(()));
        assert!(throttle.begin(&[account, address], now).is_err(), "the address has failed enough");
    }
}
