//! Static files, over real sockets.
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod site;

use flate2::read::GzDecoder;
use http1::Method;
use server::{Error, Exchange, Files, Server};
use site::{Client, Site, client::request};
use std::{
    fs,
    io::{Read, Write},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};
use tokio::io::AsyncReadExt;

/// A directory for one test, with a secret beside it.
fn directory(test: &str) -> PathBuf {
    let own = Path::new(env!("CARGO_TARGET_TMPDIR")).join("files").join(test);
    _ = fs::remove_dir_all(&own);
    let root = own.join("root");
    fs::create_dir_all(root.join("guide")).unwrap();
    fs::write(own.join("secret"), "SECRET").unwrap();
    write(&root, "index.html", "<h1>Welcome</h1>");
    write(&root, "guide/index.html", "<h1>Guide</h1>");
    write(&root, "digits.txt", "0123456789");
    root
}

/// Writes a file as if it had been there for a while: its tag is strong then.
fn write(root: &Path, name: &str, content: &str) {
    let mut file = fs::File::create(root.join(name)).unwrap();
    file.write_all(content.as_bytes()).unwrap();
    file.set_modified(SystemTime::now() - Duration::from_secs(3_600)).unwrap();
}

async fn serve(root: &Path) -> (Site, Client) {
    let site = Site::start(Server::default(), Files::new(root)).await;
    let client = site.client().await;
    (site, client)
}

#[tokio::test]
async fn gives_files_with_their_kind() {
    let root = directory("kinds");
    for name in
        ["a.css", "a.js", "a.json", "a.svg", "a.wasm", "a.unknown", "Grüße 1%.txt", "a.b.HTML"]
    {
        write(&root, name, name);
    }
    let (_site, mut client) = serve(&root).await;
    for (target, kind, content) in [
        ("/", "text/html; charset=utf-8", "<h1>Welcome</h1>"),
        ("/index.html", "text/html; charset=utf-8", "<h1>Welcome</h1>"),
        ("/guide/", "text/html; charset=utf-8", "<h1>Guide</h1>"),
        ("/guide/?q=1", "text/html; charset=utf-8", "<h1>Guide</h1>"),
        ("http://a/guide/", "text/html; charset=utf-8", "<h1>Guide</h1>"),
        ("/digits.txt", "text/plain; charset=utf-8", "0123456789"),
        ("/a.css", "text/css; charset=utf-8", "a.css"),
        ("/a.js", "text/javascript; charset=utf-8", "a.js"),
        ("/a.json", "application/json", "a.json"),
        ("/a.svg", "image/svg+xml", "a.svg"),
        ("/a.wasm", "application/wasm", "a.wasm"),
        ("/a.unknown", "application/octet-stream", "a.unknown"),
        ("/Gr%C3%BC%c3%9Fe%201%25.txt", "text/plain; charset=utf-8", "Grüße 1%.txt"),
        ("/a.b.HTML", "text/html; charset=utf-8", "a.b.HTML"),
    ] {
        let answer = client.get(target, &[]).await;
        assert_eq!((answer.status(), answer.text()), (200, content), "{target}");
        assert_eq!(answer.field("content-type"), kind, "{target}");
        assert_eq!(answer.field("content-length"), content.len().to_string(), "{target}");
        assert_eq!(answer.field("x-content-type-options"), "nosniff");
        assert_eq!(answer.field("cache-control"), "no-cache");
        assert_eq!(answer.field("accept-ranges"), "bytes");

        let head = client.head(target, &[]).await;
        assert_eq!((head.undated(), head.body.len()), (answer.undated(), 0), "{target}");
    }
}

