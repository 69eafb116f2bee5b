//! Ctrl-C, as a descriptor that every run can wait for.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

/// Whether the user wants everything to end. Copies share the answer.
#[derive(Clone, Debug, Default)]
pub struct Interrupt(Option<Arc<Shared>>);

#[derive(Debug)]
struct Shared {
    raised: Arc<AtomicBool>,
    /// Gets a byte per signal, which nobody ever reads: it stays readable for all who poll it.
    descriptor: UnixStream,
}

impl Interrupt {
    /// One that never comes.
    pub fn never() -> Interrupt {
        Interrupt(None)
    }

    /// Takes over SIGINT, SIGTERM and SIGHUP of this process. A second one ends it as if it were not taken over.
    ///
    /// # Errors
    /// Where the system refuses a socket or a signal handler.
    pub fn on_signals() -> io::Result<Interrupt> {
        let (descriptor, write) = UnixStream::pair()?;
        let raised = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            signal_hook::flag::register_conditional_default(signal, Arc::clone(&raised))?;
            signal_hook::flag::register(signal, Arc::clone(&raised))?;
            signal_hook::low_level::pipe::register(signal, write.try_clone()?)?;
        }
        Ok(Interrupt(Some(Arc::new(Shared { raised, descriptor }))))
    }

    /// Whether it has come.
    pub fn is_raised(&self) -> bool {
        self.0.as_ref().is_some_and(|shared| shared.raised.load(Ordering::Relaxed))
    }

    /// What to poll for it.
    pub(crate) fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        self.0.as_ref().map(|shared| shared.descriptor.as_fd())
    }
}
