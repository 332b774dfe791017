/**
 * etcd: three members, asked over the HTTP gateway; each client talks to a member of its own.
 * @module
 */

import type { KvInput } from "../../../porcupine/mod.ts";
import type { Answer, Break, Connection, System } from "./adapter.ts";
import { freePorts } from "../cluster.ts";
import { isInstalled, Program } from "./process.ts";

const MEMBERS = 3;

/** Three members on loopback. */
export const etcd: System = {
  name: "etcd",
  // What appends is a transaction there, which the plain gateway call is not.
  functions: ["get", "put"],
  async missing() {
    if (await isInstalled("etcd")) return null;
    return "etcd is not installed (on Debian: apt-get install etcd-server)";
  },
  async start(folder) {
    const ports = freePorts(MEMBERS * 2);
    const at = (member: number, kind: 0 | 1) => `http://127.0.0.1:${ports[member * 2 + kind]}`;
    const numbers = Array.from({ length: MEMBERS }, (_, member) => member);
    const cluster = numbers.map((member) => `m${member}=${at(member, 1)}`).join();
    const members = numbers.map((member) => {
      const own = ["--name", `m${member}`, "--data-dir", `${folder}/m${member}`];
      const clients = ["--listen-client-urls", at(member, 0), "--advertise-client-urls", at(member, 0)];
      const peers = ["--listen-peer-urls", at(member, 1), "--initial-advertise-peer-urls", at(member, 1)];
      const group = ["--initial-cluster", cluster, "--initial-cluster-state", "new"];
      return new Program({
        command: "etcd",
        args: [
          ...own,
          ...clients,
          ...peers,
          ...group,
          "--heartbeat-interval",
          "50",
          "--election-timeout",
          "500",
        ],
        ready: async () => (await ask(at(member, 0), "range", { key: btoa("ready") }, 1000)).ok,
      });
    });
    const end = async () => void await Promise.all(members.map((member) => member.kill()));
    try {
      await Promise.all(members.map((member) => member.start()));
    } catch (error) {
      await end();
      throw error;
    }
    return {
      connect: (client) => Promise.resolve(new EtcdConnection(at(client % MEMBERS, 0))),
      breaks: members.flatMap((member, number): Break[] => [
        { name: `kill m${number}`, begin: () => member.kill(), mend: () => member.start() },
        {
          name: `stop m${number}`,
          begin: () => Promise.resolve(member.stop()),
          mend: () => Promise.resolve(member.go()),
        },
      ]),
      said: () => members.map(({ said }, number) => `m${number}: ${said}`).join("\n"),
      [Symbol.asyncDispose]: end,
    };
  },
};

/** Most that the gateway may take for an answer; etcd itself gives up after seven seconds. */
const TIMEOUT_MS = 3000;

interface GatewayReply {
  readonly ok: boolean;
  readonly body: string;
}

async function ask(
  at: string,
  call: "range" | "put",
  question: object,
  timeoutMs: number,
): Promise<GatewayReply> {
  const response = await fetch(`${at}/v3/kv/${call}`, {
    method: "POST",
    body: JSON.stringify(question),
    signal: AbortSignal.timeout(timeoutMs),
  });
  return { ok: response.ok, body: await response.text() };
}

class EtcdConnection implements Connection {
  readonly #at: string;
  #closed = false;

  constructor(at: string) {
    this.#at = at;
  }

  async invoke(input: KvInput): Promise<Answer> {
    if (this.#closed) return { kind: "refused", why: "the connection is closed" };
    if (input.f === "append") return { kind: "refused", why: "not offered" };
    const question = input.f === "get"
      ? { key: btoa(input.key) }
      : { key: btoa(input.key), value: btoa(input.value) };
    const { ok, body } = await ask(this.#at, input.f === "get" ? "range" : "put", question, TIMEOUT_MS);
    if (!ok) return { kind: "unknown", why: body };
    if (input.f === "put") return { kind: "ok", output: { f: "put" } };
    const { kvs = [] } = JSON.parse(body) as { kvs?: { value?: string }[] };
    return { kind: "ok", output: { f: "get", value: atob(kvs[0]?.value ?? "") } };
  }

  close(): void {
    this.#closed = true;
  }
}
