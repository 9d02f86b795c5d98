//! What somebody who leaves may still know or have left behind, from what the audit log tells of them:
//! where they were root, which secrets they saw, which keys they typed. It only reads.

use super::Database;
use crate::kiwivm::call::{Call, Class};
use crate::kiwivm::calls::CALLS;

/// One VPS that a person may still have a hand on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exposed {
    /// The VPS's row.
    pub vps_id: i64,
    /// Its label now, or the last one it had.
    pub label: String,
    /// Whether it is still in the panel.
    pub is_here: bool,
    /// They ran commands as root.
    pub shell: bool,
    /// They saw a root password, a token or a link.
    pub secrets: bool,
    /// They typed its API key.
    pub key: bool,
    /// When they last did one of these.
    pub last_at_s: i64,
}

/// Where a person used the shell, saw secrets or typed a key, by label. A call whose outcome is not
/// known may have been made.
///
/// # Errors
/// SQLite's.
pub async fn exposed(db: &Database, person_id: i64) -> Result<Vec<Exposed>, sqlx::Error> {
    let shells = names(|call| call.class == Class::Shell);
    let secrets = names(|call| !call.secret_fields.is_empty());
    sqlx::query_as!(
        Exposed,
        r#"WITH trace AS (
               SELECT began.vps_id, began.vps, began.at_ms,
                      began.phase = 'intent' AND began.what IN (SELECT value FROM json_each(?2))
                          AND coalesce(ended.outcome, 'unknown') IN ('accepted', 'unknown') AS shell,
                      began.what = 'secrets-shown'
                          OR (began.phase = 'intent' AND began.what IN (SELECT value FROM json_each(?3))
                              AND coalesce(ended.outcome, 'unknown') IN ('accepted', 'unknown')) AS secrets,
                      began.what IN ('vps-added', 'vps-imported')
                          OR (began.what = 'vps-changed'
                              AND coalesce(json_extract(began.parameters, '$.key') = 'replaced', 0)) AS key
               FROM audit AS began
               LEFT JOIN audit AS ended ON ended.action = began.action AND ended.phase = 'outcome'
               WHERE began.person_id = ?1 AND began.vps_id IS NOT NULL AND began.phase <> 'outcome')
           SELECT trace.vps_id AS "vps_id!: i64", coalesce(vps.label, max(trace.vps), '') AS "label!: String",
                  vps.id IS NOT NULL AS "is_here!: bool", max(shell) AS "shell!: bool",
                  max(secrets) AS "secrets!: bool", max(key) AS "key!: bool",
                  max(at_ms) / 1000 AS "last_at_s!: i64"
           FROM trace LEFT JOIN vps ON vps.id = trace.vps_id
           WHERE shell OR secrets OR key
           GROUP BY trace.vps_id ORDER BY 3 DESC, 2"#,
        person_id,
        shells,
        secrets
    )
    .fetch_all(&db.reader)
    .await
}

/// The names of some calls, as a JSON list.
fn names(wanted: fn(&Call) -> bool) -> String {
    let names: Vec<&str> = CALLS
        .iter()
        .filter(|call| wanted(call))
        .map(|call| call.name)
        .collect();
    serde_json::json!(names).to_string()
}
