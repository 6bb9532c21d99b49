// A proxy of its own for a test: nginx, with a certificate that it signs itself.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "./server.js";

/** A port that is free now. */
export async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Listens with TLS on `port` for `host` and does what `locations` says. */
export class Nginx {
  #process;
  #output = "";

  constructor({ host, port, locations }) {
    this.directory = mkdtempSync(join(tmpdir(), "keyway-nginx-"));
    this.port = port;
    const inside = (name) => join(this.directory, name);
    const request = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", `/CN=${host}`, "-addext", `subjectAltName=DNS:${host}`];
    execFileSync("openssl", [...request, "-keyout", inside("key.pem"), "-out", inside("certificate.pem")], { stdio: "ignore" });
    const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `  ${name}_temp_path ${inside(name)};`).join("\n");
    writeFileSync(
      inside("nginx.conf"),
      `daemon off;
master_process off;
pid ${inside("nginx.pid")};
error_log stderr warn;
events {}
http {
  access_log off;
${temporary}
  server {
    listen 127.0.0.1:${port} ssl;
    server_name ${host};
    ssl_certificate ${inside("certificate.pem")};
    ssl_certificate_key ${inside("key.pem")};
    proxy_http_version 1.1;
    proxy_set_header Host $http_host;
    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    proxy_set_header X-Forwarded-Proto $scheme;
${locations}
  }
}
`,
    );
  }

  /** The file of its certificate, which whoever is to believe it needs. */
  get certificate() {
    return join(this.directory, "certificate.pem");
  }

  /** Starts it and waits until it listens. */
  async start() {
    const child = spawn("nginx", ["-e", "stderr", "-p", this.directory, "-c", join(this.directory, "nginx.conf")], { stdio: ["ignore", "ignore", "pipe"] });
    this.#process = child;
    child.stderr.setEncoding("utf8").on("data", (text) => {
      this.#output += text;
    });
    child.on("error", (error) => {
      this.#output += error.message;
    });
    await until("nginx listens", () => {
      if (child.exitCode !== null || child.pid === undefined) throw new Error(`nginx ended: ${this.#output}`);
      return new Promise((resolve) => {
        const socket = connect(this.port, "127.0.0.1", () => resolve(true));
        socket.on("error", () => resolve(false)).on("connect", () => socket.end());
      });
    });
    return this;
  }

  /** Ends it and removes its files. */
  async remove() {
    const child = this.#process;
    if (child && child.exitCode === null && child.signalCode === null) {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await ended;
    }
    rmSync(this.directory, { recursive: true, force: true });
  }
}
