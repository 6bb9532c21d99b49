//! The clock of measurements, and a timer that is exact to a few microseconds.

use std::io;
use std::time::{Duration, Instant};

/// The present moment.
#[expect(clippy::disallowed_methods, reason = "a measurement takes real time by its nature")]
pub fn now() -> Instant {
    Instant::now()
}

/// Waits for moments. Tokio's own timer is exact to a millisecond, which is longer than most
/// requests take.
#[cfg(target_os = "linux")]
pub struct Timer(tokio::io::unix::AsyncFd<rustix::fd::OwnedFd>);

#[cfg(target_os = "linux")]
impl Timer {
    /// A timer of the system.
    #[expect(
        deprecated,
        reason = "what came instead is unsafe, and an OwnedFd keeps what that asks for"
    )]
    pub fn new() -> io::Result<Self> {
        use rustix::time::{TimerfdClockId, TimerfdFlags, timerfd_create};

        let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
        let timer = timerfd_create(TimerfdClockId::Monotonic, flags)?;
        Ok(Self(tokio::io::unix::AsyncFd::new(timer)?))
    }

    /// Returns when `moment` is reached, at once if it has passed.
    pub async fn until(&mut self, moment: Instant) -> io::Result<()> {
        use rustix::time::{Itimerspec, TimerfdTimerFlags, Timespec, timerfd_settime};

        let wait = moment.saturating_duration_since(now());
        if wait.is_zero() {
            return Ok(());
        }
        let zero = Timespec { tv_sec: 0, tv_nsec: 0 };
        let value = Timespec {
            tv_sec: i64::try_from(wait.as_secs()).unwrap_or(i64::MAX),
            tv_nsec: i64::from(wait.subsec_nanos()),
        };
        let spec = Itimerspec { it_interval: zero, it_value: value };
        timerfd_settime(self.0.get_ref(), TimerfdTimerFlags::empty(), &spec)?;
        let mut rung = self.0.readable().await?;
        let mut count = [0_u8; 8];
        rustix::io::read(self.0.get_ref(), &mut count)?;
        rung.clear_ready();
        Ok(())
    }
}

/// Waits for moments, exact to a millisecond.
#[cfg(not(target_os = "linux"))]
pub struct Timer;

#[cfg(not(target_os = "linux"))]
impl Timer {
    /// Tokio's timer.
    pub fn new() -> io::Result<Self> {
        Ok(Self)
    }

    /// Returns when `moment` is reached, at once if it has passed.
    pub async fn until(&mut self, moment: Instant) -> io::Result<()> {
        tokio::time::sleep(moment.saturating_duration_since(now())).await;
        Ok(())
    }
}

/// Waits for at least this long.
pub async fn pause(time: Duration) {
    tokio::time::sleep(time).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_timer_never_rings_early() {
        let mut timer = Timer::new().unwrap();
        let start = now();
        for step in 1..20 {
            let moment = start + Duration::from_micros(300 * step);
            timer.until(moment).await.unwrap();
            assert!(moment <= now());
        }
        timer.until(start).await.unwrap();
    }
}
