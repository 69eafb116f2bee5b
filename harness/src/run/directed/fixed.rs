//! What would be different in each run, and is not in one that is directed.

use fastrand::Rng;

use super::Begun;
use crate::system::processors::allowed;
use crate::system::witness::{Call, Tracee};

/// Fills what a task asks for with numbers that are the same in each run; its call's result.
pub(super) fn give_random(task: Tracee, call: Call, random: &mut Rng) -> i64 {
    let [address, length, ..] = call.arguments;
    let mut bytes = vec![0; usize::try_from(length.min(1 << 20)).unwrap_or(0)];
    random.fill(&mut bytes);
    if task.write(address, &bytes) { bytes.len().cast_signed() as i64 } else { -i64::from(libc::EFAULT) }
}

/// Whether what a task asks for may change what it does. The eight bytes that glibc's `malloc` asks for in each program, by which it
/// knows what was freed twice, do not (malloc/malloc.c: `tcache_key_initialize`).
pub(super) fn is_drawn(call: Call) -> bool {
    let [_, length, flags, ..] = call.arguments;
    (length, flags) != (8, u64::from(libc::GRND_NONBLOCK))
}

/// Lets a task believe that it may run where the harness may: all run on one processor.
pub(super) fn processors(task: Tracee, call: Call) -> Begun {
    let [_, length, address, ..] = call.arguments;
    if call.number == libc::SYS_sched_setaffinity {
        return Begun::At(0);
    }
    let mask = allowed();
    if length < mask.len() as u64 {
        return Begun::Made;
    }
    let written = task.write(address, mask);
    Begun::At(if written { mask.len().cast_signed() as i64 } else { -i64::from(libc::EFAULT) })
}

/// Hides the kernel's own code in a new program, by which it would read the true clock, and fixes the bytes that the kernel gives it
/// at random (getauxval(3): `AT_SYSINFO_EHDR`, `AT_RANDOM`).
pub(super) fn fix_what_varies(task: Tracee, random: &mut Rng) {
    const IGNORE: u64 = 1;
    let Some(stack) = task.registers().map(|registers| registers.stack()) else { return };
    let word = |index: u64| task.read_u64(stack + 8 * index);
    // The number of arguments, those, a zero, the environment, a zero; then pairs.
    let Some(arguments) = word(0) else { return };
    let mut at = arguments + 2;
    while word(at).is_some_and(|word| word != 0) {
        at += 1;
    }
    at += 1;
    while let (Some(key), Some(value)) = (word(at), word(at + 1)) {
        match key {
            libc::AT_NULL => return,
            libc::AT_SYSINFO_EHDR => _ = task.write(stack + 8 * at, &IGNORE.to_ne_bytes()),
            libc::AT_RANDOM => {
                let mut bytes = [0; 16];
                random.fill(&mut bytes);
                task.write(value, &bytes);
            }
            _ => {}
        }
        at += 2;
    }
}
