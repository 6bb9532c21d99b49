//! What the server process costs: CPU time and memory, as the system counts them.

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

/// A process of this machine.
#[derive(Clone, Copy)]
pub struct Process(pub u32);

/// CPU time by thread.
#[derive(Clone, Default)]
pub struct CpuTime(HashMap<u64, u64>);

/// Memory in bytes.
#[derive(Clone, Copy)]
pub struct Memory {
    /// What is in memory now.
    pub resident: u64,
    /// The most that ever was.
    pub peak: u64,
}

impl Process {
    fn path(self) -> PathBuf {
        PathBuf::from(format!("/proc/{}", self.0))
    }

    /// The CPU time so far, in user space and in the kernel, in nanoseconds. `None` where the
    /// system doesn't tell.
    pub fn cpu(self) -> Option<CpuTime> {
        let mut threads = HashMap::new();
        for entry in fs::read_dir(self.path().join("task")).ok()?.flatten() {
            let Some(id) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else {
                continue;
            };
            // A thread may end between the list and the look.
            let Ok(text) = fs::read_to_string(entry.path().join("schedstat")) else { continue };
            let time = text.split_whitespace().next()?.parse().ok()?;
            threads.insert(id, time);
        }
        threads.values().any(|time| 0 < *time).then_some(CpuTime(threads))
    }

    /// The memory in use.
    pub fn memory(self) -> Option<Memory> {
        let text = fs::read_to_string(self.path().join("status")).ok()?;
        let member = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name))?;
            let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
            Some(kilobytes * 1024)
        };
        Some(Memory { resident: member("VmRSS:")?, peak: member("VmHWM:")? })
    }
}

impl CpuTime {
    /// What was used since `before`. Threads that ended meanwhile had been idle for long, so
    /// nothing of theirs is lost.
    pub fn since(&self, before: &Self) -> Duration {
        let used =
            |(id, time): (&u64, &u64)| time.saturating_sub(before.0.get(id).copied().unwrap_or(0));
        Duration::from_nanos(self.0.iter().map(used).sum())
    }
}

/// The processor and the memory of this machine, as far as the system tells.
pub fn hardware() -> String {
    let cpus = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpus
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(':'))
        .map_or_else(|| std::env::consts::ARCH.to_owned(), |(_, model)| model.trim().to_owned());
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let memory = fs::read_to_string("/proc/meminfo").ok().and_then(|text| {
        let line = text.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
        line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()
    });
    let memory = memory
        .map_or_else(String::new, |kilobytes| format!(", {} GiB", (kilobytes + (1 << 19)) >> 20));
    format!("{model}, {cores} cores{memory}")
}

/// The kind of file system that `path` is on.
pub fn file_system(path: &std::path::Path) -> Option<String> {
    let path = path.canonicalize().ok()?;
    let mounts = fs::read_to_string("/proc/mounts").ok()?;
    let places = mounts.lines().filter_map(|line| {
        let mut words = line.split(' ').skip(1);
        Some((words.next()?, words.next()?))
    });
    let over = places.filter(|(place, _)| path.starts_with(place));
    over.max_by_key(|(place, _)| place.len()).map(|(_, kind)| kind.to_owned())
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn the_time_and_the_memory_of_a_process_grow_with_its_work() {
        let own = Process(std::process::id());
        let before = own.cpu().unwrap();
        let mut sum = 0_u64;
        while own.cpu().unwrap().since(&before) < Duration::from_millis(20) {
            sum = (0..100_000_u64).fold(sum, |sum, number| sum.wrapping_mul(31) ^ number);
        }
        assert_ne!(std::hint::black_box(sum), 1);
        let memory = own.memory().unwrap();
        assert!(0 < memory.resident && memory.resident <= memory.peak);
        assert!(file_system(std::path::Path::new("/proc/self")).is_some());
    }
}
