// Calls that arrive together are done together: a batch is whatever came until the next macrotask. Without load a call
// waits for nothing but that tick.

interface Waiting<Item, Answer> {
  item: Item;
  resolve: (answer: Answer) => void;
  reject: (error: unknown) => void;
}

/**
 * Wraps `run`, which handles many items at once, into a function that takes one. `run` answers in the order of its items.
 * When a batch throws, each of its items is tried alone, so that one bad item fails alone.
 */
export function gather<Item, Answer>(run: (items: Item[]) => Answer[], most: number): (item: Item) => Promise<Answer> {
  let waiting: Waiting<Item, Answer>[] = [];
  const flush = () => {
    const batch = waiting.slice(0, most);
    waiting = waiting.slice(most);
    if (waiting.length > 0) setTimeout(flush, 0);
    settle(run, batch);
  };
  return (item) =>
    new Promise<Answer>((resolve, reject) => {
      if (waiting.length === 0) setTimeout(flush, 0);
      waiting.push({ item, resolve, reject });
    });
}

function settle<Item, Answer>(run: (items: Item[]) => Answer[], batch: Waiting<Item, Answer>[]): void {
  try {
    const answers = run(batch.map((entry) => entry.item));
    batch.forEach((entry, index) => {
      entry.resolve(answers[index] as Answer);
    });
  } catch (error) {
    if (batch.length === 1) {
      batch[0]?.reject(error);
      return;
    }
    for (const entry of batch) settle(run, [entry]);
  }
}
