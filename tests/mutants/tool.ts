/**
 * Planted bugs of the tool that plants bugs: what it leaves behind, and what it lets itself in for.
 * @module
 */
import type { Mutant } from "./mutant.ts";
import { rows } from "./rows.ts";

const CAMPAIGN = "tests/mutants/campaign_test.ts";
const LEFT = "found: more than a thousand copies, and a bug that spun, left behind";

/** These mutants. */
export const toolMutants: readonly Mutant[] = [
  ...rows("tests/mutants/heirs.ts", CAMPAIGN, [
    [
      "TOOL-guard",
      "A planted bug that spins outlives a campaign that is killed where it stands",
      LEFT,
      "kill -KILL 0",
      "kill -0 0",
    ],
    ["TOOL-heir", "So do its copies of the sources", LEFT, 'rm -rf -- "$1" && exit', ":"],
  ]),
  ...rows("tests/mutants/campaign.ts", CAMPAIGN, [
    [
      "TOOL-first-failure",
      "A campaign returns at its first failure, while its other copies are at work",
      LEFT,
      'for (const end of await Promise.allSettled(jobs)) if (end.status === "rejected") throw end.reason;',
      "await Promise.all(jobs);",
    ],
    [
      "TOOL-goes-on",
      "After a failure the other copies go on to the end",
      LEFT,
      "    stopped.abort(error);\n",
      "",
    ],
  ]),
  ...rows("tests/mutants/workshop.ts", CAMPAIGN, [[
    "TOOL-half-copy",
    "Sources that cannot be copied leave half a copy behind",
    LEFT,
    "      await workshop.close();\n",
    "",
  ]]),
  ...rows("tests/mutants/workshop.ts", "tests/mutants/workshop_test.ts", [[
    "TOOL-temporary",
    "A command that is killed leaves its temporary files to the machine",
    LEFT,
    "      env: { TMPDIR: temporary, TMP: temporary, TEMP: temporary },\n",
    "      env: {},\n",
  ]]),
  ...rows("tests/mutants/cli.ts", CAMPAIGN, [
    ["TOOL-asked", "A campaign that is asked to end falls where it stands", LEFT, ', "SIGTERM"]', "]"],
    ["TOOL-jobs", "Any number of copies works at once", LEFT, " || jobs > MOST_JOBS", ""],
    [
      "TOOL-limit",
      "A limit of a month is over at once",
      "timers go off at once from 2^31 ms on",
      " && limitMs <= LONGEST_LIMIT_S * 1000",
      "",
    ],
  ]),
];
