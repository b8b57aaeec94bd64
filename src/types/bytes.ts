/** What layers hold against what is said of them, and what later layers hide. */

/** A layer's bytes against the names they go by. */
export interface DigestCheck {
  /** -1 where a document differs. */
  layer: number;
  /** The document that differs, instead of a layer. */
  document?: 'config' | 'manifest' | 'index';
  /** What differed: the blob digest, the diffID, or the size. */
  kind: 'digest' | 'diffID' | 'size';
  expected: string;
  actual: string;
}

export interface DeletedFile {
  path: string;
  size: number;
  /** Layer that holds the bytes. */
  layer: number;
  /** Layer that hid them. */
  by: number;
  how: 'whiteout' | 'opaque' | 'overwritten';
}
