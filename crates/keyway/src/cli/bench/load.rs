//! Driving load: so many connections, as fast as answers come, or at a planned rate.
//!
//! At a planned rate a request is late as soon as the moment has passed at which it should have
//! been sent, whether or not a connection was free: a server that stops for a second shows it in
//! the latency of all requests that were due in that second.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::io;
use std::rc::Rc;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::http::{Answer, Connection};
use super::stop::Stop;
use super::tally::Tally;
use super::watch::{Timer, now, pause};

/// How long the last answers are waited for.
const GRACE: Duration = Duration::from_secs(10);
/// How long a connection rests after a failure.
const REST: Duration = Duration::from_millis(20);

/// Where requests come from.
pub trait Source {
    /// Appends the next request and says which one it is; `None` if there are no more.
    fn write(&mut self, request: &mut Vec<u8>) -> Option<usize>;

    /// The request, if there is only this one: it is then sent from here. Copying large ones for each
    /// connection would keep a processor from the server for a tenth of a second.
    fn constant(&self) -> Option<Arc<[u8]>> {
        None
    }

    /// Sees the answer to a request.
    fn answered(&mut self, _which: usize, _answer: &Answer<'_>) {}
}

/// A source that several loads may take from, one after the other.
pub type Shared = Rc<RefCell<dyn Source>>;

/// Lets several loads take from a source.
pub fn shared(source: impl Source + 'static) -> Shared {
    Rc::new(RefCell::new(source))
}

/// When requests are sent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Pace {
    /// Each connection sends the next request when the last one is answered.
    Closed,
    /// So many a second.
    Open(f64),
}

/// Connections to one server.
pub struct Pool {
    address: std::net::SocketAddr,
    connections: Vec<Connection>,
    stop: Stop,
}

/// Load with a thread of its own. Were it driven by the thread that asks for something else at the
/// same time, that would wait for its client and not for the server.
pub struct Crowd {
    address: std::net::SocketAddr,
    size: usize,
    stop: Stop,
    source: Arc<Mutex<dyn Source + Send>>,
}

/// A source that goes from one thread to the next.
struct Lent(Arc<Mutex<dyn Source + Send>>);

struct Running {
    source: Shared,
    until: Instant,
    tally: RefCell<Tally>,
    sending: Cell<u64>,
    stop: Stop,
}

struct Queue {
    planned: RefCell<VecDeque<Instant>>,
    permits: Semaphore,
    ended: Cell<bool>,
}

impl Pool {
    /// So many connections, which are made when they are needed.
    pub fn new(address: std::net::SocketAddr, size: usize, stop: Stop) -> Self {
        Self { address, connections: (0..size).map(|_| Connection::new(address)).collect(), stop }
    }

    /// Drives load for `time`, or until the source has no more or somebody wants to stop. Must be
    /// called in a `LocalSet`.
    pub async fn drive(&mut self, source: &Shared, pace: Pace, time: Duration) -> Tally {
        let start = now();
        let running = Rc::new(Running {
            source: Rc::clone(source),
            until: start + time,
            tally: RefCell::new(Tally::new()),
            sending: Cell::new(0),
            stop: self.stop.clone(),
        });
        let mut workers = JoinSet::new();
        let queue = match pace {
            Pace::Closed => None,
            Pace::Open(rate) => {
                let queue = Rc::new(Queue {
                    planned: RefCell::default(),
                    permits: Semaphore::new(0),
                    ended: Cell::new(false),
                });
                let size = self.connections.len();
                workers.spawn_local(plan(
                    Rc::clone(&running),
                    Rc::clone(&queue),
                    start,
                    rate,
                    size,
                ));
                Some(queue)
            }
        };
        let size = self.connections.len();
        let back = Rc::new(RefCell::new(Vec::with_capacity(size)));
        for mut connection in self.connections.drain(..) {
            let (running, queue, back) = (Rc::clone(&running), queue.clone(), Rc::clone(&back));
            workers.spawn_local(async move {
                match queue {
                    None => running.closed(&mut connection).await,
                    Some(queue) => running.open(&mut connection, &queue).await,
                }
                back.borrow_mut().push(connection);
            });
        }
        // A server that answers no more must not keep the measurement from ending.
        let limit = time.saturating_add(GRACE);
        let all = async { while workers.join_next().await.is_some() {} };
        let in_time = tokio::time::timeout(limit, all).await.is_ok();
        workers.shutdown().await;

        let mut tally = std::mem::replace(&mut *running.tally.borrow_mut(), Tally::new());
        tally.elapsed = now() - start;
        if !in_time {
            tally.unanswered(running.sending.get());
        }
        if let Some(queue) = queue {
            tally.unsent = queue.planned.borrow().len() as u64;
        }
        self.connections.append(&mut back.borrow_mut());
        // Those that were lost with an unanswered request are replaced.
        self.connections.resize_with(size, || Connection::new(self.address));
        tally
    }
}

