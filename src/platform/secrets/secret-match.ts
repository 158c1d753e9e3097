/** Where a secret stands in a text. */
export interface SecretMatch {
  /** Names the kind of secret: `github-token`, `private-key`, `password-in-url` … */
  readonly rule: string;
  /** Offset of its first UTF-16 unit. */
  readonly start: number;
  /** Offset behind its last one. */
  readonly end: number;
  /** `minor` for keys that are public by design or only open a sandbox. */
  readonly severity: 'minor' | 'critical';
}
