//! Whether and how the connection is encrypted. The address says so in the words of `libpq`:
//!
//! | `sslmode`                  | encrypted      | the server proves who it is     |
//! |----------------------------|----------------|---------------------------------|
//! | `disable`                  | no             | no                              |
//! | `allow`, `prefer`, nothing | if it can be   | only if `sslrootcert` is given  |
//! | `require`                  | yes            | only if `sslrootcert` is given  |
//! | `verify-ca`, `verify-full` | yes            | yes, by `sslrootcert`, else by the public authorities |

use std::path::PathBuf;
use std::sync::Arc;

use keyway_core::backend::store::{StoreError, StoreResult};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use tokio_postgres_rustls::MakeRustlsConnect;

/// What an address asks for.
#[derive(Debug, PartialEq)]
pub(crate) struct Wish {
    /// The address in the words of the driver.
    pub url: String,
    /// Whose word suffices that the server is the right one.
    pub trust: Trust,
}

/// Whose word suffices that the server is the right one.
#[derive(Debug, PartialEq)]
pub(crate) enum Trust {
    /// Anybody's: eavesdroppers are kept out, impostors aren't.
    Anyone,
    /// That of the public certificate authorities.
    PublicRoots,
    /// That of the authorities in this file.
    Roots(PathBuf),
}

/// Takes out of an address what the driver doesn't understand.
pub(crate) fn wish(url: &str) -> Wish {
    let Some((address, query)) = url.split_once('?') else {
        return Wish { url: url.to_owned(), trust: Trust::Anyone };
    };
    let mut trust = Trust::Anyone;
    let mut roots = None;
    let mut kept = Vec::new();
    for pair in query.split('&') {
        match pair.split_once('=') {
            Some(("sslmode", "allow")) => kept.push("sslmode=prefer"),
            Some(("sslmode", "verify-ca" | "verify-full")) => {
                trust = Trust::PublicRoots;
                kept.push("sslmode=require");
            }
            Some(("sslrootcert", "system")) => trust = Trust::PublicRoots,
            Some(("sslrootcert", file)) => roots = Some(decoded(file)),
            _ => kept.push(pair),
        }
    }
    let url =
        if kept.is_empty() { address.to_owned() } else { format!("{address}?{}", kept.join("&")) };
    Wish { url, trust: roots.map_or(trust, |file| Trust::Roots(file.into())) }
}

/// The text with every `%2F` and the like replaced by what it stands for.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, more @ ..] = rest {
        let escape = more.get(..2).filter(|_| *first == b'%');
        let byte = escape
            .and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { &more[2..] } else { more };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// What encrypts the connections.
pub(crate) fn connector(trust: &Trust) -> StoreResult<MakeRustlsConnect> {
    let provider = Arc::new(ring::default_provider());
    let config = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|err| StoreError::Unavailable(format!("TLS can't be set up: {err}")))?;
    let config = match trust {
        Trust::Anyone => {
            config.dangerous().with_custom_certificate_verifier(Arc::new(AnyCertificate(provider)))
        }
        Trust::PublicRoots => config.with_root_certificates(RootCertStore {
            roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
        }),
        Trust::Roots(file) => config.with_root_certificates(roots_in(file)?),
    };
    Ok(MakeRustlsConnect::new(config.with_no_client_auth()))
}

fn roots_in(file: &PathBuf) -> StoreResult<RootCertStore> {
    let unreadable = |err: &dyn std::fmt::Display| {
        StoreError::Unavailable(format!(
            "the certificates in {} can't be read: {err}",
            file.display()
        ))
    };
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(file).map_err(|err| unreadable(&err))? {
        let certificate = certificate.map_err(|err| unreadable(&err))?;
        roots.add(certificate).map_err(|err| unreadable(&err))?;
    }
    if roots.is_empty() {
        return Err(unreadable(&"there are none"));
    }
    Ok(roots)
}

/// Takes every certificate, as `sslmode=require` means it, but insists that the server holds its
/// private key.
#[derive(Debug)]
struct AnyCertificate(Arc<CryptoProvider>);

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_driver_gets_only_words_that_it_knows() {
        for (url, driver, trust) in [
            ("postgres://h/d", "postgres://h/d", Trust::Anyone),
            ("postgres://h/d?sslmode=disable", "postgres://h/d?sslmode=disable", Trust::Anyone),
            (
                "postgres://h/d?options=-csearch_path%3Dx&sslmode=verify-full",
                "postgres://h/d?options=-csearch_path%3Dx&sslmode=require",
                Trust::PublicRoots,
            ),
            (
                "postgres://h/d?sslmode=verify-ca&sslrootcert=%2Fetc%2Fca%20x.pem",
                "postgres://h/d?sslmode=require",
                Trust::Roots("/etc/ca x.pem".into()),
            ),
            ("postgres://h/d?sslrootcert=/ca%2", "postgres://h/d", Trust::Roots("/ca%2".into())),
        ] {
            assert_eq!(wish(url), Wish { url: driver.to_owned(), trust });
        }
    }

    #[test]
    fn every_kind_of_trust_has_a_connector_and_a_missing_file_is_an_error() {
        assert!(connector(&Trust::Anyone).is_ok());
        assert!(connector(&Trust::PublicRoots).is_ok());
        assert!(connector(&Trust::Roots("/nonexistent.pem".into())).is_err());
    }
}
