/**
 * The inside of a worker of `workers.ts`: loads a module and runs the seeds it is given.
 * @module
 */

/// <reference lib="deno.worker" />

import { runOne } from "./workers.ts";
import type { SeedModule, SeedOutcome, ToWorker } from "./workers.ts";

interface WorkerRealm {
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
  postMessage(message: SeedOutcome<unknown>): void;
}

let loading: Promise<SeedModule<unknown, unknown>> | null = null;
let options: unknown = null;

function serve(realm: WorkerRealm): void {
  realm.onmessage = async ({ data }) => {
    if (data.kind === "load") {
      options = data.options;
      loading = import(data.module);
      // A module that does not load fails each seed with its reason, below; the rejection itself is no news.
      loading.catch(() => {});
      return;
    }
    const { seed } = data;
    try {
      if (loading === null) throw new Error("Cannot run a seed: no module was loaded");
      realm.postMessage(await runOne(await loading, seed, options));
    } catch (error) {
      realm.postMessage({ kind: "failed", seed, message: String(error) });
    }
  };
}

serve(self);
