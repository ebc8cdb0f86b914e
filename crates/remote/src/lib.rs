//! A web server with faults, for tests of `leafwise::file::RemoteFile` and of the program.
#![deny(unsafe_code)]

use std::io::{self, BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// What the server does wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    None,
    /// It closes the connection instead of a response.
    Drop,
    /// It responds after that many milliseconds.
    Delay(u64),
    /// It closes the connection after half of the body.
    Truncate,
    /// It sends half of the body, and names its length.
    Half,
    /// It sends a few bytes more than it was asked for, and names their number.
    More,
    /// It sends other bytes of the file, and says so.
    OtherRange,
    /// It says that the file is longer than it is.
    OtherSize,
    /// It sends the whole file.
    IgnoreRange,
    /// It sends the whole file, as if that were what it was asked for.
    Whole,
    /// It responds with this status only.
    Status(u16),
    /// The file has another entity tag from now on, and it ignores `If-Match`.
    OtherTag,
    /// It sends no entity tag.
    NoTag,
    /// The same, and it closes the connection after half of the body.
    TruncateWithoutTag,
}

/// A request that the server received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// `GET` or `HEAD`.
    pub method: String,
    /// The path, with what follows a question mark.
    pub path: String,
    /// The bytes that it asks for.
    pub range: Option<Range<u64>>,
    /// The entity tag that it requires.
    pub if_match: Option<String>,
    /// When it came.
    pub time: Instant,
}

/// A server of files, at an address of the loopback interface.
pub struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
}

type FaultOf = dyn Fn(usize, &Request) -> Fault + Send + Sync;

struct Shared {
    files: Mutex<Vec<File>>,
    requests: Mutex<Vec<Request>>,
    /// The fault of each request, by its number from 0.
    fault: Box<FaultOf>,
    keeps_alive: bool,
    is_stopped: AtomicBool,
}

struct File {
    /// What its paths end with.
    name: String,
    body: Vec<u8>,
    tag: String,
}

impl Server {
    /// Starts a server of one file, at any path.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no loopback interface.
    pub fn start(
        body: Vec<u8>,
        keeps_alive: bool,
        fault: impl Fn(usize) -> Fault + Send + Sync + 'static,
    ) -> io::Result<Server> {
        Server::of_files([("", body)], keeps_alive, move |number, _| fault(number))
    }

    /// Starts a server of files, at the paths that end with their names.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no loopback interface.
    pub fn of_files<'f>(
        files: impl IntoIterator<Item = (&'f str, Vec<u8>)>,
        keeps_alive: bool,
        fault: impl Fn(usize, &Request) -> Fault + Send + Sync + 'static,
    ) -> io::Result<Server> {
        let files = files.into_iter().map(|(name, body)| File {
            name: name.into(),
            body,
            tag: "\"first\"".into(),
        });
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let server = Server {
            address: listener.local_addr()?,
            shared: Arc::new(Shared {
                files: Mutex::new(files.collect()),
                requests: Mutex::default(),
                fault: Box::new(fault),
                keeps_alive,
                is_stopped: AtomicBool::new(false),
            }),
        };
        let shared = server.shared.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if shared.is_stopped.load(Ordering::Relaxed) {
                    return;
                }
                let shared = shared.clone();
                // The client notices what goes wrong with a connection.
                thread::spawn(move || shared.serve(stream));
            }
        });
        Ok(server)
    }

    /// Where the server is.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The requests so far.
    ///
    /// # Panics
    ///
    /// Panics if a thread of the server did.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.shared.requests.lock().expect("no panic").clone()
    }

    /// Replaces the first file by another one.
    ///
    /// # Panics
    ///
    /// Panics if a thread of the server did.
    pub fn replace(&self, body: Vec<u8>) {
        let file = &mut self.shared.files.lock().expect("no panic")[0];
        (file.body, file.tag) = (body, "\"second\"".into());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.is_stopped.store(true, Ordering::Relaxed);
        // The listener waits for a connection.
        let _ = TcpStream::connect(self.address);
    }
}

impl File {
    fn is_at(&self, path: &str) -> bool {
        let path = path.split('?').next().unwrap_or_default();
        path.ends_with(&self.name)
    }
}

impl Shared {
    /// The length of the file at a path; 0 if there is none.
    fn length(&self, path: &str) -> u64 {
        let files = self.files.lock().expect("no panic");
        let file = files.iter().find(|file| file.is_at(path));
        file.map_or(0, |file| file.body.len() as u64)
    }

