/**
 * The labs' generic scenario: clients at work while servers are parted and crashed.
 * @module
 */

import { demand } from "./run.ts";
import { checkPieces, type KvTester, piece, type RecordedClerk } from "./tester.ts";

/** What is special about one test. */
export interface GenericOptions {
  /** Clients at work. */
  readonly clients: number;
  /** Whether all servers crash, in the middle of a round and at its end. The official scenario crashes at the end only. */
  readonly crash: boolean;
  /** Whether servers are parted, by chance, again and again. */
  readonly partitions: boolean;
  /** Whether clients share keys. Otherwise each has its own, and knows what must be in it. */
  readonly randomKeys: boolean;
  /** See `KvServerSeat`. */
  readonly maxRaftStateBytes: number | null;
}

const ROUNDS = 3;
const ROUND_MS = 5000;
/** The longest pause of a client between two operations, for each client there is. There is none during a rush, see `pace.ts`. */
const MAX_PAUSE_MS = 36;
/** A client with fewer operations in all three rounds has tried nothing. */
const LEAST_OPERATIONS = 10;

/** What a client has done to its own key over all rounds. */
interface Account {
  readonly clerk: RecordedClerk;
  appended: number;
  /** Its operations, of whatever kind. */
  operations: number;
  /** Whether its key was emptied by it once. */
  begun: boolean;
}

/** Runs the scenario. */
export async function runGeneric(tester: KvTester, options: GenericOptions): Promise<void> {
  const accounts = Array.from({ length: options.clients }, (): Account => ({
    clerk: tester.clerk(),
    appended: 0,
    operations: 0,
    begun: false,
  }));
  const reader = tester.clerk();
  for (let round = 0; round < ROUNDS; round++) {
    await runRound(tester, accounts, options);
    // As many keys as clients, either way; on shared ones only the history tells what must be there.
    for (const { clerk, appended } of accounts) {
      const value = await reader.get(String(clerk.number));
      if (!options.randomKeys) checkPieces(value, new Map([[clerk.number, appended]]));
    }
    tester.checkSizes(options.maxRaftStateBytes);
  }
  for (const { clerk, operations } of accounts) {
    demand(operations >= LEAST_OPERATIONS, `client ${clerk.number} had only ${operations} operations done`);
  }
}

async function runRound(
  tester: KvTester,
  accounts: readonly Account[],
  options: GenericOptions,
): Promise<void> {
  let goOn = true;
  const work = options.randomKeys ? workOnSharedKeys : workOnOwnKey;
  const working = Promise.all(
    accounts.map((account) => work(tester, account, { keys: accounts.length, goOn: () => goOn })),
  );
  tester.pace.beat(() => goOn);
  const parting = options.partitions ? tester.partAgainAndAgain(() => goOn) : Promise.resolve();
  await tester.sleep(ROUND_MS / 2);
  if (options.crash) await tester.crashAll(300);
  await tester.sleep(ROUND_MS / 2 + (options.partitions ? 1000 : 0));
  // Calls in flight go on: nobody waits for them before the servers crash.
  goOn = false;
  if (options.partitions) {
    await parting;
    tester.servers.connectAll();
    await tester.sleep(1000);
  }
  if (options.crash) await tester.crashAll(1000);
  await working;
}

interface Shift {
  /** As many as there are clients. */
  readonly keys: number;
  readonly goOn: () => boolean;
}

async function workOnOwnKey(tester: KvTester, account: Account, { keys, goOn }: Shift): Promise<void> {
  const { clerk } = account;
  const key = String(clerk.number);
  const random = tester.servers.world.random(`client ${key} from ${account.appended}`);
  if (!account.begun) await clerk.put(key, "");
  account.begun = true;
  let known = "";
  for (let nth = 0; nth < account.appended; nth++) known += piece(clerk.number, nth);
  while (goOn()) {
    if (random.chance(0.5)) {
      const next = piece(clerk.number, account.appended++);
      await clerk.append(key, next);
      known += next;
    } else {
      const value = await clerk.get(key);
      demand(
        value === known,
        `client ${key} alone writes its key and reads "${value}" instead of "${known}"`,
      );
    }
    account.operations++;
    await tester.pace.rest(random.below(MAX_PAUSE_MS * keys));
  }
}

async function workOnSharedKeys(tester: KvTester, account: Account, { keys, goOn }: Shift): Promise<void> {
  const { clerk } = account;
  const random = tester.servers.world.random(`client ${clerk.number} from ${account.appended}`);
  while (goOn()) {
    const key = String(random.below(keys));
    const drawn = random.below(1000);
    if (drawn < 500) await clerk.append(key, piece(clerk.number, account.appended++));
    else if (drawn < 550) await clerk.put(key, piece(clerk.number, account.appended++));
    else await clerk.get(key);
    account.operations++;
    await tester.pace.rest(random.below(MAX_PAUSE_MS * keys / 2));
  }
}
