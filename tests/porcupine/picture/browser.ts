/**
 * A headless Chromium, driven over its DevTools protocol: enough to open a page, press keys, ask questions and take
 * pictures. No package, because the protocol is JSON over a WebSocket.
 *
 * @module
 */

/** What the protocol answers. */
type Answer = { readonly [name: string]: unknown };

/** Names under which Chromium is installed. */
const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

/** The path of an installed Chromium: `CHROMIUM` if set, else the first that PATH has; `undefined` if there is none. */
export function findChromium(): string | undefined {
  const named = Deno.env.get("CHROMIUM");
  if (named !== undefined && named !== "") return named;
  const folders = (Deno.env.get("PATH") ?? "").split(":");
  for (const name of NAMES) {
    for (const folder of folders) {
      const path = `${folder}/${name}`;
      if (isFile(path)) return path;
    }
  }
  return undefined;
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

/** A running browser. */
export class Browser implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #wire: Wire;
  readonly #profile: string;
  readonly #noise: Promise<void>;

  private constructor(process: Deno.ChildProcess, wire: Wire, profile: string, noise: Promise<void>) {
    this.#process = process;
    this.#wire = wire;
    this.#profile = profile;
    this.#noise = noise;
  }

  /** Starts a browser. */
  static async launch(path: string): Promise<Browser> {
    const profile = await Deno.makeTempDir({ prefix: "picture-browser-" });
    const process = new Deno.Command(path, {
      args: [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--force-device-scale-factor=1",
        "--remote-debugging-port=0",
        `--user-data-dir=${profile}`,
        "about:blank",
      ],
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const { url, rest } = await devtoolsUrl(process.stderr);
    return new Browser(process, await Wire.open(url), profile, rest);
  }

  /** Opens a page of the given size. */
  async open(
    url: string,
    size: { width: number; height: number },
    scheme: "light" | "dark" = "light",
  ): Promise<Page> {
    const { targetId } = await this.#wire.send("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await this.#wire.send("Target.attachToTarget", { targetId, flatten: true });
    const page = new Page(this.#wire, String(sessionId), String(targetId));
    await page.prepare(size, scheme);
    await page.go(url);
    return page;
  }

  /** Ends the browser and removes its profile. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#wire.send("Browser.close", {}).catch(() => {});
    await this.#wire.close();
    await this.#process.status;
    await this.#noise;
    await Deno.remove(this.#profile, { recursive: true }).catch(() => {});
  }
}

/** One page. */
export class Page {
  readonly #wire: Wire;
  readonly #session: string;
  readonly #target: string;
  readonly #complaints: string[] = [];
  readonly #requests: string[] = [];

  constructor(wire: Wire, session: string, target: string) {
    this.#wire = wire;
    this.#session = session;
    this.#target = target;
  }

  /** Uncaught errors, and what the page or the browser wrote to the console as an error or a warning. */
  get complaints(): readonly string[] {
    return this.#complaints;
  }

  /** Everything that the page asked for, itself included. */
  get requests(): readonly string[] {
    return this.#requests;
  }

  /** Listens, and sets the size and the colour scheme. */
  async prepare(size: { width: number; height: number }, scheme: "light" | "dark"): Promise<void> {
    this.#wire.listen(this.#session, (method, params) => this.#hear(method, params));
    for (const domain of ["Page", "Runtime", "Log", "Network"]) await this.#send(`${domain}.enable`, {});
    await this.#send("Performance.enable", { timeDomain: "threadTicks" });
    await this.#send("Emulation.setDeviceMetricsOverride", { ...size, deviceScaleFactor: 1, mobile: false });
    await this.#send("Emulation.setEmulatedMedia", {
      features: [{ name: "prefers-color-scheme", value: scheme }],
    });
  }

  /** Loads a picture and waits until it is drawn, or says that it cannot be. */
  async go(url: string): Promise<void> {
    const loaded = this.#wire.once(this.#session, "Page.loadEventFired");
    await this.#send("Page.navigate", { url });
    await loaded;
    await this.ask(`new Promise((done) => {
      const { dataset } = document.documentElement;
      const look = () => dataset.paintedMs || dataset.failed ? done(1) : requestAnimationFrame(look);
      look();
    })`);
    await this.frame();
  }

  /** Waits for two frames: what was asked for is on the screen then. */
  async frame(): Promise<void> {
    await this.ask(
      "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(1))))",
    );
  }

  /** The value of an expression in the page. */
  async ask(expression: string): Promise<unknown> {
    const answer = await this.#send("Runtime.evaluate", {
      expression,
      returnByValue: true,
      awaitPromise: true,
    });
    const { result, exceptionDetails } = answer as {
      result: { value?: unknown };
      exceptionDetails?: unknown;
    };
    if (exceptionDetails !== undefined) throw new Error(`${expression}: ${JSON.stringify(exceptionDetails)}`);
    return result.value;
  }

  /** The text of an element. */
  async text(selector: string): Promise<string> {
    return String(await this.ask(`document.querySelector(${JSON.stringify(selector)}).textContent`));
  }

  /** Presses a key, by its name. */
  async press(key: string): Promise<void> {
    const text = key.length === 1 ? { text: key } : key === "Enter" ? { text: "\r" } : {};
    await this.#send("Input.dispatchKeyEvent", { type: "keyDown", key, ...text });
    await this.#send("Input.dispatchKeyEvent", { type: "keyUp", key });
    await this.frame();
  }

  /** Types a text into what has the focus. */
  async type(text: string): Promise<void> {
    await this.#send("Input.insertText", { text });
    await this.frame();
  }

  /** Moves the pointer, and clicks if wanted. */
  async point(x: number, y: number, click: boolean): Promise<void> {
    await this.#send("Input.dispatchMouseEvent", { type: "mouseMoved", x, y });
    for (const type of click ? ["mousePressed", "mouseReleased"] : []) {
      await this.#send("Input.dispatchMouseEvent", { type, x, y, button: "left", clickCount: 1 });
    }
    await this.frame();
  }

  /** Presses the button at one place and lets it go at another. */
  async drag(fromX: number, toX: number, y: number): Promise<void> {
    const button = { button: "left", clickCount: 1 };
    await this.#send("Input.dispatchMouseEvent", { type: "mousePressed", x: fromX, y, ...button });
    await this.#send("Input.dispatchMouseEvent", { type: "mouseMoved", x: toX, y, ...button, buttons: 1 });
    await this.#send("Input.dispatchMouseEvent", { type: "mouseReleased", x: toX, y, ...button });
    await this.frame();
  }

  /** Turns the wheel; with `ctrl` it zooms. */
  async wheel(x: number, y: number, deltaY: number, ctrl: boolean): Promise<void> {
    await this.#send("Input.dispatchMouseEvent", {
      type: "mouseWheel",
      x,
      y,
      deltaX: 0,
      deltaY,
      modifiers: ctrl ? 2 : 0,
    });
    await this.frame();
  }

  /** Processor time that the page's thread has spent so far: what it would take on a machine of its own. */
  async cpuMs(): Promise<number> {
    const { metrics } = await this.#send("Performance.getMetrics", {}) as {
      metrics: { name: string; value: number }[];
    };
    return 1000 * (metrics.find(({ name }) => name === "TaskDuration")?.value ?? NaN);
  }

  /** A picture of the page as PNG. */
  async screenshot(): Promise<Uint8Array> {
    const { data } = await this.#send("Page.captureScreenshot", { format: "png" });
    return Uint8Array.from(atob(String(data)), (letter) => letter.charCodeAt(0));
  }

  /** Closes the page. */
  async close(): Promise<void> {
    await this.#wire.send("Target.closeTarget", { targetId: this.#target });
  }

  #send(method: string, params: Answer): Promise<Answer> {
    return this.#wire.send(method, params, this.#session);
  }

  #hear(method: string, params: Answer): void {
    if (method === "Runtime.exceptionThrown") this.#complaints.push(JSON.stringify(params.exceptionDetails));
    if (method === "Runtime.consoleAPICalled" && (params.type === "error" || params.type === "warning")) {
      this.#complaints.push(JSON.stringify(params.args));
    }
    if (method === "Log.entryAdded") this.#complaints.push(JSON.stringify(params.entry));
    if (method === "Network.requestWillBeSent") {
      this.#requests.push(String((params.request as { url: string }).url));
    }
  }
}

