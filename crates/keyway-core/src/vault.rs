//! The vault: secrets of recoverable keys, sealed under a key of their workspace that is itself
//! wrapped by the instance's master key.
//!
//! All sealing is AES-256-GCM with a random 96-bit nonce. What a ciphertext belongs to is part of
//! it as associated data, so one that is moved to another row can't be opened there.

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use secrecy::{ExposeSecret, SecretBox};
use sha2::{Digest, Sha256};

use crate::id::{DekId, Entropy, KeyId, WorkspaceId};
use crate::secret::PlainKey;
use crate::time::{DAY, Timestamp};

/// The layout of everything that the vault writes.
const VERSION: u8 = 1;

/// How long new secrets are sealed under the same key, in milliseconds. With a random nonce a
/// key may seal 2^32 secrets (NIST SP 800-38D, 8.3), which no workspace reaches in that time.
pub const DEK_LIFE: i64 = 90 * DAY;

/// A key that doesn't open what it is asked to open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the vault's key does not open this")]
pub struct WrongKey;

/// The master key of an instance.
pub struct MasterKey {
    key: SecretBox<[u8; 32]>,
    id: String,
}

impl MasterKey {
    /// Reads 32 bytes in standard base 64 or hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let read = crate::migration::HashFormat::Sha256Base64.read(text);
        let bytes = read.or_else(|| crate::migration::HashFormat::Sha256Hex.read(text))?.0;
        let digest = Sha256::new().chain_update(b"keyway-kek").chain_update(bytes).finalize();
        let id =
            digest.iter().take(8).fold("kek_".to_owned(), |id, byte| format!("{id}{byte:02x}"));
        Some(Self { key: SecretBox::new(Box::new(bytes)), id })
    }

    /// A new master key as text, as [`Self::parse`] reads it.
    pub fn generate(entropy: &Entropy) -> String {
        let mut bytes = [0; 32];
        entropy.fill(&mut bytes);
        base64::Engine::encode(&base64::engine::general_purpose::STANDARD, bytes)
    }

    /// What it is called in the store; says nothing about the key.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// A new key for a workspace, wrapped.
    pub fn new_dek(&self, entropy: &Entropy, workspace: &WorkspaceId, now: Timestamp) -> Dek {
        let mut bytes = [0; 32];
        entropy.fill(&mut bytes);
        let mut dek = Dek {
            id: DekId::generate(entropy),
            workspace_id: workspace.clone(),
            kek_id: self.id.clone(),
            wrapped: Vec::new(),
            created_at: now,
        };
        dek.wrapped = seal(self.key.expose_secret(), entropy, &dek.label(), &bytes);
        dek
    }

    /// Opens a wrapped key.
    pub fn open(&self, dek: &Dek) -> Result<OpenDek, WrongKey> {
        let bytes = unseal(self.key.expose_secret(), &dek.label(), &dek.wrapped)?;
        let bytes: [u8; 32] = bytes.try_into().map_err(|_| WrongKey)?;
        Ok(OpenDek { id: dek.id.clone(), key: SecretBox::new(Box::new(bytes)) })
    }

    /// The same key wrapped by this master key instead of `previous`.
    pub fn rewrap(&self, entropy: &Entropy, previous: &Self, dek: &Dek) -> Result<Dek, WrongKey> {
        let open = previous.open(dek)?;
        let mut dek = Dek { kek_id: self.id.clone(), ..dek.clone() };
        dek.wrapped =
            seal(self.key.expose_secret(), entropy, &dek.label(), open.key.expose_secret());
        Ok(dek)
    }
}

/// A key that secrets of one workspace are sealed under, as the store keeps it.
#[derive(Clone, Debug)]
pub struct Dek {
    /// Its id.
    pub id: DekId,
    /// Whose secrets it seals.
    pub workspace_id: WorkspaceId,
    /// The master key that wraps it.
    pub kek_id: String,
    /// The key itself, wrapped.
    pub wrapped: Vec<u8>,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Dek {
    fn label(&self) -> Vec<u8> {
        label(&["dek", self.workspace_id.as_str(), self.id.as_str(), &self.kek_id])
    }
}

/// A key of a workspace, ready for use.
pub struct OpenDek {
    id: DekId,
    key: SecretBox<[u8; 32]>,
}

/// A sealed secret of a key, as the store keeps it.
#[derive(Clone, Debug)]
pub struct SealedSecret {
    /// The key it is sealed under.
    pub dek_id: DekId,
    /// Version, nonce and ciphertext.
    pub sealed: Vec<u8>,
}

impl OpenDek {
    /// Seals the secret of a key.
    pub fn seal(
        &self,
        entropy: &Entropy,
        workspace: &WorkspaceId,
        id: &KeyId,
        key: &PlainKey,
    ) -> SealedSecret {
        let label = self.label(workspace, id);
        let sealed =
            key.with(|text| seal(self.key.expose_secret(), entropy, &label, text.as_bytes()));
        SealedSecret { dek_id: self.id.clone(), sealed }
    }