#[tokio::test]
async fn nothing_leads_outside() {
    let root = directory("outside");
    fs::write(root.join(".hidden"), "SECRET").unwrap();
    fs::create_dir(root.join(".git")).unwrap();
    fs::write(root.join(".git/config"), "SECRET").unwrap();
    fs::create_dir(root.join("empty")).unwrap();
    let secret = root.parent().unwrap().join("secret");
    #[cfg(unix)]
    {
        use std::os::unix::fs::symlink;
        symlink(&secret, root.join("link.txt")).unwrap();
        symlink(secret.parent().unwrap(), root.join("up")).unwrap();
        symlink("/dev/zero", root.join("zero")).unwrap();
        symlink("nowhere", root.join("broken")).unwrap();
    }
    let (_site, mut client) = serve(&root).await;
    let absolute = secret.to_str().unwrap();
    for target in [
        "/../secret",
        "/guide/../../secret",
        "/./../secret",
        "/%2e%2e/secret",
        "/%2E./secret",
        "/..%2fsecret",
        "/..%2Fsecret",
        "/guide/..%2f..%2fsecret",
        "/..%5csecret",
        "/..\\secret",
        "/%2e%2e%5c%2e%2e%5csecret",
        "/....//secret",
        "/..;/secret",
        "/%00/../secret",
        "/digits.txt%00",
        "/digits.txt%00.html",
        "/guide/%2e%2e/digits.txt",
        "/guide/../digits.txt",
        "/./digits.txt",
        "//digits.txt",
        "//",
        "///",
        "/guide//",
        "/guide//index.html",
        "//secret",
        &format!("/{absolute}"),
        &format!("/{}", absolute.replace('/', "%2F")),
        "/.hidden",
        "/%2ehidden",
        "/.git/config",
        "/.git/",
        "/link.txt",
        "/up/secret",
        "/up/",
        "/zero",
        "/broken",
        "/nothing",
        "/digits.txt/",
        "/digits.txt/x",
        "/empty/",
        "/C:/secret",
        "/%20",
        &format!("/{}", "a".repeat(300)),
    ] {
        let answer = client.get(target, &[]).await;
        assert_eq!(answer.status(), 404, "{target}");
        assert!(!answer.text().contains("SECRET"), "{target}");
    }
    assert_eq!(client.get("/digits.txt", &[]).await.status(), 200);
}

