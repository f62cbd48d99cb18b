//! The pipe to the browser: commands with their answers, and events by session. A message is JSON and ends with a NUL.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::OnceLock;
use std::sync::PoisonError;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::time::Duration;

use serde_json::Value;
use serde_json::json;
use tokio::io::AsyncBufReadExt;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWriteExt;
use tokio::io::BufReader;
use tokio::process::ChildStdin;
use tokio::process::ChildStdout;
use tokio::sync::mpsc;
use tokio::sync::oneshot;

use crate::error::BrowserError;
use crate::process::Ends;
use crate::process::Process;

/// A longer message is not from a browser that we understand.
const LONGEST_MESSAGE: u64 = 256 << 20;
/// So many events may wait for a tab; then the browser waits.
const EVENTS_WAITING: usize = 1024;

/// Something that the browser reports of a session.
#[derive(Debug)]
pub(crate) struct Event {
    pub(crate) session: String,
    pub(crate) method: String,
    pub(crate) params: Value,
}

type Answered = Result<Value, String>;

/// The connection. It never outlives the process, and the first failure is the one that everybody is told.
pub(crate) struct Wire {
    process: Process,
    commands: mpsc::UnboundedSender<Vec<u8>>,
    waiting: Mutex<HashMap<u64, oneshot::Sender<Answered>>>,
    sessions: Mutex<HashMap<String, mpsc::Sender<Event>>>,
    next: AtomicU64,
    failure: OnceLock<BrowserError>,
    /// How long the browser itself may take for a command.
    answer_within: Duration,
}

impl Wire {
    /// Speaks with the process.
    pub(crate) fn new(process: Process, ends: Ends, answer_within: Duration) -> Arc<Self> {
        let (commands, queue) = mpsc::unbounded_channel();
        let wire = Arc::new(Self {
            process,
            commands,
            waiting: Mutex::default(),
            sessions: Mutex::default(),
            next: AtomicU64::new(1),
            failure: OnceLock::new(),
            answer_within,
        });
        // Both end by themselves: the writer as the wire is dropped, the reader as the browser then ends.
        tokio::spawn(write(ends.commands, queue));
        tokio::spawn(read(ends.answers, Arc::downgrade(&wire)));
        wire
    }

    /// Where the events of the session go from now on.
    pub(crate) fn listen(&self, session: &str, sender: &mpsc::Sender<Event>) {
        lock(&self.sessions).insert(session.to_owned(), sender.clone());
    }

    /// The events of one tab.
    pub(crate) fn channel() -> (mpsc::Sender<Event>, mpsc::Receiver<Event>) {
        mpsc::channel(EVENTS_WAITING)
    }

    /// Forgets the session.
    pub(crate) fn forget(&self, session: &str) {
        lock(&self.sessions).remove(session);
    }

    /// Sends a command and forgets its answer.
    pub(crate) fn tell(&self, session: &str, method: &str, params: Value) {
        self.send(Some(session), method, params);
    }

    /// Sends a command that the browser itself does. A browser that does not answer is ended.
    pub(crate) async fn call(
        &self,
        session: Option<&str>,
        method: &str,
        params: Value,
    ) -> Result<Value, BrowserError> {
        match self
            .call_within(session, method, params, self.answer_within)
            .await?
        {
            Some(answer) => Ok(answer),
            None => Err(self.hung(method, self.answer_within)),
        }
    }

    /// Sends a command, and returns nothing when there is no answer by then.
    pub(crate) async fn call_within(
        &self,
        session: Option<&str>,
        method: &str,
        params: Value,
        within: Duration,
    ) -> Result<Option<Value>, BrowserError> {
        let (id, answer) = self.send(session, method, params);
        // Looked at after the command waits for its answer: whoever fails in between takes it away.
        if let Some(failure) = self.failure.get() {
            return Err(failure.clone());
        }
        match tokio::time::timeout(within, answer).await {
            Ok(Ok(Ok(answer))) => Ok(Some(answer)),
            Ok(Ok(Err(reason))) => Err(BrowserError::Refused {
                method: method.to_owned(),
                reason,
            }),
            Ok(Err(_)) => Err(self.failure.get().cloned().unwrap_or(BrowserError::NoPage)),
            Err(_) => {
                lock(&self.waiting).remove(&id);
                Ok(None)
            }
        }
    }

