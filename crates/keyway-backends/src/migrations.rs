//! The steps that bring a database to the form that this version expects. Steps are only ever
//! added, and each works while the previous version still runs.

use keyway_core::backend::store::{StoreError, StoreResult};

/// One step.
pub(crate) struct Migration {
    /// Its place in the order; the first is 1.
    pub version: i64,
    /// What it is called.
    pub name: &'static str,
    /// What it does.
    pub sql: &'static str,
}

/// The steps for SQLite.
pub(crate) const SQLITE: [Migration; 2] = [
    Migration { version: 1, name: "init", sql: include_str!("../migrations/sqlite/0001_init.sql") },
    Migration {
        version: 2,
        name: "dashboard",
        sql: include_str!("../migrations/sqlite/0002_dashboard.sql"),
    },
];

/// The steps for PostgreSQL.
pub(crate) const POSTGRES: [Migration; 2] = [
    Migration {
        version: 1,
        name: "init",
        sql: include_str!("../migrations/postgres/0001_init.sql"),
    },
    Migration {
        version: 2,
        name: "dashboard",
        sql: include_str!("../migrations/postgres/0002_dashboard.sql"),
    },
];

/// Those of `all` that a database at `version` lacks. An error if it is newer than this program,
/// or lacks some and `migrate` forbids to add them.
pub(crate) fn pending(
    all: &'static [Migration],
    version: i64,
    migrate: bool,
) -> StoreResult<&'static [Migration]> {
    let newest = all.last().map_or(0, |step| step.version);
    if newest < version {
        return Err(StoreError::Unavailable(format!(
            "it was made by a newer Keyway (schema {version}, this program knows {newest})"
        )));
    }
    let missing: &[Migration] = &all[all.partition_point(|step| step.version <= version)..];
    if missing.is_empty() || migrate {
        return Ok(missing);
    }
    Err(StoreError::Unavailable(format!(
        "its schema is {version} and this program needs {newest}; start without --no-migrate to \
         bring it up to date"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_count_up_from_one() {
        for all in [&SQLITE[..], &POSTGRES[..]] {
            for (step, version) in all.iter().zip(1..) {
                assert_eq!(step.version, version, "{}", step.name);
            }
        }
    }

    /// Tables, columns and indexes, without what they are made of.
    fn outline(sql: &str) -> Vec<String> {
        sql.lines()
            .map(|line| line.trim().trim_end_matches(','))
            .filter(|line| !line.starts_with("--"))
            .filter_map(|line| {
                let mut words = line.split_whitespace();
                match (words.next()?, words.next()?) {
                    ("CREATE", kind) => Some(format!("{kind} {}", words.next()?)),
                    ("PRIMARY" | "FOREIGN" | "UNIQUE" | "CHECK" | "CONSTRAINT", _) => None,
                    (column, "TEXT" | "INTEGER" | "BLOB" | "BIGINT" | "BOOLEAN" | "BYTEA") => {
                        Some(column.to_owned())
                    }
                    _ => None,
                }
            })
            .collect()
    }

    #[test]
    fn both_databases_get_the_same_tables_and_columns() {
        // In PostgreSQL an index that names the balance would make every spending dearer.
        let only_sqlite = "INDEX key_credits_spent";
        for (sqlite, postgres) in SQLITE.iter().zip(&POSTGRES) {
            let mut common = outline(sqlite.sql);
            common.retain(|line| line != only_sqlite);
            assert_eq!(common, outline(postgres.sql), "{}", sqlite.name);
            assert!(20 < outline(sqlite.sql).len(), "the outline sees columns");
        }
    }

    #[test]
    fn a_newer_database_is_refused() {
        assert!(pending(&SQLITE, 1000, true).is_err());
    }

    #[test]
    fn an_older_database_is_refused_if_it_may_not_be_changed() {
        assert!(pending(&SQLITE, 0, false).is_err());
        assert_eq!(pending(&SQLITE, 0, true).unwrap().len(), SQLITE.len());
        let newest = SQLITE.last().unwrap().version;
        assert!(pending(&SQLITE, newest, false).unwrap().is_empty());
    }
}
