// One measured figure, and the goal beside it.

/** A line of the report. */
export interface Figure {
  name: string;
  value: number;
  unit: string;
  /** The goal in words, and whether it is reached. */
  goal?: { text: string; met: boolean };
  /** What the reader needs to know to read it. */
  note?: string;
}

export const atLeast = (value: number, least: number): Figure["goal"] => ({ text: `at least ${least}`, met: value >= least });
export const atMost = (value: number, most: number, aim?: number): Figure["goal"] => ({
  text: aim === undefined ? `at most ${most}` : `at most ${most}, aim ${aim}`,
  met: value <= most,
});
export const exactly = (value: number, wanted: number): Figure["goal"] => ({ text: `exactly ${wanted}`, met: value === wanted });

/** One benchmark: what it is called on the command line, what it measures, how. */
export interface Benchmark {
  name: string;
  title: string;
  run(scale: Scale): Promise<Figure[]>;
}

/** How much is done: all of it, or enough to see that it works. */
export interface Scale {
  quick: boolean;
}
