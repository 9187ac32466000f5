/** Why we believe something: a line of a file, an argument, an environment variable, or a documented default. */
export interface Evidence {
  kind: EvidenceKind;
  /** The file, as an absolute path in the image. */
  path?: string;
  /** Line number, from 1. */
  line?: number;
  /** The line's text, the argument, `NAME=value`, or what the default is. */
  text: string;
}

export type EvidenceKind = 'config' | 'argument' | 'environment' | 'default';

/** `certain`, or `possible` where a value or a branch before it could not be known. */
export type Certainty = 'certain' | 'possible';

/** Something that could not be read or known, or that the reader should see. Never an exception, always shown. */
export interface Finding {
  /** Stable, kebab-case, for instance `unknown-value`, `config-missing`, `will-not-start`. */
  id: string;
  severity: Severity;
  message: string;
  evidence: Evidence[];
}

export type Severity = 'info' | 'low' | 'medium' | 'high';
