//! What leads on from what is shown: the form of a call with its choices filled in, and the step that
//! makes a change take effect. It sends nothing.

use crate::kiwivm::call::Call;

/// Whether only a full stop and a start make this change take effect.
pub(super) fn needs_a_cold_start(call: &Call) -> bool {
    matches!(call.name, "iso/mount" | "iso/unmount")
}

/// The form of a call with these choices filled in, as a path.
pub(super) fn form_path(vps_id: i64, call: &str, fields: &[(&str, &str)]) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish();
    format!("/vps/{vps_id}/call/{call}?{query}")
}
