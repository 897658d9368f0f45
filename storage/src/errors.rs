//! What can go wrong between us and Postgres, asked the question that matters: is trying again of use?

use tokio_postgres::error::SqlState;

/// A failure of the database or of the way to it.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// No connection could be had: down, starting, full, or the pool's wait ran out. Try again.
    #[error("the database cannot be reached: {0}")]
    Unavailable(String),
    /// The connection was lost at the commit: it may or may not have happened. Look before asking again.
    #[error("whether the commit happened is unknown: {0}")]
    InDoubt(String),
    /// Postgres answered with an error.
    #[error("the database refused {what}: {source}")]
    Refused {
        /// What was being done.
        what: &'static str,
        /// Postgres' own words; for the log, never for a caller.
        source: tokio_postgres::Error,
    },
    /// A row that must be there is not, or is not as it must be.
    #[error("the database holds something unexpected: {0}")]
    Unexpected(String),
    /// The connection settings cannot be used.
    #[error("database settings: {0}")]
    Settings(String),
    /// The machine cannot run the embedded server.
    #[error("embedded Postgres: {0}")]
    Embedded(String),
}

impl StorageError {
    /// Wraps a driver error with what was being done.
    pub(crate) fn during(what: &'static str) -> impl FnOnce(tokio_postgres::Error) -> Self {
        move |source| {
            if is_outage(&source) {
                Self::Unavailable(format!("{what}: {source}"))
            } else {
                Self::Refused { what, source }
            }
        }
    }

    /// Wraps the error of a commit. Postgres' own no is a no; a lost connection or a server that is going is none.
    pub(crate) fn at_commit(source: tokio_postgres::Error) -> Self {
        let code = source.code().map(|code| code.code().to_owned());
        let is_in_doubt = code.is_none_or(|code| code.starts_with("08") || code.starts_with("57P"));
        if is_in_doubt {
            Self::InDoubt(source.to_string())
        } else {
            Self::during("committing")(source)
        }
    }

    /// Whether it may have happened all the same.
    #[must_use]
    pub fn is_in_doubt(&self) -> bool {
        matches!(self, Self::InDoubt(_))
    }

    /// Whether the same request may succeed a little later.
    #[must_use]
    pub fn is_outage(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }

    /// Whether a unique constraint said no; its name, when Postgres gave one.
    #[must_use]
    pub fn violated_unique(&self) -> Option<&str> {
        match self {
            Self::Refused { source, .. } => {
                let error = source
                    .as_db_error()
                    .filter(|error| *error.code() == SqlState::UNIQUE_VIOLATION)?;
                Some(error.constraint().unwrap_or(""))
            }
            Self::Unavailable(_) | Self::InDoubt(_) | Self::Unexpected(_) | Self::Settings(_) | Self::Embedded(_) => {
                None
            }
        }
    }
}

/// Whether an error means the way to the server is gone or the server is going, rather than that it minds the request.
pub(crate) fn is_outage(error: &tokio_postgres::Error) -> bool {
    let Some(code) = error.code() else {
        return error.is_closed() || error.as_db_error().is_none();
    };
    let class = code.code().get(..2).unwrap_or_default();
    // 08 connection, 53 out of resources (disk full, memory, connections), 57P operator intervention, 58 I/O error
    // 40P01 and 40001: two transactions met; nothing happened, and asking again helps
    matches!(class, "08" | "53" | "58") || code.code().starts_with("57P") || matches!(code.code(), "40P01" | "40001")
}
