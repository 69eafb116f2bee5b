//! What wakes a tracer that waits for its tracees: waitpid(2) knows no time-out, and no descriptors.
//!
//! One thread of this process listens to the descriptors of all runs (epoll(7)). When there is something on one of them, it
//! interrupts the tracer of that run by a signal. A signal that comes just before the tracer waits would be lost, so it knocks until
//! it was heard. The signal is a real-time one that this process had no use for; its handler does nothing.

use std::collections::HashMap;
use std::io;
use std::mem;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;

use nix::errno::Errno;
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};

/// How long to wait for a knock to be heard before knocking again, in milliseconds: at first, and at most. Who doesn't hear it
/// mostly waits for a processor, and each knock takes of that.
const AGAIN: u8 = 1;
const AGAIN_AT_MOST: u8 = 64;

/// So many events are taken at once.
const AT_ONCE: usize = 64;

/// A run's bell. It rings while there is something on one of the run's descriptors that is armed.
#[derive(Debug)]
pub(crate) struct Bell {
    listener: &'static Listener,
    token: u64,
    rings: Arc<Door>,
    /// What others listen to as well, and so is not forgotten when this copy of it is closed.
    shared: Option<OwnedFd>,
}

/// Where the tracer of a run is found.
#[derive(Debug)]
struct Door {
    tracer: libc::pid_t,
    is_knocked: AtomicBool,
}

/// What listens for all runs.
#[derive(Debug)]
struct Listener {
    epoll: Epoll,
    doors: Mutex<HashMap<u64, Arc<Door>>>,
}

impl Bell {
    /// A bell for a run that this thread is the tracer of.
    ///
    /// # Errors
    /// Where the system refuses what it takes to listen, or a thread.
    pub fn new() -> io::Result<Bell> {
        static NEXT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
        let listener = Listener::get()?;
        let token = NEXT.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the call takes nothing.
        let tracer = unsafe { libc::gettid() };
        let rings = Arc::new(Door { tracer, is_knocked: AtomicBool::new(false) });
        listener.doors().insert(token, Arc::clone(&rings));
        Ok(Bell { listener, token, rings, shared: None })
    }

    /// Has it ring, once, when there is something on this descriptor, which it did not know.
    pub fn listen_to(&self, descriptor: BorrowedFd<'_>) -> io::Result<()> {
        Ok(self.listener.epoll.add(descriptor, self.event())?)
    }

    /// The same, once and for all, for one that others listen to as well.
    pub fn listen_to_shared(&mut self, descriptor: BorrowedFd<'_>) -> io::Result<()> {
        let own = descriptor.try_clone_to_owned()?;
        self.listen_to(own.as_fd())?;
        self.shared = Some(own);
        Ok(())
    }

    /// The same for one that it knows, again.
    pub fn arm(&self, descriptor: BorrowedFd<'_>) -> io::Result<()> {
        Ok(self.listener.epoll.modify(descriptor, &mut self.event())?)
    }

    fn event(&self) -> EpollEvent {
        EpollEvent::new(EpollFlags::EPOLLIN | EpollFlags::EPOLLONESHOT, self.token)
    }

    /// Whether it has rung since it was last asked.
    pub fn has_rung(&self) -> bool {
        self.rings.is_knocked.swap(false, Ordering::AcqRel)
    }
}

impl Drop for Bell {
    fn drop(&mut self) {
        if let Some(shared) = self.shared.take() {
            let _ = self.listener.epoll.delete(&shared);
        }
        // From then on nobody knocks any more. Its descriptors are forgotten as they are closed.
        self.listener.doors().remove(&self.token);
    }
}

impl Listener {
    /// The one of this process.
    fn get() -> io::Result<&'static Listener> {
        static LISTENER: OnceLock<Listener> = OnceLock::new();
        static STARTING: Mutex<()> = Mutex::new(());
        let _starting = STARTING.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(listener) = LISTENER.get() {
            return Ok(listener);
        }
        knock()?;
        let epoll = Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC)?;
        let listener = LISTENER.get_or_init(|| Listener { epoll, doors: Mutex::default() });
        thread::Builder::new().name("bell".to_owned()).spawn(|| {
            super::block_signals();
            listener.listen();
        })?;
        Ok(listener)
    }

    fn doors(&self) -> MutexGuard<'_, HashMap<u64, Arc<Door>>> {
        self.doors.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Knocks at the doors of those for whom there is something, until they have heard it.
    fn listen(&self) {
        let mut events = [EpollEvent::empty(); AT_ONCE];
        let mut unheard: Vec<u64> = Vec::new();
        let mut again = AGAIN;
        loop {
            let timeout = if unheard.is_empty() { EpollTimeout::NONE } else { EpollTimeout::from(again) };
            let count = self.epoll.wait(&mut events, timeout).unwrap_or(0);
            let doors = self.doors();
            unheard
                .retain(|token| doors.get(token).is_some_and(|door| door.is_knocked.load(Ordering::Acquire)));
            again = if count == 0 { (2 * again).min(AGAIN_AT_MOST) } else { AGAIN };
            for event in &events[..count] {
                if let Some(door) = doors.get(&event.data()) {
                    door.is_knocked.store(true, Ordering::Release);
                    unheard.push(event.data());
                }
            }
            for door in unheard.iter().filter_map(|token| doors.get(token)) {
                door.knock();
            }
        }
    }
}

impl Door {
    fn knock(&self) {
        // SAFETY: the call takes numbers. As long as the door is known its thread is there.
        unsafe { libc::syscall(libc::SYS_tgkill, std::process::id(), self.tracer, knock().unwrap_or(0)) };
    }
}

/// The signal by which a tracer is interrupted: the first real-time one for which this process has no handler.
///
/// # Errors
/// Where it has one for each.
pub(super) fn knock() -> io::Result<libc::c_int> {
    static SIGNAL: OnceLock<libc::c_int> = OnceLock::new();
    if let Some(&signal) = SIGNAL.get() {
        return Ok(signal);
    }
    let free = (libc::SIGRTMIN()..=libc::SIGRTMAX()).find(|&signal| take(signal).unwrap_or(false));
    match free {
        Some(signal) => Ok(*SIGNAL.get_or_init(|| signal)),
        None => Err(io::Error::other("this process has a handler for each real-time signal")),
    }
}

/// Gives a signal a handler that does nothing, where it has none.
fn take(signal: libc::c_int) -> nix::Result<bool> {
    extern "C" fn nothing(_: libc::c_int) {}
    if !is_unhandled(signal)? {
        return Ok(false);
    }
    // SAFETY: an action of all zeros is the default one, and valid; the handler does nothing.
    unsafe {
        let mut action: libc::sigaction = mem::zeroed();
        // Without SA_RESTART it interrupts what waits.
        action.sa_sigaction = nothing as extern "C" fn(libc::c_int) as usize;
        Errno::result(libc::sigaction(signal, &raw const action, ptr::null_mut()))?;
    }
    Ok(true)
}

/// Whether this process has no handler for a signal, and does not ignore it.
pub(super) fn is_unhandled(signal: libc::c_int) -> nix::Result<bool> {
    // SAFETY: an action of all zeros is the default one, and valid.
    unsafe {
        let mut action: libc::sigaction = mem::zeroed();
        Errno::result(libc::sigaction(signal, ptr::null(), &raw mut action))?;
        Ok(action.sa_sigaction == libc::SIG_DFL)
    }
}