#[tokio::test]
async fn a_path_that_is_wrongly_encoded_is_a_bad_request() {
    let root = directory("encoding");
    let (site, _) = serve(&root).await;
    for target in ["/%", "/%zz", "/%c0%af..%c0%afsecret", "/%ff", "/%2"] {
        assert_eq!(site.client().await.get(target, &[]).await.status(), 400, "{target}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_inside_is_followed_and_a_pipe_is_not_opened() {
    let root = directory("links");
    std::os::unix::fs::symlink("digits.txt", root.join("link.css")).unwrap();
    let made = std::process::Command::new("mkfifo").arg(root.join("pipe")).status().unwrap();
    assert!(made.success());
    let (_site, mut client) = serve(&root).await;
    let answer = client.get("/link.css", &[]).await;
    assert_eq!((answer.status(), answer.text()), (200, "0123456789"));
    assert_eq!(answer.field("content-type"), "text/css; charset=utf-8");
    assert_eq!(client.get("/pipe", &[]).await.status(), 404);
}

#[cfg(unix)]
#[tokio::test]
async fn a_root_may_be_a_link_that_is_moved() {
    let root = directory("moved");
    let link = root.parent().unwrap().join("current");
    std::os::unix::fs::symlink(root.join("guide"), &link).unwrap();
    let (_site, mut client) = serve(&link).await;
    assert_eq!(client.get("/", &[]).await.text(), "<h1>Guide</h1>");
    fs::remove_file(&link).unwrap();
    std::os::unix::fs::symlink(&root, &link).unwrap();
    assert_eq!(client.get("/", &[]).await.text(), "<h1>Welcome</h1>");
}

#[tokio::test]
async fn a_directory_without_its_slash_is_redirected() {
    let root = directory("redirect");
    fs::create_dir_all(root.join("deep/a:b ü")).unwrap();
    let (_site, mut client) = serve(&root).await;
    for (target, location) in [
        ("/guide", "guide/"),
        ("/guide?a=1&b=//c", "guide/?a=1&b=//c"),
        ("/deep/a:b%20%C3%BC", "a%3Ab%20%C3%BC/"),
        ("http://a/guide?q", "guide/?q"),
    ] {
        let answer = client.get(target, &[]).await;
        assert_eq!((answer.status(), answer.field("location")), (301, location), "{target}");
    }
}

#[tokio::test]
async fn files_can_be_served_under_a_prefix() {
    let files = Files { cache_control: "max-age=60".to_owned(), ..Files::new(directory("prefix")) };
    let under = move |exchange: Exchange| {
        let files = files.clone();
        async move { files.serve_under("/book", exchange).await }
    };
    let site = Site::start(Server::default(), under).await;
    let mut client = site.client().await;
    let answer = client.get("/book/guide/", &[]).await;
    assert_eq!((answer.text(), answer.field("cache-control")), ("<h1>Guide</h1>", "max-age=60"));
    assert_eq!(client.get("/book/", &[]).await.text(), "<h1>Welcome</h1>");
    assert_eq!(client.get("/book", &[]).await.field("location"), "book/");
    assert_eq!(client.get("/book/guide", &[]).await.field("location"), "guide/");
    for target in ["/", "/bookguide/", "/boo", "/digits.txt", "/book/book/"] {
        assert_eq!(client.get(target, &[]).await.status(), 404, "{target}");
    }
}

#[tokio::test]
async fn files_are_for_reading() {
    let (_site, mut client) = serve(&directory("methods")).await;
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS, Method::PATCH] {
        let answer = client.ask(&request(&method, "/digits.txt", &[]), b"").await;
        assert_eq!((answer.status(), answer.field("allow")), (405, "GET, HEAD"), "{method}");
    }
    let lower = Method::new("get").unwrap();
    assert_eq!(client.ask(&request(&lower, "/", &[]), b"").await.status(), 405);
}

#[tokio::test]
async fn what_is_not_there_gets_a_page_that_says_so() {
    let root = directory("missing");
    let (_site, mut client) = serve(&root).await;
    let answer = client.get("/<script>alert('1')&\"", &[]).await;
    assert_eq!((answer.status(), answer.field("content-type")), (404, "text/html; charset=utf-8"));
    assert!(answer.text().contains("/&lt;script&gt;alert(&#39;1&#39;)&amp;&quot;"));
    assert!(!answer.text().contains("<script"));

    fs::write(root.join("404.html"), "<h1>Lost?</h1>").unwrap();
    let answer = client.get("/nothing", &[]).await;
    assert_eq!((answer.status(), answer.text()), (404, "<h1>Lost?</h1>"));
    let head = client.head("/nothing", &[]).await;
    assert_eq!((head.status(), head.field("content-length")), (404, "14"));
}

#[tokio::test]
async fn a_file_that_was_not_changed_is_not_sent_again() {
    let root = directory("conditions");
    let (_site, mut client) = serve(&root).await;
    let first = client.get("/digits.txt", &[]).await;
    let (tag, date) = (first.field("etag"), first.field("last-modified"));
    assert!(tag.starts_with('"'), "{tag}");

    for condition in [("If-None-Match", tag), ("If-Modified-Since", date)] {
        let again = client.get("/digits.txt", &[condition]).await;
        assert_eq!((again.status(), again.body.len()), (304, 0), "{condition:?}");
        assert_eq!((again.field("etag"), again.field("cache-control")), (tag, "no-cache"));
        assert!(again.response.headers.contains("date"));
        assert!(!again.response.headers.contains("content-length"));
    }
    let stale = client.get("/digits.txt", &[("If-Match", "\"stale\"")]).await;
    assert_eq!(stale.status(), 412);

    fs::write(root.join("digits.txt"), "0123456780").unwrap();
    let changed = client.get("/digits.txt", &[("If-None-Match", tag)]).await;
    assert_eq!((changed.status(), changed.text()), (200, "0123456780"));
    // It may change again within the same tick of the clock.
    assert!(changed.field("etag").starts_with("W/\""), "{}", changed.field("etag"));
}

#[tokio::test]
async fn a_part_is_sent_to_who_has_the_rest() {
    let root = directory("ranges");
    let (_site, mut client) = serve(&root).await;
    let whole = client.get("/digits.txt", &[]).await;
    for (range, status, place, content) in [
        ("bytes=0-3", 206, "bytes 0-3/10", "0123"),
        ("bytes=7-", 206, "bytes 7-9/10", "789"),
        ("bytes=-1", 206, "bytes 9-9/10", "9"),
        ("bytes=0-", 206, "bytes 0-9/10", "0123456789"),
        ("bytes=8-1000", 206, "bytes 8-9/10", "89"),
        ("bytes=5-4", 200, "", "0123456789"),
        ("lines=0-3", 200, "", "0123456789"),
        ("bytes=0-9,0-9", 200, "", "0123456789"),
    ] {
        let part = client.get("/digits.txt", &[("Range", range)]).await;
        assert_eq!((part.status(), part.text()), (status, content), "{range}");
        assert_eq!(part.field("content-range"), place, "{range}");
        assert_eq!(part.field("etag"), whole.field("etag"));
        assert_eq!(part.field("content-length"), content.len().to_string());
    }
    for range in ["bytes=10-", "bytes=-0", "bytes=10-20,30-40"] {
        let answer = client.get("/digits.txt", &[("Range", range)]).await;
        assert_eq!(
            (answer.status(), answer.field("content-range")),
            (416, "bytes */10"),
            "{range}"
        );
    }
    let head = client.head("/digits.txt", &[("Range", "bytes=0-3")]).await;
    assert_eq!((head.status(), head.field("content-length")), (200, "10"));
    let twice = client.get("/digits.txt", &[("Range", "bytes=0-3"), ("Range", "bytes=5-6")]).await;
    assert_eq!(twice.status(), 200);
}

#[tokio::test]
async fn rfc9110_13_1_5_a_part_of_something_else_is_not_sent() {
    let root = directory("if-range");
    let (_site, mut client) = serve(&root).await;
    let whole = client.get("/digits.txt", &[]).await;
    let (tag, date) = (whole.field("etag"), whole.field("last-modified"));
    for (validator, status) in [
        (tag, 206),
        (date, 206),
        ("\"other\"", 200),
        (&*format!("W/{tag}"), 200),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 200),
        ("nonsense", 200),
    ] {
        let fields = [("Range", "bytes=0-3"), ("If-Range", validator)];
        assert_eq!(client.get("/digits.txt", &fields).await.status(), status, "{validator}");
    }
    let kept = [("Range", "bytes=0-3"), ("If-None-Match", tag)];
    assert_eq!(client.get("/digits.txt", &kept).await.status(), 304);
}

