/** A message of the queue that is for nobody: it only tells whether the queue brings messages. */
export interface QueueProbe {
  probe: string;
}

/** Whether a message of the queue is one. */
export const isProbe = (body: object): body is QueueProbe => "probe" in body;
