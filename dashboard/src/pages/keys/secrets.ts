//! Tells a pasted key from what people search by, so that a key never gets into an address or a list query.

const idForm = /^(key|api|id|identity|role|perm|rk|rlns|rlor|ns|ws|req|log|mig|user|usr|ses|org)_[1-9A-HJ-NP-Za-km-z]{8,21}$/;

/** Tells whether a text may be a whole key. */
export function looksLikeSecret(text: string): boolean {
  const trimmed = text.trim();
  if (/^unkey_/.test(trimmed)) return true;
  if (trimmed.length < 22 || !/^[A-Za-z0-9_]+$/.test(trimmed) || idForm.test(trimmed)) return false;
  const random = trimmed.slice(trimmed.lastIndexOf("_") + 1);
  return random.length >= 20 && /[0-9]/.test(random) && /[A-Za-z]/.test(random);
}