#[tokio::test]
async fn rfc9110_15_3_7_2_several_parts_come_in_one_answer() {
    let (_site, mut client) = serve(&directory("multipart")).await;
    let answer = client.get("/digits.txt", &[("Range", "bytes=0-1, 4-4,-2")]).await;
    assert_eq!((answer.status(), answer.field("content-range")), (206, ""));
    let kind = answer.field("content-type");
    let boundary = kind.strip_prefix("multipart/byteranges; boundary=").unwrap();
    let part = |place: &str, content: &str| {
        format!(
            "\r\n--{boundary}\r\nContent-Type: text/plain; charset=utf-8\r\n\
             Content-Range: bytes {place}/10\r\n\r\n{content}"
        )
    };
    let parts = [part("0-1", "01"), part("4-4", "4"), part("8-9", "89")].concat();
    assert_eq!(answer.text(), format!("{parts}\r\n--{boundary}--\r\n"));
    assert_eq!(client.get("/digits.txt", &[]).await.text(), "0123456789");
}

#[tokio::test]
async fn text_is_compressed_and_its_parts_are_not() {
    let root = directory("compressed");
    let text = "All work and no play. ".repeat(10_000);
    write(&root, "small.txt", &text[..22_000]);
    write(&root, "large.txt", &text);
    write(&root, "huge.txt", &text.repeat(5));
    write(&root, "large.png", &text);
    let gzip = ("Accept-Encoding", "gzip");
    let (_site, mut client) = serve(&root).await;
    for (target, whole) in [("/small.txt", &text[..22_000]), ("/large.txt", &text)] {
        let answer = client.get(target, &[gzip]).await;
        assert_eq!(answer.field("content-encoding"), "gzip", "{target}");
        let mut inflated = String::new();
        GzDecoder::new(&answer.body[..]).read_to_string(&mut inflated).unwrap();
        assert_eq!(inflated, whole);
        assert_eq!(client.head(target, &[gzip]).await.undated(), answer.undated(), "{target}");

        let plain = client.get(target, &[]).await;
        assert_eq!((plain.field("vary"), plain.text()), ("Accept-Encoding", whole), "{target}");
        assert_eq!(client.head(target, &[]).await.undated(), plain.undated(), "{target}");

        let part = client.get(target, &[gzip, ("Range", "bytes=0-7")]).await;
        assert_eq!((part.text(), part.field("content-encoding")), ("All work", ""), "{target}");
        assert_eq!(part.field("vary"), "Accept-Encoding", "{target}");

        let kept = client.get(target, &[gzip, ("If-None-Match", answer.field("etag"))]).await;
        assert_eq!((kept.status(), kept.field("etag")), (304, answer.field("etag")), "{target}");
    }
    for target in ["/huge.txt", "/large.png"] {
        let answer = client.get(target, &[gzip]).await;
        assert_eq!((answer.field("content-encoding"), answer.field("vary")), ("", ""), "{target}");
        assert_eq!(answer.body.len() as u64, fs::metadata(root.join(&target[1..])).unwrap().len());
    }
}

