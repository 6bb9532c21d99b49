//! Whose turn it is, on a machine that the client shares with the server and with a flood.
//!
//! Beside a flood, three busy threads want the processors before the client gets one to read its
//! answers with, and that wait would be told as the server's latency. So the client of warm keys goes
//! first there, if it may. Without a flood it must not: it would wake for each answer and displace
//! the server.

/// How much earlier than others: the priority of a thread is between -20 (first) and 19 (last).
#[cfg(target_os = "linux")]
const FIRST: i32 = -10;

/// As long as this exists, its thread goes before those of the server.
pub struct First(());

impl First {
    /// The present thread's turn; nothing if it may not go first, as without the rights of root.
    pub fn of_thread() -> Option<Self> {
        set(true).then_some(Self(()))
    }
}

impl Drop for First {
    fn drop(&mut self) {
        set(false);
    }
}

/// Threads begin with the turn of the one that starts them. This one takes its turn like any other.
pub fn like_others() {
    set(false);
}

#[cfg(target_os = "linux")]
fn set(is_first: bool) -> bool {
    // Without a process it is the thread that asks.
    rustix::process::setpriority_process(None, if is_first { FIRST } else { 0 }).is_ok()
}

#[cfg(not(target_os = "linux"))]
fn set(_is_first: bool) -> bool {
    false
}
