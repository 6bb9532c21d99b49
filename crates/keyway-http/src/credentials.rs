//! The `Authorization` header.

use hyper::HeaderMap;
use hyper::header::AUTHORIZATION;
use keyway_ops::problem::{Code, FieldError, Problem};

/// The bearer token of a request.
pub(crate) fn bearer(headers: &HeaderMap) -> Result<&str, Problem> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let Some(value) = values.next().filter(|value| !value.as_bytes().trim_ascii().is_empty())
    else {
        return Err(missing());
    };
    let text = value.to_str().map_err(|_| malformed())?.trim();
    let (scheme, token) = text.split_once([' ', '\t']).ok_or_else(malformed)?;
    let token = token.trim();
    if values.next().is_some() || !scheme.eq_ignore_ascii_case("bearer") || token.is_empty() {
        return Err(malformed());
    }
    Ok(token)
}

/// There are no credentials.
pub(crate) fn missing() -> Problem {
    refused(
        Code::MissingCredentials,
        "The request has no credentials: the header `Authorization` is missing.",
        "is required",
    )
}

/// There are credentials, but in another form.
pub(crate) fn malformed() -> Problem {
    refused(
        Code::MalformedCredentials,
        "The header `Authorization` is not of the form `Bearer <root key>`.",
        "must be `Bearer`, a space and a root key",
    )
}

fn refused(code: Code, detail: &'static str, message: &str) -> Problem {
    let error = FieldError {
        location: "header.authorization".to_owned(),
        message: message.to_owned(),
        fix: Some("Send `Authorization: Bearer <root key>`.".to_owned()),
    };
    Problem { errors: vec![error], ..Problem::new(code, detail) }
}

#[cfg(test)]
mod tests {
    use hyper::header::HeaderValue;

    use super::*;

    fn of(values: &[&[u8]]) -> Result<String, Code> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(AUTHORIZATION, HeaderValue::from_bytes(value).unwrap());
        }
        bearer(&headers).map(str::to_owned).map_err(|problem| problem.code)
    }

    #[test]
    fn the_scheme_is_read_whatever_its_case_and_blanks_are_trimmed() {
        for value in ["Bearer x_1", "bearer x_1", "BEARER   x_1  ", "Bearer\tx_1"] {
            assert_eq!(of(&[value.as_bytes()]).unwrap(), "x_1", "{value:?}");
        }
    }

    #[test]
    fn nothing_is_told_from_something_wrong() {
        assert_eq!(of(&[]), Err(Code::MissingCredentials));
        assert_eq!(of(&[b""]), Err(Code::MissingCredentials));
        assert_eq!(of(&[b"  "]), Err(Code::MissingCredentials));
        let wrong: [&[&[u8]]; 8] = [
            &[b"Bearer"],
            &[b"Bearer  "],
            &[b"x_1"],
            &[b"Basic eDp5"],
            &[b"Bearerx_1"],
            &[b"Bearer \xff"],
            &["Bearer schl\u{fc}ssel".as_bytes()],
            &[b"Bearer a", b"Bearer b"],
        ];
        for values in wrong {
            assert_eq!(of(values), Err(Code::MalformedCredentials), "{values:?}");
        }
    }
}
