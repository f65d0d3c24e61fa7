/**
 * Concurrency slots, read side: a run is in its tenant's set of active runs from the commit that accepts it
 * to the one that ends it, so slots cannot leak. Limits are enforced by `RunStore.create`.
 */
export interface Admission {
  /** Runs that have not ended: of one tenant, or of all. */
  active(tenant_id?: string): Promise<number>;
}