/** Requests and events on one WebSocket. */
class Wire {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, { done: (answer: Answer) => void; failed: (error: Error) => void }>();
  readonly #listeners = new Map<string, (method: string, params: Answer) => void>();
  #once: { session: string; method: string; done: () => void }[] = [];
  #next = 1;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => this.#receive(JSON.parse(String(data))));
  }

  static async open(url: string): Promise<Wire> {
    const socket = new WebSocket(url);
    await new Promise((done, failed) => {
      socket.addEventListener("open", done, { once: true });
      socket.addEventListener("error", failed, { once: true });
    });
    return new Wire(socket);
  }

  send(method: string, params: Answer, sessionId?: string): Promise<Answer> {
    const id = this.#next++;
    this.#socket.send(JSON.stringify({ id, method, params, ...(sessionId !== undefined && { sessionId }) }));
    return new Promise((done, failed) => this.#waiting.set(id, { done, failed }));
  }

  listen(session: string, hear: (method: string, params: Answer) => void): void {
    this.#listeners.set(session, hear);
  }

  once(session: string, method: string): Promise<void> {
    return new Promise((done) => this.#once.push({ session, method, done }));
  }

  async close(): Promise<void> {
    if (this.#socket.readyState === WebSocket.CLOSED) return;
    const closed = new Promise((done) => this.#socket.addEventListener("close", done, { once: true }));
    this.#socket.close();
    await closed;
  }

  #receive(
    message: {
      id?: number;
      sessionId?: string;
      method?: string;
      params?: Answer;
      result?: Answer;
      error?: Answer;
    },
  ): void {
    const { id, sessionId = "", method = "", params = {} } = message;
    if (id !== undefined) {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (message.error === undefined) waiting?.done(message.result ?? {});
      else waiting?.failed(new Error(JSON.stringify(message.error)));
      return;
    }
    this.#listeners.get(sessionId)?.(method, params);
    const [due, rest] = [true, false].map((want) =>
      this.#once.filter((one) => (one.session === sessionId && one.method === method) === want)
    );
    this.#once = rest;
    for (const { done } of due) done();
  }
}

/** Reads the address that the browser prints at its start; what it prints later is read and dropped. */
async function devtoolsUrl(
  stderr: ReadableStream<Uint8Array>,
): Promise<{ url: string; rest: Promise<void> }> {
  const reader = stderr.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
    .getReader();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`Chromium ended before it could be driven: ${text}`);
    text += value;
    const url = /DevTools listening on (ws:\S+)/.exec(text);
    if (url === null) continue;
    const rest = (async () => {
      while (!(await reader.read()).done);
    })();
    return { url: url[1], rest };
  }
}
