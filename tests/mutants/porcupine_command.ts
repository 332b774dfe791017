/**
 * Planted bugs in the command line: flags, limits, exit codes.
 * @module
 */
import type { Mutant } from "./mutant.ts";

const CLI = "test -A --no-check tests/porcupine/cli/cli_test.ts";
const HABITS = "test -A --no-check tests/porcupine/cli/habits_test.ts";

/** The command line. */
export const porcupineCommandMutants: readonly Mutant[] = [
  {
    id: "PO-crash-illegal",
    title: "A crash of the checker leaves with the code of a violation",
    source: "exit codes",
    file: "porcupine/cli.ts",
    anchor: "return EXIT.failed;",
    replacement: "return EXIT.illegal;",
    killedBy: CLI,
  },
  {
    id: "PO-worst",
    title: "The last file's code wins",
    source: "exit codes: the worst",
    file: "porcupine/cli.ts",
    anchor: "return weight[a] >= weight[b] ? a : b;",
    replacement: "return b;",
    killedBy: CLI,
  },
  {
    id: "PO-missing-file",
    title: "A missing file is passed over",
    source: "bad input: missing file",
    file: "porcupine/cli/files.ts",
    anchor: "throw new UsageError(`${file} cannot be opened: ${messageOf(error)}`);",
    // Planted code: the cast is part of the bug, a file that is always at its end.
    replacement:
      "return { bytes: chunks({ read: () => Promise.resolve(null) } as unknown as Deno.FsFile), [Symbol.dispose]: () => {} };",
    killedBy: CLI,
  },
  {
    id: "PO-unknown-flag",
    title: "An unknown flag is taken for a file",
    source: "bad input: unknown flag",
    file: "porcupine/cli/flags.ts",
    anchor: "else throw unknownFlag(flag);",
    replacement: "else files.push(args[i]);",
    killedBy: CLI,
  },
  {
    id: "PO-limit-ignored",
    title: "--time is read and forgotten",
    source: "limits",
    file: "porcupine/cli/judge.ts",
    anchor: "...(command.timeMs !== null && { timeLimitMs: command.timeMs }),",
    replacement: "",
    killedBy: CLI,
  },
  {
    id: "PO-clash",
    title: "Pages of two files of one name overwrite each other",
    source: "pictures of several files",
    file: "porcupine/cli/files.ts",
    anchor: "    taken.add(name.toLowerCase());\n",
    replacement: "",
    killedBy: CLI,
  },
  {
    id: "PF-pattern-link",
    title: "Behind a folder that is a link nothing is found by a pattern",
    source: "the latest run is often a link",
    file: "porcupine/cli/patterns.ts",
    anchor: "isSymlink ? await isFolder(folder + name) : isDirectory;",
    replacement: "isDirectory;",
    killedBy: CLI,
  },
  {
    id: "PF-no-limit",
    title: "A time limit of 0, elsewhere the word for none, gives up on every file",
    source: "the command line as people type it",
    file: "porcupine/cli/flags.ts",
    anchor: "if (/^0+(?:\\.0+)? ?[A-Za-z]*$/.test(text)) {",
    replacement: 'if (text === "0s") {',
    killedBy: CLI,
  },
  {
    id: "PF-page-late",
    title: "That a page cannot be written is found when the check is over",
    source: "a verdict is not lost for want of a picture",
    file: "porcupine/cli/judge.ts",
    anchor: "await requireWritable(pictureFile(command.html, file, command.files));",
    replacement: "pictureFile(command.html, file, command.files);",
    killedBy: HABITS,
  },
  {
    id: "PF-page-left",
    title: "Whether a page can be written is tried, and an empty one left behind",
    source: "a verdict is not lost for want of a picture",
    file: "porcupine/cli/files.ts",
    anchor: "if (isNew) await Deno.remove(path);",
    replacement: "",
    killedBy: HABITS,
  },
  {
    id: "PF-page-over-history",
    title: "A history that is named for the picture by mistake is overwritten",
    source: "of --html *.jsonl a shell makes the name of a history",
    file: "porcupine/cli/files.ts",
    anchor: "if (!isNew && !await isPage(path)) {",
    replacement: 'if (!isNew && !await isPage(path) && path.endsWith(".html")) {',
    killedBy: HABITS,
  },
  {
    id: "PF-page-shared",
    title: "The page of a second file of one name is called as that of a third one",
    source: "each file of a run has a page of its own",
    file: "porcupine/cli/files.ts",
    anchor: "(k > 2 && own.has(name.toLowerCase()))",
    replacement: "false",
    killedBy: HABITS,
  },
  {
    id: "PF-usage-mute",
    title: "Of a command line that makes no sense a program that asks for JSON hears nothing",
    source: "porcupine/cli/README.md",
    file: "porcupine/cli.ts",
    anchor: "if (asksForJson(args)) console.log(jsonError(null, error));",
    replacement: "",
    killedBy: HABITS,
  },
];