impl Crowd {
    /// So many connections, each of which sends the next request when the last one is answered.
    pub fn new(
        address: std::net::SocketAddr,
        size: usize,
        stop: Stop,
        source: impl Source + Send + 'static,
    ) -> Self {
        Self { address, size, stop, source: Arc::new(Mutex::new(source)) }
    }

    /// Drives load for `time` over new connections. An error if there can be no thread for it.
    pub async fn drive(&self, time: Duration) -> io::Result<Tally> {
        let (address, size, stop) = (self.address, self.size, self.stop.clone());
        let source = Arc::clone(&self.source);
        let (tell, told) = tokio::sync::oneshot::channel();
        std::thread::Builder::new().name("flood".to_owned()).spawn(move || {
            super::turn::like_others();
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let tally = runtime.map(|runtime| {
                tokio::task::LocalSet::new().block_on(&runtime, async {
                    let mut pool = Pool::new(address, size, stop);
                    pool.drive(&shared(Lent(source)), Pace::Closed, time).await
                })
            });
            // Whoever has asked may be gone.
            let _ = tell.send(tally);
        })?;
        told.await.map_err(io::Error::other)?
    }
}

impl Lent {
    fn lock(&self) -> MutexGuard<'_, dyn Source + Send + 'static> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Source for Lent {
    fn write(&mut self, request: &mut Vec<u8>) -> Option<usize> {
        self.lock().write(request)
    }

    fn constant(&self) -> Option<Arc<[u8]>> {
        self.lock().constant()
    }

    fn answered(&mut self, which: usize, answer: &Answer<'_>) {
        self.lock().answered(which, answer);
    }
}

impl Running {
    fn over(&self) -> bool {
        self.until <= now() || self.stop.wanted()
    }

    async fn closed(&self, connection: &mut Connection) {
        let mut request = Vec::new();
        while !self.over() {
            let start = now();
            if !self.one(connection, &mut request, start).await {
                return;
            }
        }
    }

    async fn open(&self, connection: &mut Connection, queue: &Queue) {
        let mut request = Vec::new();
        loop {
            let Ok(permit) = queue.permits.acquire().await else { return };
            permit.forget();
            // What was planned is still sent for as long again when the time is over.
            let given_up = self.stop.wanted() || self.until + GRACE / 2 <= now();
            let next = if given_up { None } else { queue.planned.borrow_mut().pop_front() };
            match next {
                Some(planned) => {
                    let more = self.one(connection, &mut request, planned).await;
                    if !more {
                        return;
                    }
                }
                None if queue.ended.get() || given_up => return,
                None => {}
            }
        }
    }

