// What outboxes may ask of a budget that several destinations share. Values only: they cross an RPC.

/** What one destination wants to send now. */
export interface BudgetRequest {
  destination: string;
  /** Messages that could go now. */
  want: number;
  /** How many of them are critical: they go before all others. */
  urgent: number;
  /** The destination's `priority`: the higher goes first. */
  priority: number;
  /** The pace of all destinations together. */
  pace: { perSecond: number; burst: number };
}

/** How many may go, and when to ask again for more, Unix ms. */
export interface BudgetGrant {
  granted: number;
  nextAt: number;
}

/** The RPC methods of a budget. */
export interface BudgetCalls {
  take(request: BudgetRequest): Promise<BudgetGrant>;
}