    /// Serves a connection until it ends.
    fn serve(&self, stream: TcpStream) -> io::Result<()> {
        stream.set_read_timeout(Some(Duration::from_secs(20)))?;
        stream.set_nodelay(true)?;
        let mut lines = BufReader::new(stream.try_clone()?).lines();
        while let Some(first) = lines.next() {
            let first = first?;
            let mut words = first.split(' ').map(String::from);
            let mut request = Request {
                method: words.next().unwrap_or_default(),
                path: words.next().unwrap_or_default(),
                range: None,
                if_match: None,
                time: Instant::now(),
            };
            for line in lines.by_ref() {
                let line = line?;
                let Some((name, value)) = line.split_once(": ") else {
                    break;
                };
                match name.to_lowercase().as_str() {
                    "range" => request.range = parse_range(value, self.length(&request.path)),
                    "if-match" => request.if_match = Some(value.into()),
                    _ => {}
                }
            }
            let number = {
                let mut requests = self.requests.lock().expect("no panic");
                requests.push(request.clone());
                requests.len() - 1
            };
            let goes_on = self.respond(&request, (self.fault)(number, &request), &stream)?;
            if !goes_on || !self.keeps_alive {
                break;
            }
        }
        Ok(())
    }

    /// Responds to a request. Returns whether the connection can be used again.
    fn respond(&self, request: &Request, fault: Fault, mut out: &TcpStream) -> io::Result<bool> {
        let mut status = 200;
        let (body, tag) = {
            let mut files = self.files.lock().expect("no panic");
            match files.iter_mut().find(|file| file.is_at(&request.path)) {
                Some(file) => {
                    if fault == Fault::OtherTag {
                        file.tag = "\"other\"".into();
                    }
                    (file.body.clone(), file.tag.clone())
                }
                None => {
                    status = 404;
                    Default::default()
                }
            }
        };
        let length = body.len() as u64;
        let mut range = 0..length;
        if let Some(asked) = request.range.as_ref().filter(|_| status == 200) {
            status = if asked.start < length { 206 } else { 416 };
            range = asked.start.min(length)..asked.end.min(length);
        }
        let is_other = request.if_match.as_ref().is_some_and(|asked| *asked != tag);
        if is_other && fault != Fault::OtherTag && status != 404 {
            status = 412;
        }
        let mut content_range = range.clone();
        let mut size = length;
        match fault {
            Fault::Drop => return Ok(false),
            Fault::Delay(milliseconds) => thread::sleep(Duration::from_millis(milliseconds)),
            Fault::Status(other) => status = other,
            Fault::IgnoreRange => (status, range) = (200, 0..length),
            Fault::Whole => range = 0..length,
            Fault::Half => range.end -= (range.end - range.start) / 2,
            Fault::More => range.end = (range.end + 9).min(length),
            Fault::OtherRange => {
                range = range.start.saturating_sub(8)..range.end.saturating_sub(8);
                content_range = range.clone();
            }
            Fault::OtherSize => size += 4096,
            _ => {}
        }
        let body = match status {
            200 | 206 => &body[range.start as usize..range.end as usize],
            _ => b"an error",
        };
        let mut head = format!(
            "HTTP/1.1 {status} Status\r\nContent-Length: {}\r\n",
            body.len()
        );
        if status == 206 {
            let Range { start, end } = content_range;
            head += &format!("Content-Range: bytes {start}-{}/{size}\r\n", end.max(1) - 1);
        }
        if !matches!(fault, Fault::NoTag | Fault::TruncateWithoutTag) {
            head += &format!("ETag: {tag}\r\n");
        }
        if !self.keeps_alive {
            head += "Connection: close\r\n";
        }
        out.write_all(format!("{head}\r\n").as_bytes())?;
        if request.method == "HEAD" {
            return Ok(true);
        }
        if matches!(fault, Fault::Truncate | Fault::TruncateWithoutTag) {
            out.write_all(&body[..body.len() / 2])?;
            return Ok(false);
        }
        out.write_all(body)?;
        Ok(true)
    }
}

/// The range of `bytes=FIRST-LAST`, or of `bytes=-COUNT`, which is at the end.
fn parse_range(value: &str, length: u64) -> Option<Range<u64>> {
    let (first, last) = value.strip_prefix("bytes=")?.split_once('-')?;
    let last: u64 = last.parse().ok()?;
    Some(match first {
        "" => length.saturating_sub(last)..length,
        first => first.parse().ok()?..last + 1,
    })
}
