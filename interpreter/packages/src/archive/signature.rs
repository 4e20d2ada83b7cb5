//! Signatures of releases (RFC 9580, section 7: the cleartext signature framework).

use crate::date::Time;
use pgp::composed::{CleartextSignedMessage, PublicOrSecret, SignedPublicKey, SignedPublicSubKey};
use pgp::crypto::hash::HashAlgorithm;
use pgp::packet::{Signature, SignatureType};
use pgp::types::{KeyDetails, Tag, VerifyingKey};

/// Why a release is not trusted.
#[derive(Debug, thiserror::Error)]
pub enum SignatureError {
    /// It has no signature, or something around what is signed.
    #[error("not one signed text: {0}")]
    NotSigned(String),
    /// A keyring cannot be read.
    #[error("damaged keyring: {0}")]
    Keyring(String),
    /// None of the signatures was made by a key that is trusted.
    #[error("signed by {}, none of which is among the keys that this source trusts", .0.join(" and "))]
    UnknownKey(Vec<String>),
    /// A trusted key's signature that does not hold.
    #[error("the signature of key {key} {fault}")]
    Refused {
        /// The fingerprint of the key.
        key: String,
        /// What is wrong.
        fault: String,
    },
}

/// The keys that a source trusts.
#[derive(Debug, Default)]
pub struct Keyring {
    certificates: Vec<SignedPublicKey>,
}

impl Keyring {
    /// Adds all keys of a file, armored or not.
    ///
    /// # Errors
    /// When it is no keyring.
    pub fn add(&mut self, keys: &[u8]) -> Result<(), SignatureError> {
        let damaged = |error: pgp::errors::Error| SignatureError::Keyring(error.to_string());
        let (keys, _) = PublicOrSecret::from_reader_many_buf(keys).map_err(damaged)?;
        for key in keys {
            match key.map_err(damaged)? {
                PublicOrSecret::Public(certificate) => self.certificates.push(certificate),
                PublicOrSecret::Secret(_) => {
                    return Err(SignatureError::Keyring("a secret key in it".to_owned()));
                }
            }
        }
        Ok(())
    }

    /// Keeps the certificates that have one of these fingerprints (upper-case hexadecimal), their own
    /// or that of a subkey.
    pub fn retain(&mut self, fingerprints: &[String]) {
        let listed = |key: &dyn KeyDetails| {
            let own = format!("{:X}", key.fingerprint());
            fingerprints.contains(&own)
        };
        self.certificates.retain(|certificate| {
            listed(&certificate.primary_key)
                || certificate.public_subkeys.iter().any(|subkey| listed(&subkey.key))
        });
    }

    /// Whether there is no key.
    pub fn is_empty(&self) -> bool {
        self.certificates.is_empty()
    }
}

/// What of `message` is signed by a key of `keyring` that may sign now. Text outside of the signed part
/// is refused.
///
/// # Errors
/// When no signature holds.
pub fn signed_text(message: &[u8], keyring: &Keyring, now: Time) -> Result<String, SignatureError> {
    let message = parse(message)?;
    let text = message.signed_text();
    let mut refused = None;
    let mut signers = Vec::new();
    for signature in message.signatures() {
        signers.push(signer(signature));
        for certificate in &keyring.certificates {
            match check(signature, text.as_bytes(), certificate, now) {
                None => {}
                Some(Ok(())) => return Ok(text.replace("\r\n", "\n")),
                Some(Err(error)) => refused = Some(error),
            }
        }
    }
    signers.sort();
    signers.dedup();
    Err(refused.unwrap_or(SignatureError::UnknownKey(signers)))
}

/// The text alone, whoever signed it.
///
/// # Errors
/// When `message` is not one signed text.
pub fn unverified_text(message: &[u8]) -> Result<String, SignatureError> {
    Ok(parse(message)?.signed_text().replace("\r\n", "\n"))
}

fn parse(message: &[u8]) -> Result<CleartextSignedMessage, SignatureError> {
    let not_signed = |why: &dyn ToString| SignatureError::NotSigned(why.to_string());
    let text = std::str::from_utf8(message).map_err(|error| not_signed(&error))?;
    let (message, _) =
        CleartextSignedMessage::from_string(text).map_err(|error| not_signed(&error))?;
    match message.signatures().is_empty() {
        true => Err(not_signed(&"no signature in it")),
        false => Ok(message),
    }
}

fn signer(signature: &Signature) -> String {
    match (signature.issuer_fingerprint().first(), signature.issuer_key_id().first()) {
        (Some(fingerprint), _) => format!("{fingerprint:X}"),
        (None, Some(id)) => id.to_string().to_uppercase(),
        (None, None) => "a key that it does not name".to_owned(),
    }
}

/// Whether the signature holds; `None` if a key of this certificate did not make it.
fn check(
    signature: &Signature,
    text: &[u8],
    certificate: &SignedPublicKey,
    now: Time,
) -> Option<Result<(), SignatureError>> {
    let primary = &certificate.primary_key;
    if names(signature, primary) {
        let fault = certificate_fault(certificate, now, true)
            .or_else(|| signature_fault(signature, text, primary, now));
        return Some(result(primary, fault));
    }
    let subkey = certificate.public_subkeys.iter().find(|key| names(signature, &key.key))?;
    let fault = certificate_fault(certificate, now, false)
        .or_else(|| subkey_fault(certificate, subkey, now))
        .or_else(|| signature_fault(signature, text, &subkey.key, now));
    Some(result(&subkey.key, fault))
}

