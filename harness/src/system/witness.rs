//! stub
pub(crate) fn refused() -> Option<String> {
    Some("not yet".to_owned())
}
