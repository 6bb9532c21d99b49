//! How much memory there is for this process.

use std::fs;

const MIB: u64 = 1 << 20;
/// What is assumed where nothing tells.
const UNKNOWN: u64 = 2048 * MIB;
/// The most that is taken without being asked for.
const MOST: u64 = 4096 * MIB;

/// A quarter of the memory in bytes, within reason. The limit of a container counts.
pub fn quarter() -> usize {
    let machine = fs::read_to_string("/proc/meminfo").ok().and_then(|text| total(&text));
    let container = fs::read_to_string("/sys/fs/cgroup/memory.max").ok();
    let container = container.and_then(|text| text.trim().parse().ok());
    let memory = [machine, container].into_iter().flatten().min().unwrap_or(UNKNOWN);
    usize::try_from((memory / 4).min(MOST)).unwrap_or(usize::MAX)
}

/// The memory of the machine in bytes, as `/proc/meminfo` tells it.
fn total(meminfo: &str) -> Option<u64> {
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes.saturating_mul(1024))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_total_is_read_in_bytes() {
        let text = "MemTotal:       24689604 kB\nMemFree:         1234 kB\n";
        assert_eq!(total(text), Some(24_689_604 * 1024));
        assert_eq!(total("MemFree: 1 kB\n"), None);
        assert_eq!(total("MemTotal: many\n"), None);
    }

    #[test]
    fn a_quarter_is_within_reason() {
        assert!((1..=MOST).contains(&(quarter() as u64)));
    }
}