fn result(key: &impl KeyDetails, fault: Option<String>) -> Result<(), SignatureError> {
    match fault {
        None => Ok(()),
        Some(fault) => {
            Err(SignatureError::Refused { key: format!("{:X}", key.fingerprint()), fault })
        }
    }
}

fn names(signature: &Signature, key: &impl KeyDetails) -> bool {
    let fingerprints = signature.issuer_fingerprint();
    match fingerprints.is_empty() {
        false => fingerprints.contains(&&key.fingerprint()),
        true => signature.issuer_key_id().contains(&&key.legacy_key_id()),
    }
}

fn signature_fault(
    signature: &Signature,
    text: &[u8],
    key: &impl VerifyingKey,
    now: Time,
) -> Option<String> {
    let strong = [
        HashAlgorithm::Sha256,
        HashAlgorithm::Sha384,
        HashAlgorithm::Sha512,
        HashAlgorithm::Sha3_256,
        HashAlgorithm::Sha3_512,
    ];
    if !signature.hash_alg().is_some_and(|hash| strong.contains(&hash)) {
        return Some("uses a hash that is broken".to_owned());
    }
    if !matches!(signature.typ(), Some(SignatureType::Text | SignatureType::Binary)) {
        return Some("is not one of a document".to_owned());
    }
    if signature.verify(key, text).is_err() {
        return Some("does not fit the text: it was changed after it was signed".to_owned());
    }
    time_fault(signature, now)
}

/// Whether a signature is not in force at `now`.
fn time_fault(signature: &Signature, now: Time) -> Option<String> {
    let Some(created) = signature.created() else {
        return Some("does not say when it was made".to_owned());
    };
    let created = i64::from(created.as_secs());
    // The clocks of two machines differ; a day is more than any time zone.
    if created > now.0 + 86_400 {
        return Some(format!("is from the future ({}): is the clock right?", Time(created)));
    }
    let lifetime = signature.signature_expiration_time().map_or(0, |lifetime| lifetime.as_secs());
    let end = created + i64::from(lifetime);
    (lifetime != 0 && end < now.0).then(|| format!("expired {}", Time(end)))
}

/// Why no key of the certificate counts, or its primary key may not sign.
fn certificate_fault(certificate: &SignedPublicKey, now: Time, signs: bool) -> Option<String> {
    let primary = &certificate.primary_key;
    let revoked = |signature: &Signature| signature.verify_key(primary).is_ok();
    if certificate.details.revocation_signatures.iter().any(revoked) {
        return Some("is worth nothing: the key was revoked".to_owned());
    }
    let of_users = certificate.details.users.iter().flat_map(|user| {
        user.signatures.iter().filter(|signature| {
            signature.typ() != Some(SignatureType::CertRevocation)
                && names(signature, primary)
                && signature.verify_certification(primary, Tag::UserId, &user.id).is_ok()
        })
    });
    let direct = certificate
        .details
        .direct_signatures
        .iter()
        .filter(|signature| names(signature, primary) && signature.verify_key(primary).is_ok());
    let Some(latest) = latest(of_users.chain(direct), now) else {
        return Some("is worth nothing: the key does not vouch for itself".to_owned());
    };
    let flags = latest.key_flags();
    if signs && !flags.sign() && flags != pgp::packet::KeyFlags::default() {
        return Some("was made by a key that is not for signing".to_owned());
    }
    expiry_fault(primary, latest, now)
}

fn subkey_fault(
    certificate: &SignedPublicKey,
    subkey: &SignedPublicSubKey,
    now: Time,
) -> Option<String> {
    let primary = &certificate.primary_key;
    let of_type = |kind: SignatureType| {
        subkey.signatures.iter().filter(move |signature| {
            signature.typ() == Some(kind)
                && signature.verify_subkey_binding(primary, &subkey.key).is_ok()
        })
    };
    if of_type(SignatureType::SubkeyRevocation).next().is_some() {
        return Some("is worth nothing: the key was revoked".to_owned());
    }
    let binding = latest(of_type(SignatureType::SubkeyBinding), now);
    let bound = binding.filter(|binding| {
        let back = binding.embedded_signature();
        back.is_some_and(|back| back.verify_primary_key_binding(&subkey.key, primary).is_ok())
    });
    match bound {
        None => Some("is worth nothing: the key is not bound to its certificate".to_owned()),
        Some(binding) if !binding.key_flags().sign() => {
            Some("was made by a key that is not for signing".to_owned())
        }
        Some(binding) => expiry_fault(&subkey.key, binding, now),
    }
}

fn latest<'s>(signatures: impl Iterator<Item = &'s Signature>, now: Time) -> Option<&'s Signature> {
    signatures
        .filter(|signature| time_fault(signature, now).is_none())
        .max_by_key(|signature| signature.created().map(pgp::types::Timestamp::as_secs))
}

fn expiry_fault(key: &impl KeyDetails, signature: &Signature, now: Time) -> Option<String> {
    let lifetime = signature.key_expiration_time().map_or(0, |lifetime| lifetime.as_secs());
    let end = i64::from(key.created_at().as_secs()) + i64::from(lifetime);
    (lifetime != 0 && end < now.0)
        .then(|| format!("is worth nothing: the key expired {}; get a newer keyring", Time(end)))
}
