/**
 * A job as data: which application, which inputs, cut into how many tasks.
 * @module
 */

/** One file to be read, as the coordinator found it. */
export interface InputFile {
  /** The name, exactly as the application is to see it. */
  readonly name: string;
  /** Its size as it lies on the disk. */
  readonly sizeBytes: number;
  /** Whether the content is compressed; such a file can only be read from its beginning. */
  readonly gzip: boolean;
}

/**
 * A part of an input: the lines that begin in `[fromByte, toByte)` of the file. Whoever reads it skips the line that
 * began before and reads the last one to its end, so that nobody need look for boundaries beforehand.
 */
export type Segment = {
  readonly input: string;
  readonly fromByte: number;
  readonly toByte: number;
  readonly gzip: boolean;
};

/** A job, fixed when it begins and kept in the coordinator's journal. */
export type JobPlan = {
  /** Tells this job from any other at the same address. */
  readonly id: string;
  /** The application's module, by URL. */
  readonly app: string;
  /** How many reduce tasks, and so output files, there are. */
  readonly reduces: number;
  /** What each map task reads. */
  readonly maps: readonly (readonly Segment[])[];
  /** The folder of intermediate files and the journal, below the shared one; `""` is the shared one itself. */
  readonly work: string;
};

/** The inputs of one task lie this far apart where places in it are numbers, so that one number tells input and byte. */
export const INPUT_SPAN: number = 2 ** 36;

/** How inputs become map tasks. */
export interface SplitOptions {
  /** Larger files are split into parts of about this many bytes. */
  readonly splitBytes: number;
  /** Whether every file must stay in one piece. */
  readonly whole: boolean;
  /** Above this many map tasks, small neighbouring files share one. */
  readonly manyTasks: number;
}

/**
 * Cuts inputs into map tasks: one task per file (lab 1), several for a large one, and a shared one for neighbours when
 * there would be too many.
 */
export function splitInputs(inputs: readonly InputFile[], options: SplitOptions): Segment[][] {
  const segments = inputs.flatMap((input) => splitInput(input, options));
  if (segments.length <= options.manyTasks) return segments.map((segment) => [segment]);
  const tasks: Segment[][] = [];
  let roomBytes = 0;
  for (const segment of segments) {
    const sizeBytes = Math.max(1, segment.toByte - segment.fromByte);
    if (tasks.length === 0 || sizeBytes > roomBytes) {
      tasks.push([]);
      roomBytes = options.splitBytes;
    }
    tasks[tasks.length - 1].push(segment);
    roomBytes -= sizeBytes;
  }
  return tasks;
}

function splitInput(input: InputFile, options: SplitOptions): Segment[] {
  const { name, sizeBytes, gzip } = input;
  const parts = gzip || options.whole ? 1 : Math.max(1, Math.round(sizeBytes / options.splitBytes));
  const segments: Segment[] = [];
  for (let part = 0; part < parts; part++) {
    const fromByte = Math.floor(sizeBytes * part / parts);
    const toByte = Math.floor(sizeBytes * (part + 1) / parts);
    segments.push({ input: name, fromByte, toByte, gzip });
  }
  return segments;
}

/** What a task is called in messages. */
export function nameTask(plan: JobPlan, task: number): string {
  if (task >= plan.maps.length) return `reduce task ${task - plan.maps.length}`;
  const [first, ...others] = plan.maps[task];
  const part = first.fromByte === 0 ? "" : ` from byte ${first.fromByte}`;
  const more = others.length === 0 ? "" : ` and ${others.length} more`;
  return `map task ${task} (${first.input}${part}${more})`;
}
