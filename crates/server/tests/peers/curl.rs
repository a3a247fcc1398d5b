//! curl, which knows HTTP longer than most.

use crate::{
    plan::bytes,
    program::{PATIENCE, Peer, Program},
    site::Site,
};
use http1::Response;
use server::{Error, Exchange, Files, Server};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Runs curl, and gives what it writes to its standard output.
async fn curl(arguments: &[&str]) -> String {
    let always = ["-q", "--silent", "--show-error", "--noproxy", "*", "--max-time", "50"];
    let mut curl = Program::start(Peer::Curl, always.iter().chain(arguments));
    curl.rest(PATIENCE).await.join("\n")
}

/// A server for curl, and a directory of its own for each test.
struct Desk {
    site: Site,
    directory: PathBuf,
}

impl Desk {
    async fn open(test: &str) -> Desk {
        Desk::of(Server::default(), test).await
    }

    async fn of(server: Server, test: &str) -> Desk {
        let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("curl").join(test);
        _ = fs::remove_dir_all(&directory);
        fs::create_dir_all(directory.join("public")).unwrap();
        fs::write(directory.join("public/digits.txt"), "0123456789").unwrap();
        fs::write(directory.join("public/long.txt"), "curl takes it compressed. ".repeat(1_000))
            .unwrap();
        let files = Files::new(directory.join("public"));
        let site = Site::start(server, move |exchange| answer(files.clone(), exchange)).await;
        Desk { site, directory }
    }

    fn url(&self, target: &str) -> String {
        format!("http://{}{target}", self.site.address)
    }

    /// The path of a file of the test's own.
    fn path(&self, name: &str) -> String {
        self.directory.join(name).display().to_string()
    }
}

async fn answer(files: Files, mut exchange: Exchange) -> Result<(), Error> {
    match exchange.path() {
        "/body" => {
            let body = exchange.body().await?;
            exchange.respond(Response::new(200), &body).await
        }
        "/stream" => {
            let mut reply = exchange.begin(Response::new(200))?;
            for piece in ["one ", "two ", "three"] {
                reply.send(piece.as_bytes()).await?;
                reply.flush().await?;
            }
            reply.end().await
        }
        _ => files.serve(exchange).await,
    }
}

#[tokio::test]
#[ignore = "needs curl"]
async fn curl_gets_and_sends_with_every_method() {
    let desk = Desk::open("methods").await;
    let (url, status) = (desk.url("/body"), "-w%{http_code}");
    assert_eq!(curl(&[status, &url]).await, "200");
    assert_eq!(curl(&[status, &url, "--data-raw", "안녕, 👋"]).await, "안녕, 👋200");
    for method in ["PUT", "DELETE", "PATCH", "OPTIONS", "QUERY"] {
        assert_eq!(curl(&[status, "-X", method, &url, "-d", method]).await, format!("{method}200"));
    }
    assert_eq!(curl(&[status, "-o", &desk.path("nothing"), &desk.url("/nothing")]).await, "404");
}

#[tokio::test]
#[ignore = "needs curl"]
async fn curl_asks_for_a_head_and_goes_on() {
    let desk = Desk::open("head").await;
    let url = desk.url("/digits.txt");
    let printed = curl(&["-I", &url, "--next", "-s", "-w %{num_connects}", &url]).await;
    assert!(printed.starts_with("HTTP/1.1 200 OK"), "{printed}");
    assert!(printed.contains("Content-Length: 10"), "{printed}");
    assert!(printed.ends_with("0123456789 0"), "the same connection: {printed}");
}

#[tokio::test]
#[ignore = "needs curl"]
async fn curl_keeps_its_connection_for_the_next_url() {
    let desk = Desk::open("alive").await;
    let (file, stream, body) = (desk.url("/digits.txt"), desk.url("/stream"), desk.url("/body"));
    let printed = curl(&["-w %{num_connects}, ", &file, &stream, &body, &file]).await;
    assert_eq!(printed, "0123456789 1, one two three 0,  0, 0123456789 0, ");
}

#[tokio::test]
#[ignore = "needs curl"]
async fn curl_asks_many_things_at_once() {
    let desk = Desk::open("parallel").await;
    let url = desk.url("/digits.txt?[1-200]");
    let printed = curl(&["--parallel", "--parallel-max", "50", &url]).await;
    assert_eq!(printed, "0123456789".repeat(200));
}

#[tokio::test]
#[ignore = "needs curl"]
async fn curl_uploads_in_chunks() {
    let desk = Desk::open("chunks").await;
    let (sent, received) = (desk.path("sent"), desk.path("received"));
    fs::write(&sent, bytes(1 << 20)).unwrap();
    let data = format!("@{sent}");
    let chunked = ["-H", "Transfer-Encoding: chunked", "-H", "Expect:", "--data-binary", &data];
    let to = ["-o", &received, &desk.url("/body")];
    curl(&[&to[..], &chunked].concat()).await;
    assert!(fs::read(received).unwrap() == bytes(1 << 20), "what comes back is what was sent");
}