    /// Ends a browser that does not answer.
    pub(crate) fn hung(&self, method: &str, after: Duration) -> BrowserError {
        self.fail(BrowserError::Hung {
            method: method.to_owned(),
            after,
        })
    }

    /// Closes everything of a tab.
    pub(crate) fn dismiss(&self, context: &str) {
        let what = json!({ "browserContextId": context });
        self.send(None, "Target.disposeBrowserContext", what);
    }

    /// What ended the browser, if something did.
    pub(crate) fn failure(&self) -> Option<BrowserError> {
        self.failure.get().cloned()
    }

    #[cfg(test)]
    pub(crate) fn folder(&self) -> &std::path::Path {
        self.process.folder()
    }

    /// Waits until the process has ended by itself.
    pub(crate) async fn exit(&self) -> Option<i32> {
        self.process.exit().await
    }

    fn send(&self, session: Option<&str>, method: &str, params: Value) -> (u64, oneshot::Receiver<Answered>) {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let (sender, receiver) = oneshot::channel();
        lock(&self.waiting).insert(id, sender);
        let mut message = json!({ "id": id, "method": method, "params": params });
        if let Some(session) = session {
            message["sessionId"] = Value::from(session);
        }
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        // A writer that is gone has failed already, and everybody is told so.
        let _ = self.commands.send(bytes);
        (id, receiver)
    }

    fn fail(&self, error: BrowserError) -> BrowserError {
        let first = self.failure.get_or_init(|| error).clone();
        self.process.kill();
        lock(&self.waiting).clear();
        lock(&self.sessions).clear();
        first
    }

    async fn take(&self, message: &[u8]) {
        let Ok(mut message) = serde_json::from_slice::<Value>(message) else {
            return;
        };
        if let Some(id) = message["id"].as_u64() {
            let waiting = lock(&self.waiting).remove(&id);
            let answer = match message.get("error") {
                Some(error) => Err(error["message"].as_str().unwrap_or("no reason").to_owned()),
                None => Ok(message["result"].take()),
            };
            // Nobody waits for the answer to what was only told.
            let _ = waiting.map(|waiting| waiting.send(answer));
            return;
        }
        let session = message["sessionId"].as_str().unwrap_or_default().to_owned();
        let listener = lock(&self.sessions).get(&session).cloned();
        if let Some(listener) = listener {
            let event = Event {
                session,
                method: message["method"].as_str().unwrap_or_default().to_owned(),
                params: message["params"].take(),
            };
            let _ = listener.send(event).await;
        }
    }
}

async fn write(mut pipe: ChildStdin, mut queue: mpsc::UnboundedReceiver<Vec<u8>>) {
    while let Some(message) = queue.recv().await {
        // The reader sees the end of the browser, too, and says why.
        if pipe.write_all(&message).await.is_err() {
            return;
        }
    }
}

async fn read(pipe: ChildStdout, wire: std::sync::Weak<Wire>) {
    let mut reader = BufReader::with_capacity(1 << 16, pipe);
    let mut message = Vec::new();
    loop {
        message.clear();
        let read = (&mut reader)
            .take(LONGEST_MESSAGE)
            .read_until(0, &mut message)
            .await;
        let Some(wire) = wire.upgrade() else { return };
        if !matches!(read, Ok(length) if length > 0) || message.pop() != Some(0) {
            let error = wire.process.obituary().await;
            wire.fail(error);
            return;
        }
        wire.take(&message).await;
    }
}

/// A lock whose holder panicked still guards data that is whole.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