    /// Opens the secret of a key.
    pub fn unseal(
        &self,
        workspace: &WorkspaceId,
        id: &KeyId,
        secret: &SealedSecret,
    ) -> Result<PlainKey, WrongKey> {
        let bytes = unseal(self.key.expose_secret(), &self.label(workspace, id), &secret.sealed)?;
        String::from_utf8(bytes).map(PlainKey::new).map_err(|_| WrongKey)
    }

    fn label(&self, workspace: &WorkspaceId, id: &KeyId) -> Vec<u8> {
        label(&["key", workspace.as_str(), id.as_str(), self.id.as_str()])
    }
}

/// Parts with a byte between that no part contains.
fn label(parts: &[&str]) -> Vec<u8> {
    let mut label = vec![VERSION];
    for part in parts {
        label.extend_from_slice(part.as_bytes());
        label.push(0);
    }
    label
}

#[expect(clippy::expect_used, reason = "AES-GCM seals everything shorter than 64 GiB")]
fn seal(key: &[u8; 32], entropy: &Entropy, aad: &[u8], msg: &[u8]) -> Vec<u8> {
    let mut nonce = [0; 12];
    entropy.fill(&mut nonce);
    let cipher = Aes256Gcm::new(key.into());
    let ciphertext =
        cipher.encrypt(&Nonce::from(nonce), Payload { msg, aad }).expect("a secret is short");
    let mut sealed = vec![VERSION];
    sealed.extend_from_slice(&nonce);
    sealed.extend_from_slice(&ciphertext);
    sealed
}

fn unseal(key: &[u8; 32], aad: &[u8], sealed: &[u8]) -> Result<Vec<u8>, WrongKey> {
    let (version, rest) = sealed.split_first().ok_or(WrongKey)?;
    let (nonce, msg) = rest.split_at_checked(12).ok_or(WrongKey)?;
    let nonce: [u8; 12] = nonce.try_into().map_err(|_| WrongKey)?;
    if *version != VERSION {
        return Err(WrongKey);
    }
    let cipher = Aes256Gcm::new(key.into());
    cipher.decrypt(&Nonce::from(nonce), Payload { msg, aad }).map_err(|_| WrongKey)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn master(byte: u8) -> MasterKey {
        MasterKey::parse(&format!("{byte:02x}").repeat(32)).unwrap()
    }

    #[test]
    fn a_secret_opens_only_in_its_own_place() {
        let entropy = Entropy::seeded(1);
        let (ours, theirs) = (WorkspaceId::from("ws_a"), WorkspaceId::from("ws_b"));
        let (one, two) = (KeyId::from("key_1"), KeyId::from("key_2"));
        let dek = master(1).new_dek(&entropy, &ours, Timestamp(0));
        let open = master(1).open(&dek).unwrap();
        let sealed = open.seal(&entropy, &ours, &one, &PlainKey::new("s3cret".to_owned()));

        let opened = open.unseal(&ours, &one, &sealed).ok().unwrap();
        assert_eq!(opened.reveal_once(), "s3cret");
        assert!(open.unseal(&ours, &two, &sealed).is_err());
        assert!(open.unseal(&theirs, &one, &sealed).is_err());
        assert!(master(2).open(&dek).is_err());
        assert!(master(1).open(&Dek { workspace_id: theirs, ..dek }).is_err());
        for at in 0..sealed.sealed.len() {
            let mut broken = sealed.clone();
            broken.sealed[at] ^= 1;
            assert!(open.unseal(&ours, &one, &broken).is_err());
        }
    }

    #[test]
    fn secrets_open_under_the_next_master_key_after_rewrapping() {
        let entropy = Entropy::seeded(1);
        let (workspace, key) = (WorkspaceId::from("ws_a"), KeyId::from("key_1"));
        let dek = master(1).new_dek(&entropy, &workspace, Timestamp(0));
        let plain = PlainKey::new("s3cret".to_owned());
        let sealed = master(1).open(&dek).unwrap().seal(&entropy, &workspace, &key, &plain);

        let dek = master(2).rewrap(&entropy, &master(1), &dek).unwrap();

        assert!(master(1).open(&dek).is_err());
        let opened = master(2).open(&dek).unwrap().unseal(&workspace, &key, &sealed);
        assert_eq!(opened.ok().unwrap().reveal_once(), "s3cret");
    }

    #[test]
    fn master_keys_have_32_bytes() {
        assert!(MasterKey::parse("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=").is_some());
        for bad in ["", "AAAA", "not base 64 at all", &"0".repeat(63)] {
            assert!(MasterKey::parse(bad).is_none());
        }
        assert_ne!(master(1).id(), master(2).id());
        let made = MasterKey::generate(&Entropy::seeded(1));
        assert_eq!(made.len(), 44);
        assert!(MasterKey::parse(&made).is_some());
        assert_ne!(made, MasterKey::generate(&Entropy::seeded(2)));
    }
}
