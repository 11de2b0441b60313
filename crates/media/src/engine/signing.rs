//! The certificate's key, parsed once by each thread and not once by each handshake: parsing checks the key, which takes
//! longer than to sign with it.

use std::cell::RefCell;
use std::sync::{Arc, Mutex, PoisonError};

use dimpl::CryptoError;
use dimpl::crypto::aws_lc_rs::default_provider;
use dimpl::crypto::{Buf, CryptoProvider, HashAlgorithm, KeyProvider, SignatureAlgorithm, SigningKey};

pub(super) fn provider() -> CryptoProvider {
    CryptoProvider { key_provider: &KeptKey, ..default_provider() }
}

/// Keeps the key that was used last: a server has one certificate.
#[derive(Debug)]
struct KeptKey;

thread_local! {
    static KEPT: RefCell<Option<(Vec<u8>, SharedKey)>> = const { RefCell::new(None) };
}

impl KeyProvider for KeptKey {
    fn load_private_key(&self, der: &[u8]) -> Result<Box<dyn SigningKey>, CryptoError> {
        KEPT.with_borrow_mut(|kept| {
            if let Some((_, key)) = kept.as_ref().filter(|(of, _)| of == der) {
                return Ok(Box::new(key.clone()) as Box<dyn SigningKey>);
            }
            let key = SharedKey::new(default_provider().key_provider.load_private_key(der)?);
            *kept = Some((der.to_vec(), key.clone()));
            Ok(Box::new(key))
        })
    }
}

/// The handshakes of a thread sign with it one after the other.
#[derive(Debug, Clone)]
struct SharedKey {
    key: Arc<Mutex<Box<dyn SigningKey>>>,
    algorithm: SignatureAlgorithm,
    hash: HashAlgorithm,
    hashes: Arc<[HashAlgorithm]>,
}

impl SharedKey {
    fn new(key: Box<dyn SigningKey>) -> Self {
        let (algorithm, hash, hashes) = (key.algorithm(), key.hash_algorithm(), key.supported_hash_algorithms().into());
        Self { key: Arc::new(Mutex::new(key)), algorithm, hash, hashes }
    }
}

impl SigningKey for SharedKey {
    fn sign(&mut self, data: &[u8], hash: HashAlgorithm, out: &mut Buf) -> Result<(), CryptoError> {
        self.key.lock().unwrap_or_else(PoisonError::into_inner).sign(data, hash, out)
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    fn hash_algorithm(&self) -> HashAlgorithm {
        self.hash
    }

    fn supported_hash_algorithms(&self) -> &[HashAlgorithm] {
        &self.hashes
    }
}
