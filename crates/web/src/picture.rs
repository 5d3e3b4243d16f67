//! Pictures that are drawn on the server, as markup: no page needs another's image.

use crate::trouble::Trouble;
use qrcodegen::{QrCode, QrCodeEcc};
use std::fmt::Write as _;

/// White around a QR code, as its standard asks.
const QUIET: i32 = 4;

/// A QR code of a text, as an SVG element.
pub(crate) fn qr(text: &str) -> Result<String, Trouble> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).map_err(|error| Trouble::internal(&error))?;
    let size = code.size() + 2 * QUIET;
    let mut path = String::new();
    for y in 0..code.size() {
        for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
            let _ = write!(path, "M{},{}h1v1h-1z", x + QUIET, y + QUIET);
        }
    }
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"tl-qr\" role=\"img\" aria-label=\"QR code for your authenticator\" viewBox=\"0 0 {size} {size}\" width=\"220\" height=\"220\" shape-rendering=\"crispEdges\"><rect width=\"{size}\" height=\"{size}\" fill=\"#fff\"/><path fill=\"#000\" d=\"{path}\"/></svg>"
    ))
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_code_is_drawn_without_style_or_script() {
        let svg = super::qr("otpauth://totp/Throughline:w-amy?secret=ABC").unwrap();
        assert!(svg.starts_with("<svg") && svg.contains("role=\"img\"") && !svg.contains("style="));
    }
}
