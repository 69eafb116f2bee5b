//! Who printed an actor's lines, and from which line to which, as several checks look at it.

use super::Outcome;
use super::lives::not_seen;
use crate::cast::reading::Reading;
use crate::language::Language;

/// The first and the last line of each of two actors; what came of it where one printed nothing.
pub(super) fn spans(
    actors: [usize; 2],
    reading: &Reading<'_>,
    language: Language,
) -> Result<[(usize, usize); 2], Outcome> {
    let span = |actor: usize| match reading.lines_of(actor).as_slice() {
        [] => Err(silent(actor, reading, language)),
        [only] => Ok((*only, *only)),
        [first, .., last] => Ok((*first, *last)),
    };
    Ok([span(actors[0])?, span(actors[1])?])
}

/// Who played an actor, where it is known what became of them; what came of it where nobody did, or it is not known who.
pub(super) fn players<'a>(
    actor: usize,
    reading: &'a Reading<'_>,
    language: Language,
) -> Result<&'a [usize], Outcome> {
    if let Some(why) = not_seen(reading) {
        return Err(Outcome::Undecidable(why));
    }
    let name = reading.cast.actor(actor);
    match reading.players(actor) {
        _ if !reading.knows_writers_of(actor) => Err(Outcome::Unknown(language.pick(
            format!("it is not known who wrote the lines of {name}"),
            format!("不知道 {name} 的行是谁写的"),
        ))),
        [] => Err(silent(actor, reading, language)),
        players => Ok(players),
    }
}

/// What comes of a claim about an actor that printed nothing.
fn silent(actor: usize, reading: &Reading<'_>, language: Language) -> Outcome {
    let name = reading.cast.actor(actor);
    let expected = language.pick(format!("lines of {name}"), format!("{name} 打印的行"));
    Outcome::broken(expected, language.pick("it printed nothing", "它什么也没打印"), &[])
}

/// Why lines may be missing that the program printed, where the capture may be to blame.
pub(crate) fn crammed(reading: &Reading<'_>) -> Option<&'static str> {
    reading.transcript.crammed().then_some(reading.language.pick(
        "so much was printed that the socket may have been full where a pipe would not have been, and a program that \
         does not wait, as Node, then loses lines: `capture = \"pipe\"` in the contract gives it a pipe, which without a \
         witness does not name writers; root may let sockets hold more (the sysctl net.core.wmem_max)",
        "打印得太多，套接字可能已满，而管道还不会满；不肯等待的程序（例如 Node）这时会丢失一些行：契约里的 \
         `capture = \"pipe\"` 给它一个管道，但没有见证者时不指明谁写了什么；root 可以让套接字容纳更多（sysctl net.core.wmem_max）",
    ))
}
