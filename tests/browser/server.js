// A Keyway server of its own for a test, run from the built binary.
import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const TARGET = process.env.CARGO_TARGET_DIR ?? new URL("../../target", import.meta.url).pathname;
/** The binary that is tested; also its command line. */
export const BINARY = process.env.KEYWAY_BIN ?? join(TARGET, "debug", "keyway");
const FAKETIME = [
  "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1",
  "/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1",
].find((path) => existsSync(path));

/** Who owns the instance in tests that sign in by account. */
export const OWNER = { email: "owner@example.com", password: "a long enough password" };

/** Waits until `ready` gives something other than undefined, null or false. */
export async function until(what, ready, { seconds = 20 } = {}) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const value = await ready();
    if (value) return value;
    if (Date.now() > end) throw new Error(`This did not happen in ${seconds} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

export class Server {
  #environment;
  #arguments;
  #clock;
  #process;
  #output = "";
  #port = 0;

  /** `keys` fills it with so many keys `key 0…`, ten for each identity `bench_user_0…`. */
  constructor({ env = {}, args = [], config, clock = false, keys = 0 } = {}) {
    this.directory = mkdtempSync(join(tmpdir(), "keyway-browser-"));
    this.rootKey = `unkey_${randomBytes(20).toString("hex")}`;
    if (keys > 0) {
      const data = join(this.directory, "data");
      execFileSync(BINARY, ["bench", "seed", "--keys", String(keys), "--data-dir", data, "--progress", "none"], { stdio: "ignore" });
      this.rootKey = JSON.parse(readFileSync(join(data, "bench.json"), "utf8")).rootKey;
    }
    this.#arguments = args;
    if (config) {
      const file = join(this.directory, "keyway.toml");
      writeFileSync(file, config);
      this.#arguments = [...args, "--config", file];
    }
    this.#environment = {
      PATH: process.env.PATH,
      HOME: this.directory,
      KEYWAY_BOOTSTRAP_ROOT_KEY: this.rootKey,
      KEYWAY_MASTER_KEY: randomBytes(32).toString("base64"),
      ...env,
    };
    if (clock) {
      if (!FAKETIME) throw new Error("libfaketime is missing: run scripts/setup.");
      this.#clock = join(this.directory, "clock");
      this.turnClock(typeof clock === "number" ? clock : 0);
      Object.assign(this.#environment, {
        LD_PRELOAD: FAKETIME,
        FAKETIME_TIMESTAMP_FILE: this.#clock,
        FAKETIME_NO_CACHE: "1",
        FAKETIME_DONT_FAKE_MONOTONIC: "1",
      });
    }
  }

  /** Starts the binary and waits until it listens; a second time on the address of the first. */
  async start() {
    const command = [
      "serve",
      "--listen",
      `127.0.0.1:${this.#port}`,
      "--data-dir",
      join(this.directory, "data"),
      ...this.#arguments,
    ];
    const child = spawn(BINARY, command, { env: this.#environment, stdio: ["ignore", "pipe", "pipe"] });
    this.#process = child;
    const from = this.#output.length;
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8");
      stream.on("data", (text) => {
        this.#output += text;
      });
    }
    child.on("error", (error) => {
      this.#output += `${BINARY}: ${error.message}\n`;
    });
    const address = await until(
      "the server listens",
      () => {
        if (child.exitCode !== null || child.pid === undefined) throw new Error(`The server ended:\n${this.#output}`);
        return /listening on (http:\/\/\S+)/.exec(this.#output.slice(from));
      },
      { seconds: 60 },
    );
    this.url = address[1];
    this.#port = Number(new URL(this.url).port);
    return this;
  }

  /** All that it has said on standard output and standard error. */
  get output() {
    return this.#output;
  }

  /** Lets its clock go on by so many seconds; needs `clock: true`. Browsers keep the real time. */
  advance(seconds) {
    this.turnClock(this.skipped + seconds);
  }

  /** Sets its clock to so many seconds after the real time, or before if negative; needs `clock`. */
  turnClock(seconds) {
    this.skipped = seconds;
    writeFileSync(this.#clock, `${seconds < 0 ? "" : "+"}${seconds}s`);
  }

  /** Ends it, with no time to tidy up if `signal` is SIGKILL. */
  async end(signal = "SIGTERM") {
    const child = this.#process;
    if (child.exitCode === null && child.signalCode === null) {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill(signal);
      await ended;
    }
  }

  /** Ends it and removes its data. */
  async remove() {
    await this.end();
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** Calls `/v2/<operation>` and gives `{status, body, headers}`. */
  async request(operation, body = {}, key = this.rootKey) {
    const answer = await fetch(`${this.url}/v2/${operation}`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${key}` },
      body: JSON.stringify(body),
    });
    return { status: answer.status, headers: answer.headers, body: await answer.json() };
  }

  /** Calls an operation that has to succeed and gives its `data`. */
  async call(operation, body = {}, key = this.rootKey) {
    const { status, body: answer } = await this.request(operation, body, key);
    if (status !== 200) throw new Error(`${operation} answered ${status}: ${JSON.stringify(answer)}`);
    return answer.data;
  }

  /** Calls an operation of the dashboard as a page does, with what another kind of client may change. */
  async rpc(operation, body = {}, headers = {}) {
    const answer = await fetch(`${this.url}/ui/rpc/${operation}`, {
      method: "POST",
      headers: { "content-type": "application/json", "sec-fetch-site": "same-origin", ...headers },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: text ? JSON.parse(text) : undefined };
  }

  /** The newest link to make the owner, from what the server said. */
  get setupLink() {
    const links = this.#output.match(/https?:\/\/\S+\/ui\/setup#\S+/g);
    return links?.at(-1);
  }

  /** Makes the owner without a browser. */
  async makeOwner({ email, password } = OWNER) {
    const token = new URL(await until("a setup link", () => this.setupLink)).hash.slice(1);
    const { status, body } = await this.rpc("session.setup", { token, email, password, workspaceName: "Acme" });
    if (status !== 200) throw new Error(`session.setup answered ${status}: ${JSON.stringify(body)}`);
  }
}
