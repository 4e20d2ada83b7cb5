//! A small HTTP server on loopback that answers as a test wants.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// How a path is answered.
#[derive(Clone)]
pub enum Answer {
    /// With these bytes, or the part that is asked for.
    Content(Vec<u8>),
    /// With the whole length announced, but only so many bytes.
    CutOff(Vec<u8>, usize),
    /// By naming another place.
    Redirect(String),
}

#[derive(Default)]
struct State {
    answers: BTreeMap<String, Answer>,
    requests: Vec<String>,
}

/// The server; it answers until the test is over.
#[derive(Clone)]
pub struct Server {
    pub address: String,
    state: Arc<Mutex<State>>,
}

impl Server {
    pub fn start() -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port on loopback");
        let address = format!("http://{}/debian", listener.local_addr().expect("an address"));
        let state = Arc::<Mutex<State>>::default();
        let shared = state.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = shared.clone();
                std::thread::spawn(move || serve(stream, &shared));
            }
        });
        Server { address, state }
    }

    /// Answers `path` (from the archive's address on) so from now on.
    pub fn set(&self, path: &str, answer: Answer) {
        self.state.lock().unwrap().answers.insert(format!("/debian/{path}"), answer);
    }

    /// What is answered at `path`.
    pub fn content(&self, path: &str) -> Vec<u8> {
        match self.state.lock().unwrap().answers.get(&format!("/debian/{path}")) {
            Some(Answer::Content(content)) => content.clone(),
            _ => panic!("no content at {path}"),
        }
    }

    /// Paths asked for since the last call, with the range if one was.
    pub fn requests(&self) -> Vec<String> {
        std::mem::take(&mut self.state.lock().unwrap().requests)
    }
}

fn serve(stream: TcpStream, state: &Mutex<State>) {
    let mut reader = BufReader::new(&stream);
    loop {
        let mut request = String::new();
        if reader.read_line(&mut request).unwrap_or(0) == 0 {
            return;
        }
        let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
        let mut from = None;
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).unwrap_or(0) == 0 || line.trim().is_empty() {
                break;
            }
            let line = line.to_ascii_lowercase();
            if let Some(range) = line.strip_prefix("range: bytes=") {
                from = range.trim().trim_end_matches('-').parse::<usize>().ok();
            }
        }
        let answer = {
            let mut state = state.lock().unwrap();
            let shown = path.trim_start_matches("/debian/");
            let range = from.map(|from| format!(" from {from}")).unwrap_or_default();
            state.requests.push(format!("{shown}{range}"));
            state.answers.get(&path).cloned()
        };
        if answer_one(&stream, answer, from).is_none() {
            return;
        }
    }
}

/// `None` when the connection is over.
fn answer_one(mut stream: &TcpStream, answer: Option<Answer>, from: Option<usize>) -> Option<()> {
    let (head, body, goes_on) = match answer {
        None => ("404 Not Found\r\nContent-Length: 0".to_owned(), Vec::new(), true),
        Some(Answer::Redirect(target)) => {
            (format!("302 Found\r\nLocation: {target}\r\nContent-Length: 0"), Vec::new(), true)
        }
        Some(Answer::CutOff(content, at)) => {
            let head = format!("200 OK\r\nContent-Length: {}", content.len());
            (head, content[..at].to_vec(), false)
        }
        Some(Answer::Content(content)) => match from {
            Some(from) if from < content.len() => {
                let len = content.len();
                let range = format!("Content-Range: bytes {from}-{}/{len}", len - 1);
                let head =
                    format!("206 Partial Content\r\n{range}\r\nContent-Length: {}", len - from);
                (head, content[from..].to_vec(), true)
            }
            _ => (format!("200 OK\r\nContent-Length: {}", content.len()), content, true),
        },
    };
    stream.write_all(format!("HTTP/1.1 {head}\r\n\r\n").as_bytes()).ok()?;
    stream.write_all(&body).ok()?;
    goes_on.then_some(())
}
