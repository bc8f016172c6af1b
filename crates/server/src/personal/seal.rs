//! Sealing: authenticated encryption by the cipher the operator chose, bound to what it belongs to.

use aes_gcm::aead::{Aead, KeySizeUser, Payload};
use aes_gcm::aes::cipher::consts::U12;
use aes_gcm::{Aes256Gcm, AesGcm, KeyInit, Nonce};
use hkdf::Hkdf;
use sha2::Sha256;
use sm4::Sm4;

use super::{SealError, random};

/// A key, of members or the server's.
pub(super) type Key = [u8; 32];

const NONCE_LEN: usize = 12;

type Sm4Gcm = AesGcm<Sm4, U12>;

/// How personal data is encrypted. What was sealed names its cipher, so both can be read at any time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Cipher {
    /// AES with keys of 256 bits, in Galois/Counter Mode (NIST SP 800-38D).
    #[default]
    Aes256Gcm,
    /// SM4 (GB/T 32907), China's national cipher, in the same mode (RFC 8998).
    Sm4Gcm,
}

impl Cipher {
    /// Every cipher.
    pub const ALL: [Cipher; 2] = [Cipher::Aes256Gcm, Cipher::Sm4Gcm];

    /// The name, in settings and records.
    pub const fn as_str(self) -> &'static str {
        match self {
            Cipher::Aes256Gcm => "aes-256-gcm",
            Cipher::Sm4Gcm => "sm4-gcm",
        }
    }

    /// The cipher of that name.
    pub fn named(name: &str) -> Option<Cipher> {
        Cipher::ALL.into_iter().find(|cipher| cipher.as_str() == name)
    }

    /// Seals a message; `bound` must be the same when it is opened.
    pub(super) fn seal(self, key: &Key, bound: &str, msg: &[u8]) -> Result<Vec<u8>, SealError> {
        let nonce: [u8; NONCE_LEN] = random().map_err(|_| SealError::Random)?;
        let payload = Payload { msg, aad: bound.as_bytes() };
        let sealed = match self {
            Cipher::Aes256Gcm => Aes256Gcm::new(&(*key).into()).encrypt(&Nonce::from(nonce), payload),
            Cipher::Sm4Gcm => sm4(key).encrypt(&Nonce::from(nonce), payload),
        };
        Ok([nonce.as_slice(), &sealed.map_err(|_| SealError::Broken)?].concat())
    }

    /// Opens what was sealed.
    pub(super) fn open(self, key: &Key, bound: &str, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        let (nonce, msg) = sealed.split_first_chunk::<NONCE_LEN>().ok_or(SealError::Broken)?;
        let payload = Payload { msg, aad: bound.as_bytes() };
        let opened = match self {
            Cipher::Aes256Gcm => Aes256Gcm::new(&(*key).into()).decrypt(&Nonce::from(*nonce), payload),
            Cipher::Sm4Gcm => sm4(key).decrypt(&Nonce::from(*nonce), payload),
        };
        opened.map_err(|_| SealError::Broken)
    }
}

/// SM4 has keys of 128 bits: one is derived.
fn sm4(key: &Key) -> Sm4Gcm {
    const LEN: usize = 16;
    debug_assert_eq!(<Sm4Gcm as KeySizeUser>::key_size(), LEN);
    let half: [u8; LEN] = derive(key, "sm4-gcm");
    Sm4Gcm::new(&half.into())
}

/// A key for one purpose, from a key for several (HKDF with SHA-256, RFC 5869).
pub(super) fn derive<const N: usize>(key: &Key, purpose: &str) -> [u8; N] {
    let mut derived = [0; N];
    // HKDF fails for outputs beyond 255 digests only.
    let _ = Hkdf::<Sha256>::new(None, key).expand(purpose.as_bytes(), &mut derived);
    derived
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unhex(text: &str) -> Vec<u8> {
        let text: String = text.split_whitespace().collect();
        (0..text.len()).step_by(2).map(|place| u8::from_str_radix(&text[place..place + 2], 16).unwrap()).collect()
    }

    // row SEC-01
    #[test]
    fn sm4_is_the_standards() {
        use sm4::cipher::BlockCipherEncrypt;
        // GB/T 32907, appendix A.1.
        let key: [u8; 16] = unhex("0123456789abcdeffedcba9876543210").try_into().unwrap();
        let mut block = key.into();
        Sm4::new(&key.into()).encrypt_block(&mut block);
        assert_eq!(block.as_slice(), unhex("681edf34d206965e86b3e94f536e4246"));
    }

    // row SEC-01
    #[test]
    fn sm4_in_galois_counter_mode_is_the_standards() {
        // RFC 8998, appendix A.1.
        let key: [u8; 16] = unhex("0123456789ABCDEFFEDCBA9876543210").try_into().unwrap();
        let nonce: [u8; 12] = unhex("00001234567800000000ABCD").try_into().unwrap();
        let aad = unhex("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2");
        let msg = unhex(
            "AAAAAAAAAAAAAAAABBBBBBBBBBBBBBBBCCCCCCCCCCCCCCCCDDDDDDDDDDDDDDDD
             EEEEEEEEEEEEEEEEFFFFFFFFFFFFFFFFEEEEEEEEEEEEEEEEAAAAAAAAAAAAAAAA",
        );
        let sealed = unhex(
            "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735
             D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D
             83DE3541E4C2B58177E065A9BF7B62EC",
        );
        let cipher = Sm4Gcm::new(&key.into());
        let payload = Payload { msg: &msg, aad: &aad };
        assert_eq!(cipher.encrypt(&nonce.into(), payload).unwrap(), sealed);
    }

    #[test]
    fn derived_keys_are_the_standards() {
        // RFC 5869, appendix A.3 has no salt and no purpose.
        let okm: [u8; 42] = {
            let mut okm = [0; 42];
            Hkdf::<Sha256>::new(None, &[0x0b; 22]).expand(&[], &mut okm).unwrap();
            okm
        };
        let known = "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8";
        assert_eq!(okm.as_slice(), unhex(known));
    }

    #[test]
    fn each_cipher_opens_what_it_sealed_and_nothing_else() {
        for cipher in Cipher::ALL {
            let sealed = cipher.seal(&[7; 32], "profile/lin", b"Lin").unwrap();
            assert_eq!(cipher.open(&[7; 32], "profile/lin", &sealed).unwrap(), b"Lin");
            let other = if cipher == Cipher::Sm4Gcm { Cipher::Aes256Gcm } else { Cipher::Sm4Gcm };
            let mut changed = sealed.clone();
            changed[NONCE_LEN] ^= 1;
            let wrong = [
                cipher.open(&[8; 32], "profile/lin", &sealed),
                cipher.open(&[7; 32], "profile/wei", &sealed),
                cipher.open(&[7; 32], "profile/lin", &changed),
                cipher.open(&[7; 32], "profile/lin", &sealed[..5]),
                other.open(&[7; 32], "profile/lin", &sealed),
            ];
            assert!(wrong.iter().all(|opened| matches!(opened, Err(SealError::Broken))), "{cipher:?}");
            assert_eq!(Cipher::named(cipher.as_str()), Some(cipher));
        }
    }
}
