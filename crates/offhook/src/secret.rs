/// 192 random bits, in hexadecimal.
pub(crate) fn random() -> String {
    let bytes: [u8; 24] = rand::random();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