/// Larger than what all buffers between the two ends take.
const HUGE: u64 = 64 << 20;

#[tokio::test]
async fn a_file_that_shrinks_while_it_is_sent_is_cut_and_not_padded() {
    let root = directory("shrinking");
    let file = fs::File::create(root.join("huge.bin")).unwrap();
    file.set_len(HUGE).unwrap();
    let (_site, mut client) = serve(&root).await;
    client.send(&request(&Method::GET, "/huge.bin", &[]), b"").await;
    client.stream.readable().await.unwrap();
    file.set_len(100).unwrap();
    assert_eq!(client.answer().await, None);
}

#[tokio::test]
async fn a_file_that_grows_while_it_is_sent_ends_where_it_was_announced() {
    let root = directory("growing");
    let mut file = fs::File::create(root.join("huge.bin")).unwrap();
    file.set_len(HUGE).unwrap();
    let (_site, mut client) = serve(&root).await;
    client.send(&request(&Method::GET, "/huge.bin", &[]), b"").await;
    client.stream.readable().await.unwrap();
    fs::File::options()
        .append(true)
        .open(root.join("huge.bin"))
        .unwrap()
        .write_all(b"more")
        .unwrap();
    file.write_all(b"first").unwrap();
    let answer = client.answer().await.unwrap();
    assert_eq!(answer.body.len() as u64, HUGE);
    assert_eq!(client.get("/digits.txt", &[]).await.text(), "0123456789");
}

#[tokio::test]
async fn a_client_that_leaves_in_the_middle_harms_nobody() {
    let root = directory("leaving");
    fs::File::create(root.join("huge.bin")).unwrap().set_len(HUGE).unwrap();
    let (site, mut client) = serve(&root).await;
    client.send(&request(&Method::GET, "/huge.bin", &[]), b"").await;
    client.stream.read_exact(&mut [0; 1_000]).await.unwrap();
    drop(client);
    assert_eq!(site.client().await.get("/digits.txt", &[]).await.status(), 200);
    assert_eq!(site.stop().await.cut_off, 0);
}

#[tokio::test]
async fn what_cannot_be_read_is_no_business_of_the_client() {
    // The root is not there: somebody has to look at the log.
    let (_site, mut client) = serve(Path::new("/there/is/no/such/directory")).await;
    let answer = client.get("/digits.txt", &[]).await;
    assert_eq!(answer.status(), 500);
    assert!(!answer.text().contains("directory"), "{}", answer.text());
}

#[tokio::test]
async fn a_handler_may_choose_between_files_and_words() -> Result<(), Error> {
    let files = Files::new(directory("mixed"));
    let handler = move |exchange: Exchange| {
        let files = files.clone();
        async move {
            match exchange.path() {
                "/word" => exchange.respond(http1::Response::new(200), b"word").await,
                _ => files.serve(exchange).await,
            }
        }
    };
    let site = Site::start(Server::default(), handler).await;
    let mut client = site.client().await;
    assert_eq!(client.get("/word", &[]).await.text(), "word");
    assert_eq!(client.get("/digits.txt", &[]).await.text(), "0123456789");
    Ok(())
}