    /// Sends one request, whose latency counts from `start`. False if there are no more.
    async fn one(
        &self,
        connection: &mut Connection,
        request: &mut Vec<u8>,
        start: Instant,
    ) -> bool {
        request.clear();
        let constant = self.source.borrow().constant();
        let (which, request) = match &constant {
            Some(constant) => (0, &**constant),
            None => match self.source.borrow_mut().write(request) {
                Some(which) => (which, &**request),
                None => return false,
            },
        };
        self.sending.set(self.sending.get() + 1);
        let failure = match connection.exchange(request).await {
            Ok(answer) => {
                self.tally.borrow_mut().answered(now() - start, &answer);
                self.source.borrow_mut().answered(which, &answer);
                None
            }
            Err(err) => Some(err),
        };
        self.sending.set(self.sending.get() - 1);
        if let Some(err) = failure {
            self.tally.borrow_mut().failed(&err);
            pause(REST).await;
        }
        true
    }
}

/// Puts the moments at which requests are due into the queue.
async fn plan(
    running: Rc<Running>,
    queue: Rc<Queue>,
    start: Instant,
    rate: f64,
    connections: usize,
) {
    let step = Duration::from_secs_f64(1.0 / rate.max(0.001));
    if let Ok(mut timer) = Timer::new() {
        let mut due = start;
        while due < running.until && !running.stop.wanted() {
            let waited = tokio::select! {
                waited = timer.until(due) => waited,
                () = running.stop.wait() => break,
            };
            if waited.is_err() {
                break;
            }
            let present = now();
            let mut count = 0;
            while due <= present && due < running.until {
                queue.planned.borrow_mut().push_back(due);
                due += step;
                count += 1;
            }
            queue.permits.add_permits(count);
            // Everybody else gets a turn also when the plan can't be kept.
            tokio::task::yield_now().await;
        }
    }
    queue.ended.set(true);
    queue.permits.add_permits(connections);
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::{SocketAddr, TcpListener};

    use tokio::task::LocalSet;

    use super::*;

    struct Endless(usize);

    impl Source for Endless {
        fn write(&mut self, request: &mut Vec<u8>) -> Option<usize> {
            request.extend_from_slice(b"ping");
            self.0 += 1;
            Some(self.0)
        }
    }

    /// Answers everything, and the first request of each connection only after `pause`.
    fn server(pause: Duration) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                std::thread::spawn(move || {
                    let mut request = [0; 4];
                    let mut first = true;
                    while stream.read_exact(&mut request).is_ok() {
                        if std::mem::take(&mut first) {
                            std::thread::sleep(pause);
                        }
                        let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nOK";
                        if stream.write_all(answer).is_err() {
                            return;
                        }
                    }
                });
            }
        });
        address
    }

    async fn drive(pause: Duration, pace: Pace, size: usize) -> Tally {
        let local = LocalSet::new();
        local
            .run_until(async {
                let mut pool = Pool::new(server(pause), size, Stop::default());
                let source: Shared = Rc::new(RefCell::new(Endless(0)));
                pool.drive(&source, pace, Duration::from_millis(500)).await
            })
            .await
    }

    #[tokio::test]
    async fn a_planned_rate_counts_the_wait_of_requests_that_were_due_while_the_server_stood_still()
    {
        let tally = drive(Duration::from_millis(300), Pace::Open(200.0), 1).await;
        assert_eq!(tally.requests() + tally.unsent, 100);
        let slow = tally.latency.len() - tally.latency.count_between(0, 100_000_000);
        // All that were due in the first 200 of 300 ms waited for 100 ms or longer.
        assert!(38 <= slow, "{slow}");
    }

    #[tokio::test]
    async fn a_closed_loop_has_one_request_on_its_way_for_each_connection() {
        let tally = drive(Duration::from_millis(5), Pace::Closed, 4).await;
        assert!(4 < tally.requests());
        assert_eq!(tally.answers().len(), 1);
        assert!(tally.failures().is_empty());
    }

    #[tokio::test]
    async fn a_server_that_is_not_there_is_told() {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let local = LocalSet::new();
        let tally = local
            .run_until(async {
                let mut pool = Pool::new(address, 2, Stop::default());
                let source: Shared = Rc::new(RefCell::new(Endless(0)));
                pool.drive(&source, Pace::Closed, Duration::from_millis(100)).await
            })
            .await;
        assert_eq!(tally.requests(), 0);
        assert!(!tally.failures().is_empty());
    }
}
