//! The stack of a task that is stopped: who called what it executes, from the unwinding tables of its files (`.eh_frame`).

use std::vec::IntoIter;

use super::code::Mapping;
use super::witness::Tracee;

/// Where a task is, then where each of its callers called: addresses within the instructions. These are the files that are mapped
/// into its memory.
pub(super) fn of(task: Tracee, mappings: &[Mapping]) -> IntoIter<u64> {
    own::unwind(task, mappings).unwrap_or_default().into_iter()
}

#[cfg(target_arch = "x86_64")]
mod own {
    use std::fs;
    use std::ops::Range;
    use std::path::Path;
    use std::sync::{Arc, LazyLock};

    use super::{Mapping, Tracee};
    use crate::system::files::Files;

    use framehop::x86_64::{CacheX86_64, UnwindRegsX86_64, UnwinderX86_64};
    use framehop::{ExplicitModuleSectionInfo, Module, Unwinder};
    use object::{Object, ObjectSection, ObjectSegment};

    /// What is mapped is whole pages.
    const PAGE: u64 = 4096;

    /// At most so many callers are looked for.
    const DEEPEST: usize = 64;

    /// What is told of an executable file.
    struct File {
        /// Where each part of the file stands in memory: its place in the file, from the start of its first page on, and its address.
        segments: Vec<(Range<u64>, u64)>,
        text: Section,
        offsets: Section,
        frames: Section,
        index: Section,
    }

    /// Where a part of a file stands, and what is there.
    type Section = Option<(Range<u64>, Arc<[u8]>)>;

    static FILES: LazyLock<Files<File>> = LazyLock::new(Files::default);

    impl File {
        fn read(path: &Path) -> Option<File> {
            let bytes = fs::read(path).ok()?;
            let file = object::File::parse(&*bytes).ok()?;
            let segments = file.segments().map(|segment| {
                let (offset, size) = segment.file_range();
                let into = offset % PAGE;
                (offset - into..offset + size, segment.address() - into)
            });
            let section = |name| {
                let section = file.section_by_name(name)?;
                Some((section.address()..section.address() + section.size(), section.data().ok()?.into()))
            };
            Some(File {
                segments: segments.collect(),
                text: section(".text"),
                offsets: section(".got"),
                frames: section(".eh_frame"),
                index: section(".eh_frame_hdr"),
            })
        }
    }

    pub fn unwind(task: Tracee, mappings: &[Mapping]) -> Option<Vec<u64>> {
        let registers = task.registers()?;
        let registers = registers.all();
        let mut unwinder: UnwinderX86_64<Arc<[u8]>> = UnwinderX86_64::new();
        mappings
            .iter()
            .filter(|mapping| mapping.is_code)
            .filter_map(module)
            .for_each(|module| unwinder.add_module(module));
        let mut cache = CacheX86_64::<_>::new();
        let mut read = |address| task.read_u64(address).ok_or(());
        let start = UnwindRegsX86_64::new(registers.rip, registers.rsp, registers.rbp);
        let mut frames = unwinder.iter_frames(registers.rip, start, &mut cache, &mut read);
        let mut addresses = Vec::new();
        while let Ok(Some(frame)) = frames.next()
            && addresses.len() < DEEPEST
        {
            addresses.push(frame.address_for_lookup());
        }
        Some(addresses)
    }

    /// The file behind a mapping of code.
    fn module(mapping: &Mapping) -> Option<Module<Arc<[u8]>>> {
        let file = FILES.get(&mapping.path, File::read)?;
        // Two that share a page of the file are both mapped with it: what begins there is the later one.
        let (range, address) = file.segments.iter().rfind(|(range, _)| range.contains(&mapping.offset))?;
        let start = mapping.place.start.checked_sub(mapping.offset)?.checked_add(range.start)?;
        let base = start.checked_sub(*address)?;
        let place = |section: &Section| section.as_ref().map(|(place, _)| place.clone());
        let data = |section: &Section| section.as_ref().map(|(_, data)| Arc::clone(data));
        let sections = ExplicitModuleSectionInfo {
            base_svma: 0,
            text_svma: place(&file.text),
            text: data(&file.text),
            got_svma: place(&file.offsets),
            eh_frame_svma: place(&file.frames),
            eh_frame: data(&file.frames),
            eh_frame_hdr_svma: place(&file.index),
            eh_frame_hdr: data(&file.index),
            ..Default::default()
        };
        let name = mapping.path.to_string_lossy().into_owned();
        Some(Module::new(name, mapping.place.clone(), base, sections))
    }
}

#[cfg(not(target_arch = "x86_64"))]
mod own {
    use super::{Mapping, Tracee};

    /// Only where it is itself.
    pub fn unwind(task: Tracee, _: &[Mapping]) -> Option<Vec<u64>> {
        Some(vec![task.registers()?.instruction()])
    }
}
