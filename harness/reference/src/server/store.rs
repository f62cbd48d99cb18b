//! The store: clients, grants and the fetch log in SQLite; secrets and tokens only as hashes.

use std::path::Path;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;

use rusqlite::Connection;
use rusqlite::OptionalExtension;
use rusqlite::params;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Map;
use serde_json::Value;

use crate::cimd::FetchRecord;
use crate::error::ReferenceError;
use crate::server::state::Pending;
use crate::server::state::now;

/// The store.
pub(crate) struct Store(Mutex<Connection>);

/// A registered client.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Registered {
    pub(crate) id: String,
    pub(crate) metadata: Map<String, Value>,
    pub(crate) secret_hash: Option<String>,
    pub(crate) token_hash: String,
    pub(crate) issued: u64,
}

/// A code that was given out.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Code {
    pub(crate) request: Pending,
    pub(crate) family: String,
    pub(crate) expires: u64,
    pub(crate) used: bool,
}

/// An access or refresh token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) client_id: String,
    pub(crate) family: String,
    pub(crate) kind: String,
    pub(crate) scope: Option<String>,
    pub(crate) expires: u64,
    pub(crate) live: bool,
    /// Whether its client authenticated when it was given.
    pub(crate) authenticated: bool,
}

const TABLES: &str = "
CREATE TABLE IF NOT EXISTS clients (id TEXT PRIMARY KEY, metadata TEXT, secret_hash TEXT, token_hash TEXT, issued INTEGER);
CREATE TABLE IF NOT EXISTS codes (hash TEXT PRIMARY KEY, client_id TEXT, content TEXT);
CREATE TABLE IF NOT EXISTS tokens (hash TEXT PRIMARY KEY, client_id TEXT, family TEXT, kind TEXT, scope TEXT, expires INTEGER, live INTEGER, authenticated INTEGER);
CREATE INDEX IF NOT EXISTS tokens_family ON tokens (family);
CREATE TABLE IF NOT EXISTS fetches (at INTEGER, client_id TEXT, url TEXT, purpose TEXT, outcome TEXT, milliseconds INTEGER);
";
/// The log keeps the newest fetches; a stranger cannot fill the disk with it.
const MOST_FETCHES: i64 = 100_000;