#[tokio::test]
#[ignore = "needs curl"]
async fn curl_waits_for_100_continue_and_gets_it() {
    let desk = Desk::open("continue").await;
    let ask = ["-i", "-d", "hello", "-H", "Expect: 100-continue", &desk.url("/body")];
    let printed = curl(&[&ask[..], &PATIENT].concat()).await;
    assert!(printed.starts_with("HTTP/1.1 100 Continue\n\nHTTP/1.1 200 OK\n"), "{printed}");
    assert!(printed.ends_with("\n\nhello"), "{printed}");
}

/// Without an answer to `Expect: 100-continue`, curl waits longer than it may take.
const PATIENT: [&str; 2] = ["--expect100-timeout", "100"];

#[tokio::test]
#[ignore = "needs curl"]
async fn curl_learns_that_it_is_too_much_before_it_uploads() {
    let desk = Desk::open("too-much").await;
    let much = desk.path("much");
    fs::write(&much, vec![0; Server::default().http.limits.body as usize + 1]).unwrap();
    let answered = "-w%{http_code} %{size_upload}";
    let upload = [answered, "-o", &desk.path("answer"), "-T", &much, &desk.url("/body")];
    assert_eq!(curl(&[&upload[..], &PATIENT].concat()).await, "413 0");
}

#[tokio::test]
#[ignore = "needs curl"]
async fn curl_takes_pieces_of_a_file_and_resumes() {
    let desk = Desk::open("ranges").await;
    let (url, status) = (desk.url("/digits.txt"), "-w %{http_code}");
    for (range, printed) in
        [("2-5", "2345 206"), ("7-", "789 206"), ("-3", "789 206"), ("0-99", "0123456789 206")]
    {
        assert_eq!(curl(&["-r", range, status, &url]).await, printed, "{range}");
    }
    let begun = desk.path("begun.txt");
    fs::write(&begun, "0123").unwrap();
    assert_eq!(curl(&["-C", "-", "-o", &begun, status, &url]).await, " 206");
    assert_eq!(fs::read_to_string(begun).unwrap(), "0123456789");
}

#[tokio::test]
#[ignore = "needs curl"]
async fn curl_is_told_that_it_has_the_newest_already() {
    let desk = Desk::open("newest").await;
    let (url, tag, page) = (desk.url("/long.txt"), desk.path("tag"), desk.path("page"));
    let ask = ["--etag-save", &tag, "--etag-compare", &tag, "-o", &page, "-w%{http_code}", &url];
    assert_eq!(curl(&ask).await, "200");
    assert_eq!(curl(&ask).await, "304");
    assert_eq!(curl(&["-z", "1 Jan 2036", "-o", &page, "-w%{http_code}", &url]).await, "304");
}

#[tokio::test]
#[ignore = "needs curl"]
async fn curl_takes_it_compressed() {
    let desk = Desk::open("compressed").await;
    let (url, plain, unpacked) = (desk.url("/long.txt"), desk.path("plain"), desk.path("unpacked"));
    let size = |printed: String| printed.parse::<usize>().unwrap();
    let whole = size(curl(&["-w%{size_download}", "-o", &plain, &url]).await);
    let small = size(curl(&["-w%{size_download}", "-o", &unpacked, "--compressed", &url]).await);
    assert!(small < whole / 10, "{small} bytes of {whole}");
    assert_eq!(fs::read(plain).unwrap(), fs::read(unpacked).unwrap());
}

#[tokio::test]
#[ignore = "needs curl"]
async fn curl_gets_what_it_asked_for_in_http_1_0_too() {
    let desk = Desk::open("1.0").await;
    let printed = curl(&["-0", "-i", &desk.url("/stream")]).await;
    assert!(printed.ends_with("\n\none two three"), "no chunks: {printed}");
    assert!(!printed.contains("chunked"), "{printed}");
    let (url, connects) = (desk.url("/digits.txt"), "-w %{num_connects},");
    let printed = curl(&["-0", "-H", "Connection: keep-alive", connects, &url, &url]).await;
    assert_eq!(printed, "0123456789 1,0123456789 0,");
}

#[tokio::test]
#[ignore = "needs curl"]
async fn curl_would_like_http_2_and_gets_http_1() {
    let desk = Desk::open("2").await;
    let version = "-w %{http_version}";
    let url = desk.url("/digits.txt");
    assert_eq!(curl(&["--http2", version, &url]).await, "0123456789 1.1");
}

#[cfg(feature = "tls")]
#[tokio::test]
#[ignore = "needs curl"]
async fn curl_trusts_a_certificate_it_was_given_and_no_other() {
    let (acceptor, certificate) = server::tls::Acceptor::for_practice(&["localhost"]).unwrap();
    let desk = Desk::of(Server { tls: Some(acceptor), ..Server::default() }, "tls").await;
    let url = format!("https://localhost:{}/digits.txt", desk.site.address.port());
    let trusted = desk.path("certificate.pem");
    fs::write(&trusted, certificate).unwrap();
    let printed = curl(&["--cacert", &trusted, "-w %{num_connects} ", &url, &url]).await;
    assert_eq!(printed, "0123456789 1 0123456789 0 ");
    assert_eq!(
        curl(&["--insecure", "--http2", "-w %{http_version}", &url]).await,
        "0123456789 1.1"
    );
    // 60: nobody vouches for it.
    let always = ["-q", "--silent", "--noproxy", "*", &url];
    let (_, status) = Program::start(Peer::Curl, always).end(PATIENCE).await;
    assert_eq!(status.code(), Some(60));
}
