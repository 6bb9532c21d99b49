import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import tailwindcss from "@tailwindcss/vite";
import { defineConfig, type Plugin } from "vite";

/** Emits src/app/theme.js as a small script that runs before the first paint. */
function earlyTheme(): Plugin {
  const source = readFileSync(new URL("src/app/theme.js", import.meta.url), "utf8");
  const hash = createHash("sha256").update(source).digest("base64url").slice(0, 8);
  const name = `theme.${hash}.js`;
  return {
    name: "early-theme",
    apply: "build",
    generateBundle() {
      this.emitFile({ type: "asset", fileName: `assets/${name}`, source });
    },
    transformIndexHtml() {
      return [{ tag: "script", attrs: { src: `./assets/${name}` }, injectTo: "head-prepend" }];
    },
  };
}

/** For development: sends calls of the dashboard to a server's public operations with a root key. */
const target = process.env["KEYWAY_URL"] ?? "http://127.0.0.1:7070";
const direct = process.env["KEYWAY_ROOT_KEY"];

export default defineConfig(({ command }) => ({
  base: command === "build" ? "./" : "/ui/",
  plugins: [react(), tailwindcss(), earlyTheme()],
  resolve: { alias: { "@": fileURLToPath(new URL("src", import.meta.url)) } },
  define: { __KEYWAY_DIRECT__: JSON.stringify(command === "serve" && Boolean(direct)) },
  server: {
    port: 5173,
    proxy: direct
      ? {
          "/ui/rpc": {
            target,
            rewrite: (path) => path.replace("/ui/rpc/", "/v2/"),
            headers: { authorization: `Bearer ${direct}` },
          },
        }
      : { "/ui/rpc": { target, changeOrigin: false } },
  },
  build: {
    target: ["chrome123", "firefox121", "safari17.5"],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    license: { fileName: "assets/licenses.txt" },
    rollupOptions: {
      output: {
        entryFileNames: "assets/[name].[hash].js",
        chunkFileNames: "assets/[name].[hash].js",
        assetFileNames: "assets/[name].[hash][extname]",
        // What pages share comes with the first page: as files of their own, each icon and field would be one more
        // request of every page. A library that few pages need, such as one for charts, must stay out of `ui`.
        codeSplitting: {
          groups: [
            { name: "ui", test: /node_modules|\/src\/(ui|api|app)\//, minShareCount: 2 },
            { name: "shared", test: /\/src\/pages\//, minShareCount: 2 },
          ],
        },
      },
    },
  },
}));
