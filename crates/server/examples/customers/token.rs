//! State in the hands of the client: a signed token (RFC 7519, RFC 7515).
//!
//! ```text
//! Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEiLCJleHAiOjE3OTU.kP3…
//!                       head                 claims                         signature
//!                       {"alg":"HS256"}      {"sub":"ada","exp":1795…}      HMAC-SHA256
//! ```
//!
//! Everybody can read it, nobody can change it: the signature is computed from the
//! rest and a key that only the server has. So the server remembers nothing, and any
//! server with the same key knows the client. The price: what is signed holds until it
//! expires. To take a token back before, a server must remember that it did: state again.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use std::{fs, io, io::Write, path::Path};

// ANCHOR: token
/// What a token says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Claims {
    /// Who: the subject.
    pub(crate) sub: String,
    /// Until when, in seconds since 1970.
    pub(crate) exp: u64,
}

/// Why a token is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refused {
    #[error("it is not one of ours, or was changed")]
    Forged,
    #[error("it has expired")]
    Expired,
}

/// What only the server knows.
pub(crate) struct Key([u8; 32]);

impl Key {
    pub(crate) fn sign(&self, claims: &Claims) -> String {
        let claims = serde_json::to_vec(claims).expect("texts and numbers are always JSON");
        let signed = format!("{}.{}", encoded_head(), URL_SAFE_NO_PAD.encode(claims));
        let signature = URL_SAFE_NO_PAD.encode(self.tag(signed.as_bytes()));
        format!("{signed}.{signature}")
    }

    /// What a token says, if we said it, and if it still holds.
    ///
    /// The signature comes first: nothing is read of what is not ours. So it does not
    /// matter which algorithm the head of a forged token names ("none" has worked elsewhere).
    ///
    /// # Errors
    /// We did not say it, or it holds no longer.
    pub(crate) fn verify(&self, token: &str, now: u64) -> Result<Claims, Refused> {
        let (signed, signature) = token.rsplit_once('.').ok_or(Refused::Forged)?;
        let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| Refused::Forged)?;
        if !self.is_tag(signed.as_bytes(), &signature) {
            return Err(Refused::Forged);
        }
        let (_, claims) = signed.split_once('.').ok_or(Refused::Forged)?;
        let claims = URL_SAFE_NO_PAD.decode(claims).map_err(|_| Refused::Forged)?;
        let claims: Claims = serde_json::from_slice(&claims).map_err(|_| Refused::Forged)?;
        if claims.exp <= now { Err(Refused::Expired) } else { Ok(claims) }
    }
}
// ANCHOR_END: token

fn encoded_head() -> String {
    URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256"}"#)
}

impl Key {
    /// One that nobody knew before, and nobody will after the end of the program.
    pub(crate) fn random() -> Key {
        Key(rand::random())
    }

    /// The one in this file; a new one is put there if there is no file.
    ///
    /// # Errors
    /// It cannot be read or written, or is not 32 bytes long.
    pub(crate) fn in_file(path: &Path) -> io::Result<Key> {
        match fs::read(path) {
            Ok(bytes) => bytes.try_into().map(Key).map_err(|bytes: Vec<u8>| {
                io::Error::other(format!("a key has 32 bytes, and this file has {}", bytes.len()))
            }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let key = Key::random();
                let mut options = fs::OpenOptions::new();
                options.write(true).create_new(true);
                #[cfg(unix)]
                std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
                options.open(path)?.write_all(&key.0)?;
                Ok(key)
            }
            Err(error) => Err(error),
        }
    }

    /// What these bytes become under the key: nobody without it can say.
    pub(crate) fn tag(&self, bytes: &[u8]) -> Vec<u8> {
        self.mac(bytes).finalize().into_bytes().to_vec()
    }

    /// Whether this is the tag of these bytes. It takes the same time wherever the first
    /// wrong byte is: else a patient forger could find one byte after the other.
    pub(crate) fn is_tag(&self, bytes: &[u8], tag: &[u8]) -> bool {
        self.mac(bytes).verify_slice(tag).is_ok()
    }

    fn mac(&self, bytes: &[u8]) -> Hmac<Sha256> {
        let mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        mac.chain_update(bytes)
    }
}

/// A key is not for logs.
impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key")
    }
}
