/** What one of several bounded calls did, and where the next one goes on. */
export interface Slice {
  written: number;
  /** Null at the end. */
  next: string | null;
}