impl Store {
    pub(crate) fn open(data: Option<&Path>) -> Result<Self, ReferenceError> {
        let wrong = |reason: String| ReferenceError::Store { reason };
        let opened = match data {
            None => Connection::open_in_memory(),
            Some(directory) => {
                std::fs::create_dir_all(directory).map_err(|error| wrong(error.to_string()))?;
                Connection::open(directory.join("reference.sqlite"))
            }
        };
        let connection = opened.map_err(|error| wrong(error.to_string()))?;
        let _ = connection.pragma_update(None, "journal_mode", "WAL");
        let _ = connection.pragma_update(None, "synchronous", "NORMAL");
        connection
            .execute_batch(TABLES)
            .map_err(|error| wrong(error.to_string()))?;
        Ok(Self(Mutex::new(connection)))
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn log_fetch(&self, record: &FetchRecord) {
        let connection = self.lock();
        let milliseconds = i64::try_from(record.milliseconds).unwrap_or(i64::MAX);
        let _ = connection
            .prepare_cached("INSERT INTO fetches VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
            .and_then(|mut insert| {
                let FetchRecord {
                    client_id,
                    url,
                    purpose,
                    outcome,
                    ..
                } = record;
                insert.execute(params![
                    seconds(now()),
                    client_id,
                    url,
                    purpose,
                    outcome,
                    milliseconds
                ])
            });
        if connection.last_insert_rowid() % 1000 == 0 {
            let _ = connection.execute(
                "DELETE FROM fetches WHERE rowid <= (SELECT max(rowid) FROM fetches) - ?1",
                params![MOST_FETCHES],
            );
        }
    }

    pub(crate) fn put_client(&self, client: &Registered) -> rusqlite::Result<()> {
        let Registered {
            id,
            metadata,
            secret_hash,
            token_hash,
            issued,
        } = client;
        let metadata = Value::Object(metadata.clone()).to_string();
        self.lock()
            .prepare_cached("INSERT OR REPLACE INTO clients VALUES (?1, ?2, ?3, ?4, ?5)")?
            .execute(params![id, metadata, secret_hash, token_hash, seconds(*issued)])
            .map(|_| ())
    }

    /// Stores a client again; false when it has no longer this registration token: two updates at once cannot both have it.
    pub(crate) fn replace_client(&self, client: &Registered, token_hash: &str) -> rusqlite::Result<bool> {
        let metadata = Value::Object(client.metadata.clone()).to_string();
        let replaced = self.lock().execute(
            "UPDATE clients SET metadata = ?3, secret_hash = ?4, token_hash = ?5 WHERE id = ?1 AND token_hash = ?2",
            params![client.id, token_hash, metadata, client.secret_hash, client.token_hash],
        )?;
        Ok(replaced == 1)
    }

    pub(crate) fn client(&self, id: &str) -> Option<Registered> {
        let connection = self.lock();
        let mut select = connection
            .prepare_cached("SELECT * FROM clients WHERE id = ?1")
            .ok()?;
        select
            .query_row(params![id], |row| {
                let metadata: String = row.get(1)?;
                Ok(Registered {
                    id: row.get(0)?,
                    metadata: serde_json::from_str(&metadata).unwrap_or_default(),
                    secret_hash: row.get(2)?,
                    token_hash: row.get(3)?,
                    issued: u64::try_from(row.get::<_, i64>(4)?).unwrap_or(0),
                })
            })
            .optional()
            .ok()
            .flatten()
    }

    /// Whether any client has this registration token: what a mutant asks.
    pub(crate) fn has_token_hash(&self, hash: &str) -> bool {
        self.lock()
            .query_row(
                "SELECT 1 FROM clients WHERE token_hash = ?1",
                params![hash],
                |_| Ok(()),
            )
            .is_ok()
    }

    /// Ends a registration token, whose client stays.
    pub(crate) fn end_registration_token(&self, hash: &str) {
        let _ = self.lock().execute(
            "UPDATE clients SET token_hash = '' WHERE token_hash = ?1",
            params![hash],
        );
    }

    pub(crate) fn delete_client(&self, id: &str) {
        let _ = self
            .lock()
            .execute("DELETE FROM clients WHERE id = ?1", params![id]);
    }

    /// How many clients have the redirect URIs of this one: what a mutant counts.
    pub(crate) fn clients_like(&self, client: &Registered) -> usize {
        let uris = client.metadata.get("redirect_uris").map(Value::to_string);
        let connection = self.lock();
        let count = connection.query_row(
            "SELECT count(*) FROM clients WHERE json_extract(metadata, '$.redirect_uris') = json(?1)",
            params![uris],
            |row| row.get::<_, i64>(0),
        );
        count
            .ok()
            .and_then(|count| usize::try_from(count).ok())
            .unwrap_or(0)
    }

    /// The client with this software identifier: what a mutant takes over.
    pub(crate) fn client_of_software(&self, software: &str) -> Option<String> {
        let connection = self.lock();
        let found = connection.query_row(
            "SELECT id FROM clients WHERE json_extract(metadata, '$.software_id') = ?1",
            params![software],
            |row| row.get(0),
        );
        found.ok()
    }

    /// Deletes all clients with the redirect URIs of this one: the deviation of a mutant.
    pub(crate) fn delete_clients_like(&self, client: &Registered) {
        let uris = client.metadata.get("redirect_uris").map(Value::to_string);
        let _ = self.lock().execute(
            "DELETE FROM clients WHERE json_extract(metadata, '$.redirect_uris') = json(?1)",
            params![uris],
        );
    }

    pub(crate) fn delete_grants(&self, client_id: &str) {
        let connection = self.lock();
        let _ = connection.execute("DELETE FROM codes WHERE client_id = ?1", params![client_id]);
        let _ = connection.execute("DELETE FROM tokens WHERE client_id = ?1", params![client_id]);
    }

    pub(crate) fn put_code(&self, hash: &str, code: &Code) -> rusqlite::Result<()> {
        let content = serde_json::to_string(code).unwrap_or_default();
        self.lock()
            .prepare_cached("INSERT OR REPLACE INTO codes VALUES (?1, ?2, ?3)")?
            .execute(params![hash, code.request.client_id, content])
            .map(|_| ())
    }

    /// The code, as it was before it is marked used: two redemptions at once cannot both find it unused.
    pub(crate) fn take_code(&self, hash: &str) -> Option<Code> {
        let connection = self.lock();
        let content: String = connection
            .query_row(
                "SELECT content FROM codes WHERE hash = ?1",
                params![hash],
                |row| row.get(0),
            )
            .ok()?;
        let code: Code = serde_json::from_str(&content).ok()?;
        let used = serde_json::to_string(&Code {
            used: true,
            ..code.clone()
        })
        .ok()?;
        let _ = connection.execute(
            "UPDATE codes SET content = ?2 WHERE hash = ?1",
            params![hash, used],
        );
        Some(code)
    }

    /// The code as it is; what mutants look at.
    pub(crate) fn code(&self, hash: &str) -> Option<Code> {
        let content: String = self
            .lock()
            .query_row(
                "SELECT content FROM codes WHERE hash = ?1",
                params![hash],
                |row| row.get(0),
            )
            .ok()?;
        serde_json::from_str(&content).ok()
    }

    pub(crate) fn put_token(&self, hash: &str, token: &Token) -> rusqlite::Result<()> {
        let Token {
            client_id,
            family,
            kind,
            scope,
            expires,
            live,
            authenticated,
        } = token;
        self.lock()
            .prepare_cached("INSERT OR REPLACE INTO tokens VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")?
            .execute(params![
                hash,
                client_id,
                family,
                kind,
                scope,
                seconds(*expires),
                live,
                authenticated
            ])
            .map(|_| ())
    }

    pub(crate) fn token(&self, hash: &str) -> Option<Token> {
        let connection = self.lock();
        let mut select = connection
            .prepare_cached("SELECT * FROM tokens WHERE hash = ?1")
            .ok()?;
        select
            .query_row(params![hash], |row| {
                Ok(Token {
                    client_id: row.get(1)?,
                    family: row.get(2)?,
                    kind: row.get(3)?,
                    scope: row.get(4)?,
                    expires: u64::try_from(row.get::<_, i64>(5)?).unwrap_or(0),
                    live: row.get(6)?,
                    authenticated: row.get(7)?,
                })
            })
            .optional()
            .ok()
            .flatten()
    }

    /// Ends one token; false when it was not live: two uses at once cannot both find it so.
    pub(crate) fn end_token(&self, hash: &str) -> bool {
        let ended = self.lock().execute(
            "UPDATE tokens SET live = 0 WHERE hash = ?1 AND live = 1",
            params![hash],
        );
        ended == Ok(1)
    }

    /// Makes a token live again that was ended.
    pub(crate) fn revive_token(&self, hash: &str) {
        let _ = self
            .lock()
            .execute("UPDATE tokens SET live = 1 WHERE hash = ?1", params![hash]);
    }

    /// Ends the refresh tokens of a family: what a mutant leaves is the rest.
    pub(crate) fn end_refresh_of(&self, family: &str) {
        let _ = self.lock().execute(
            "UPDATE tokens SET live = 0 WHERE family = ?1 AND kind = 'refresh'",
            params![family],
        );
    }

    /// Ends the codes and refresh tokens of a client: what a mutant leaves is the rest.
    pub(crate) fn delete_grants_but_access(&self, client_id: &str) {
        let connection = self.lock();
        let _ = connection.execute("DELETE FROM codes WHERE client_id = ?1", params![client_id]);
        let _ = connection.execute(
            "DELETE FROM tokens WHERE client_id = ?1 AND kind = 'refresh'",
            params![client_id],
        );
    }

    /// Ends all tokens of a family.
    pub(crate) fn end_family(&self, family: &str) {
        let _ = self
            .lock()
            .execute("UPDATE tokens SET live = 0 WHERE family = ?1", params![family]);
    }
}

fn seconds(seconds: u64) -> i64 {
    i64::try_from(seconds).unwrap_or(i64::MAX)
}
